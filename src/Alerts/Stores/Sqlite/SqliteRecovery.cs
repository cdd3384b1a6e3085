using System.Data;
using Alerts.Dates;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Queue;
using Alerts.Subscriptions;

namespace Alerts.Stores.Sqlite;

/// <summary>Queues again what failed while an endpoint was disabled and is still owed.</summary>
internal sealed class SqliteRecovery(DateRows rows, SqlitePlan plan)
{
    /// <returns>Number of rows queued.</returns>
    public int Recover(Session session, SubscriptionRow subscription, Instant since, Instant now)
    {
        if (subscription.Subscription.Status != SubscriptionStatus.Active)
        {
            return 0;
        }

        var failed = session.Query(
            """
            SELECT no, date_no, revision, kind, lead, due_at, expires, log IS NULL AS is_first, resent FROM deliveries
            WHERE subscription_no = @1 AND kind <> 0 AND state = 4 AND reason = @4 AND due_at >= @2 AND due_at > @3
            """,
            row => new Failed(row.GetInt64("no"), row.GetInt64("date_no"), new DueRow(
                row.GetInt32("revision"), (AlertKind)row.GetInt32("kind"), row.GetString("lead"), row.Instant("due_at"),
                row.InstantOrNull("expires"), row.GetBoolean("is_first"), row.GetBoolean("resent"), null)),
            subscription.No, since, now - SubscriptionLimits.Recoverable, EndReasons.EndpointDisabled);
        var owed = failed.Where(one => PreSendCheck.Of(
            one.Row, subscription.Subscription, new Context(session, rows, plan, subscription, one),
            now) is not SendDecision.End).ToList();
        return session.Execute(
            "UPDATE deliveries SET state = 0, next_at = @2, reason = NULL, failures = 0 "
            + "WHERE no IN (SELECT value FROM json_each(@1))",
            JsonList.Of(owed.Select(one => one.No)), now);
    }

    private sealed record Failed(long No, long DateNo, DueRow Row);

    private sealed class Context(Session session, DateRows rows, SqlitePlan plan, SubscriptionRow subscription,
        Failed failed) : IPreSendContext
    {
        public DateVersion Current => rows.Current(session, failed.DateNo);

        public IReadOnlyList<DateVersion> History => rows.History(session, failed.DateNo);

        public IReadOnlyList<DueReminder> Leads => plan.Leads(session, Current, subscription.PreferenceSet);

        /// <summary>Always false: it affects when a message is sent, not whether it is owed.</summary>
        public bool IsBeingSent => false;

        public IEnumerable<NotificationRow> Notifications =>
            SqliteKnowledge.Of(session, failed.DateNo, subscription.No);

        public IReadOnlyList<SiblingReminder> Siblings =>
            SqliteKnowledge.Siblings(session, failed.DateNo, subscription.No, failed.Row.Revision, failed.Row.Lead);
    }
}
