using System.Data;
using Alerts.Dates;
using Alerts.Due;
using Alerts.Ledger;
using Microsoft.Data.Sqlite;

namespace Alerts.Stores.Sqlite;

/// <summary>Reads from the ledger what subscriptions have been notified of about a date.</summary>
internal static class SqliteKnowledge
{
    /// <summary>The condition for rows with at least one attempt.</summary>
    public const string WasAttempted = "kind <> 0 AND (log IS NOT NULL OR state = 1)";

    private const string Columns = "revision, log, state, next_at, attempt_at, begun, subscription_no";

    /// <summary>The attempted rows of one subscription.</summary>
    public static List<NotificationRow> Of(Session session, long dateNo, long subscriptionNo) => session.Query(
        $"SELECT {Columns} FROM deliveries WHERE date_no = @1 AND subscription_no = @2 AND {WasAttempted}", Map, dateNo,
        subscriptionNo);

    /// <summary>What one subscription knows about a date.</summary>
    /// <param name="history">All versions of the date.</param>
    public static Knowledge Of(Session session, long dateNo, long subscriptionNo, IReadOnlyList<DateVersion> history)
    {
        var byRevision = Corrections.ByRevision(history);
        return Knowledge.Of(Of(session, dateNo, subscriptionNo).SelectMany(row => row.Attempts(byRevision)));
    }

    /// <summary>The attempted rows of the subscriptions numbered in <c>(after, upTo]</c>, by subscription.</summary>
    public static IEnumerable<IGrouping<long, NotificationRow>> Of(
        Session session, long dateNo, long after, long upTo) => session.Query(
        $"SELECT {Columns} FROM deliveries WHERE date_no = @1 AND subscription_no > @2 AND subscription_no <= @3 "
        + $"AND {WasAttempted}",
        row => (SubscriptionNo: row.GetInt64("subscription_no"), Row: Map(row)), dateNo, after, upTo)
            .GroupBy(one => one.SubscriptionNo, one => one.Row);

    /// <summary>
    /// The attempted rows of the active and disabled subscriptions of one preference set numbered in <c>(after,
    /// upTo]</c>, by subscription.
    /// </summary>
    public static IEnumerable<IGrouping<long, NotificationRow>> OfFollowers(
        Session session, long dateNo, long preferenceSet, long after, long upTo) => session.Query(
        $"""
        SELECT {Columns} FROM subscriptions s CROSS JOIN deliveries d ON d.subscription_no = s.no
        WHERE s.schedule = @4 AND s.no > @2 AND s.no <= @3 AND s.status IN (1, 2) AND d.date_no = @1 AND d.kind <> 0
          AND (d.log IS NOT NULL OR d.state = 1)
        """,
        row => (SubscriptionNo: row.GetInt64("subscription_no"), Row: Map(row)), dateNo, after, upTo, preferenceSet)
            .GroupBy(one => one.SubscriptionNo, one => one.Row);

    /// <summary>The reminders of one subscription, date and revision, except that of one lead.</summary>
    public static List<SiblingReminder> Siblings(
        Session session, long dateNo, long subscriptionNo, int revision, string butLead) =>
        session.Query(
            "SELECT lead, due_at, state FROM deliveries WHERE date_no = @1 AND subscription_no = @2 AND revision = @3 "
            + "AND kind = 1 AND lead <> @4",
            row => new SiblingReminder(
                row.GetString("lead"), row.Instant("due_at"), (DeliveryState)row.GetInt32("state")),
            dateNo, subscriptionNo, revision, butLead);

    private static NotificationRow Map(SqliteDataReader row) => new(
        row.GetInt32("revision"), row.TextOrNull("log"), (DeliveryState)row.GetInt32("state"),
        row.InstantOrNull("next_at"), row.InstantOrNull("attempt_at"), row.NumberOrNull("begun"));
}
