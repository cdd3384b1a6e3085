using System.Data;
using Alerts.Dates;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Subscriptions;

namespace Alerts.Stores.Sqlite;

/// <summary>Updates the ledger after an edit of a subscription, in the edit's own transaction.</summary>
internal sealed class SqliteEdits(DateRows rows, SqlitePlan plan)
{
    /// <param name="before">The subscription before the edit.</param>
    /// <param name="sinceNo">The recording number of its last confirmation or edit before this one.</param>
    /// <param name="preferenceSet">The number of the preference set of the new preferences.</param>
    public void Follow(Session session, SubscriptionRow before, long sinceNo, long preferenceSet,
        Preferences preferences, Instant now)
    {
        foreach (var dateNo in session.Numbers(
            """
            SELECT d.date_no FROM deliveries d JOIN dates k ON k.no = d.date_no WHERE d.subscription_no = @1
              AND d.kind = 1 AND k.over_at > @2
            UNION SELECT date_no FROM plan WHERE schedule = @3 AND due_at > @4
            UNION SELECT date_no FROM changes
            """,
            before.No, now - Owed.Afterwards, before.PreferenceSet, now))
        {
            Follow(session, before, sinceNo, preferenceSet, preferences, dateNo, now);
        }

        SqliteWatch.EnqueueOwn(session, before.No, preferenceSet, now);
    }

    private void Follow(Session session, SubscriptionRow before, long sinceNo, long preferenceSet,
        Preferences preferences, long dateNo, Instant now)
    {
        var version = rows.Current(session, dateNo);
        EnqueueMissed(session, before, sinceNo, dateNo, version, now);
        var reminders = session.Query(
            """
            SELECT lead, state, due_at, expires, next_at, log IS NOT NULL AS was_attempted, reason, resent
            FROM deliveries WHERE date_no = @1 AND subscription_no = @2 AND revision = @3 AND kind = 1
            """,
            row => new EditedRow(
                row.GetString("lead"), (DeliveryState)row.GetInt32("state"), row.Instant("due_at"),
                row.InstantOrNull("expires"), row.InstantOrNull("next_at"), row.GetBoolean("was_attempted"),
                row.TextOrNull("reason"), row.GetBoolean("resent")),
            dateNo, before.No, version.KeyDate.Revision);
        var edits = new ReminderEdits(
            version, before.Subscription.Preferences, preferences, plan.Leads(session, version, before.PreferenceSet),
            plan.Leads(session, version, preferenceSet), reminders, now,
            version.KeyDate.Revision > 1 ? due => WasLost(session, before.No, dateNo, version, due) : null);
        foreach (var edit in edits.Changes())
        {
            Apply(session, before.No, dateNo, version.KeyDate.Revision, edit);
        }
    }

    /// <summary>
    /// Enqueues what this subscription is owed by changes whose followers have not all been processed. Under its new
    /// preference set the subscription would be skipped.
    /// </summary>
    private void EnqueueMissed(Session session, SubscriptionRow before, long sinceNo, long dateNo, DateVersion version,
        Instant now)
    {
        var pending = session.Numbers("SELECT version FROM changes WHERE date_no = @1", dateNo);
        var (old, history) = (before.Subscription.Preferences, pending.Count == 0 ? [] : rows.History(session, dateNo));
        foreach (var change in history.Where(one => pending.Contains(one.Number)
            && one.KeyDate.Revision == version.KeyDate.Revision && one.Order > sinceNo))
        {
            if (!Owed.GivesShortNotice(change, history.FindLast(one => one.Number < change.Number), old))
            {
                continue;
            }

            var knowledge = SqliteKnowledge.Of(session, dateNo, before.No, history);
            foreach (var due in Owed.DueSince(change, old, knowledge, now))
            {
                Apply(session, before.No, dateNo, version.KeyDate.Revision, RowEdit.Of(due));
            }
        }
    }

    private bool WasLost(Session session, long subscriptionNo, long dateNo, DateVersion version, DueReminder due)
    {
        var history = rows.History(session, dateNo);
        var same = Corrections.ByRevision(history).Where(
            one => one.Key < version.KeyDate.Revision && one.Value.IsSameToReaders(version.KeyDate))
            .Select(one => (long)one.Key);
        return session.Any(
            """
            SELECT 1 FROM deliveries WHERE date_no = @1 AND subscription_no = @2 AND kind = 1 AND lead = @3
              AND state = 6 AND revision IN (SELECT value FROM json_each(@4))
            """,
            dateNo, subscriptionNo, due.Lead.Text, JsonList.Of(same))
            && Owed.IsNoticeOwed(
                SqliteKnowledge.Of(session, dateNo, subscriptionNo, history), version, new ShortNotice(due, due.DueAt));
    }

    private static void Apply(Session session, long subscriptionNo, long dateNo, int revision, RowEdit edit)
    {
        if (edit.VoidReason is { } reason)
        {
            session.Execute(
                "UPDATE deliveries SET state = 6, reason = @5, next_at = NULL WHERE date_no = @1 "
                + "AND subscription_no = @2 AND revision = @3 AND kind = 1 AND lead = @4 AND next_at IS NOT NULL",
                dateNo, subscriptionNo, revision, edit.Lead, reason);
            return;
        }

        session.Execute(
            SqliteWatch.InsertRow +
            """
            SELECT s.no, @1, @3, 1, @4, @5, @6, 0, @7, s.channel, s.lane FROM subscriptions s WHERE s.no = @2
            ON CONFLICT (date_no, subscription_no, revision, kind, lead) DO UPDATE
                SET due_at = excluded.due_at, expires = excluded.expires, next_at = excluded.next_at, reason = NULL,
                    state = CASE WHEN state <> 6 THEN state WHEN failures > 0 THEN 2 ELSE 0 END
                WHERE state = 6 OR next_at IS NOT NULL
            """,
            dateNo, subscriptionNo, revision, edit.Lead, edit.DueAt, edit.Expires, edit.NextAt);
    }
}
