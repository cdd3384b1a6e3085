using Alerts.Audit;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Subscriptions;

namespace Alerts.Stores.Sqlite;

/// <summary>
/// Runs the audit over all subscriptions without writing anything. The histories of all dates are held in memory;
/// subscriptions are read one at a time.
/// </summary>
internal sealed class SqliteAudit(Database database, DateRows rows, SqlitePlan plan) : IAudit
{
    private const int PageSize = 500;

    public Task<AuditCount> RunAsync(Instant? from, Instant? to, CancellationToken cancel) =>
        database.ReadAsync(session => Run(session, from, to, cancel));

    private AuditCount Run(Session session, Instant? from, Instant? to, CancellationToken cancel)
    {
        var audit = new LedgerAudit(unseen: Duration.Zero);
        var upTo = to ?? SqliteWatch.StartOfLastRun(session) ?? Instant.MinValue;
        var dates = session.Query("SELECT no FROM dates ORDER BY no", row => row.GetInt64(0)).Select(no =>
            (No: no, History: rows.History(session, no))).ToList();
        var count = new AuditCount();
        for (var after = -1L; ;)
        {
            var page = session.Query("SELECT no, id FROM subscriptions WHERE no > @1 ORDER BY no LIMIT @2", row =>
                (No: row.GetInt64(0), Id: row.GetString(1)), after, PageSize);
            foreach (var (no, id) in page)
            {
                cancel.ThrowIfCancellationRequested();
                var versions = session.Query(
                    "SELECT recorded_at, status, schedule, recorded_no FROM subscription_versions "
                    + "WHERE subscription_no = @1 ORDER BY number",
                    row => new SubscriptionVersion(
                        row.Instant(0), (SubscriptionStatus)row.GetInt32(1),
                        plan.PreferenceSetOf(session, row.GetInt64(2)))
                    {
                        Order = row.GetInt64(3),
                    },
                    no);
                var deliveries = RowsOf(session, no);
                foreach (var (dateNo, history) in dates)
                {
                    count.About = (id, history[0].KeyDate.Id);
                    audit.Judge(history, versions, deliveries.GetValueOrDefault(dateNo, []), from, upTo, count);
                }
            }

            if (page.Count == 0)
            {
                return count;
            }

            after = page[^1].No;
        }
    }

    private static Dictionary<long, List<AuditRow>> RowsOf(Session session, long subscriptionNo) =>
        session
            .Query(
                """
                SELECT date_no, revision, kind, lead, due_at, expires, state, resent, log, attempt_at, next_at, begun,
                  reason FROM deliveries
                WHERE subscription_no = @1 AND kind <> 0 ORDER BY no
                """,
                row =>
                {
                    var state = (DeliveryState)row.GetInt32(6);
                    var attempts = AttemptLog.Of(
                        row.TextOrNull(8), state, row.InstantOrNull(10), row.InstantOrNull(9), row.NumberOrNull(11));
                    var alert = new AlertName(row.GetInt32(1), (AlertKind)row.GetInt32(2), row.GetString(3));
                    return (
                        DateNo: row.GetInt64(0),
                        Row: new AuditRow(
                            alert, row.Instant(4), row.InstantOrNull(5), state, row.TextOrNull(12), row.GetBoolean(7),
                            attempts));
                },
                subscriptionNo)
            .GroupBy(one => one.DateNo, one => one.Row)
            .ToDictionary(group => group.Key, group => group.ToList());
}
