using System.Data;
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
    public Task<AuditCount> RunAsync(Instant? from, Instant? to, CancellationToken cancel) =>
        database.ReadAsync(session => Run(session, from, to, cancel));

    private AuditCount Run(Session session, Instant? from, Instant? to, CancellationToken cancel)
    {
        var audit = new LedgerAudit(unseen: Duration.Zero);
        var upTo = to ?? SqliteWatch.StartOfLastRun(session) ?? Instant.MinValue;
        var dates = session.Numbers("SELECT no FROM dates ORDER BY no").Select(no =>
            (No: no, History: rows.History(session, no))).ToList();
        var count = new AuditCount();
        foreach (var (no, id) in Pages.Of(
            -1,
            after => session.Query(
                "SELECT no, id FROM subscriptions WHERE no > @1 ORDER BY no LIMIT 500",
                row => (No: row.GetInt64("no"), Id: row.GetString("id")), after),
            one => one.No))
        {
            cancel.ThrowIfCancellationRequested();
            var versions = session.Query(
                "SELECT recorded_at, status, schedule, recorded_no FROM subscription_versions "
                + "WHERE subscription_no = @1 ORDER BY number",
                row => new SubscriptionVersion(
                    row.Instant("recorded_at"), (SubscriptionStatus)row.GetInt32("status"),
                    plan.PreferenceSetOf(session, row.GetInt64("schedule")))
                {
                    Order = row.GetInt64("recorded_no"),
                },
                no);
            var deliveries = RowsOf(session, no);
            foreach (var (dateNo, history) in dates)
            {
                count.About = (id, history[0].KeyDate.Id);
                audit.Judge(history, versions, deliveries.GetValueOrDefault(dateNo, []), from, upTo, count);
            }
        }

        return count;
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
                    var state = (DeliveryState)row.GetInt32("state");
                    var attempts = AttemptLog.Of(
                        row.TextOrNull("log"), state, row.InstantOrNull("next_at"), row.InstantOrNull("attempt_at"),
                        row.NumberOrNull("begun"));
                    var alert = new AlertName(
                        row.GetInt32("revision"), (AlertKind)row.GetInt32("kind"), row.GetString("lead"));
                    return (
                        DateNo: row.GetInt64("date_no"),
                        Row: new AuditRow(
                            alert, row.Instant("due_at"), row.InstantOrNull("expires"), state, row.TextOrNull("reason"),
                            row.GetBoolean("resent"), attempts));
                },
                subscriptionNo)
            .GroupBy(one => one.DateNo, one => one.Row)
            .ToDictionary(group => group.Key, group => group.ToList());
}
