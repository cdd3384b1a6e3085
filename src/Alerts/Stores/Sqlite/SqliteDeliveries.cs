using Alerts.Ledger;
using Microsoft.Data.Sqlite;
using NodaTime;

namespace Alerts.Stores.Sqlite;

/// <summary>The ledger as people read it, and what they may send again. Service messages are not in it.</summary>
internal sealed class SqliteDeliveries(Database database)
{
    private const string Columns =
        """
        d.no, s.id, d.channel, k.id, d.revision, d.kind, d.lead, d.due_at, d.expires, d.state, d.reason, d.next_at, d.log
        """;

    private const string From = "FROM deliveries d JOIN subscriptions s ON s.no = d.subscription_no JOIN dates k ON k.no = d.date_no";

    /// <summary>A page of one subscription's deliveries, newest first.</summary>
    /// <param name="before">The number of the last one of the page before; null for the first page.</param>
    public IReadOnlyList<(long Number, Delivery Delivery)> Of(long subscriptionNo, long? before, int limit) => database.Read(session => session.Query(
        $"SELECT {Columns} {From} WHERE d.subscription_no = @1 AND d.kind <> 0 AND d.no < @2 ORDER BY d.no DESC LIMIT @3",
        Map, subscriptionNo, before ?? long.MaxValue, limit));

    /// <summary>A page of what gave up (failed or expired), oldest first.</summary>
    public IReadOnlyList<(long Number, Delivery Delivery)> GaveUp(long after, int limit) => database.Read(session => session.Query(
        $"SELECT {Columns} {From} WHERE d.state IN (4, 5) AND d.no > @1 AND d.kind <> 0 ORDER BY d.no LIMIT @2", Map, after, limit));

    /// <summary>Sends one again under the same key, with fresh attempts and without a deadline.</summary>
    public Resent Resend(long subscriptionNo, string key) => database.Write((session, now) =>
    {
        for (var before = long.MaxValue; ;)
        {
            var page = session.Query(
                $"SELECT {Columns} {From} WHERE d.subscription_no = @1 AND d.kind <> 0 AND d.no < @2 ORDER BY d.no DESC LIMIT 500", Map, subscriptionNo, before);
            if (page.Find(one => one.Delivery.Key == key) is { Delivery: not null } found)
            {
                return Resend(session, found.Number, found.Delivery, now);
            }

            if (page.Count == 0)
            {
                return Resent.Unknown;
            }

            before = page[^1].Number;
        }
    });

    /// <summary>Sends again what gave up and is still of its date's current revision.</summary>
    public Resent Resend(long number) => database.Write((session, now) =>
        session.First($"SELECT {Columns} {From} WHERE d.no = @1", Map, number) is { Delivery: not null } found ? Resend(session, number, found.Delivery, now) : Resent.Unknown);

    /// <summary>
    /// Forgets what the other side answered more than 30 days ago, a page at a time in order of the rows: where it got to is kept,
    /// so that a call with nothing to forget costs one look.
    /// </summary>
    public void EraseOldAnswers() => database.Write((session, now) =>
    {
        var erasedTo = session.Number("SELECT CAST(value AS INTEGER) FROM settings WHERE name = 'answers_erased_to'") ?? 0;
        var page = session.Query(
            """
            SELECT no, log FROM deliveries
            WHERE no > @1 AND no < coalesce(
                (SELECT no FROM deliveries WHERE no > @1 AND (next_at IS NOT NULL OR owner IS NOT NULL OR coalesce(attempt_at, due_at) > @2) ORDER BY no LIMIT 1), @3)
            ORDER BY no LIMIT 500
            """,
            row => (No: row.GetInt64(0), Log: row.TextOrNull(1)), erasedTo, now - Duration.FromDays(30), long.MaxValue);
        foreach (var (no, log) in page.Where(row => row.Log is not null))
        {
            session.Execute("UPDATE deliveries SET log = @2 WHERE no = @1", no, string.Join('\n', AttemptLog.Read(log).Select(attempt => AttemptLog.Line(attempt with { Response = null }))));
        }

        if (page.Count > 0)
        {
            session.Execute(
                "INSERT INTO settings (name, value) VALUES ('answers_erased_to', @1) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                page[^1].No.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
    });

    private static Resent Resend(Session session, long number, Delivery delivery, Instant now)
    {
        if (delivery.State is not (DeliveryState.Delivered or DeliveryState.Failed or DeliveryState.Expired))
        {
            return Resent.StillUnderWay;
        }

        var current = session.Number(
            "SELECT v.revision FROM dates d JOIN date_versions v ON v.date_no = d.no AND v.number = d.version WHERE d.id = @1", delivery.KeyDateId);
        if (current != delivery.Revision)
        {
            return Resent.Superseded;
        }

        session.Execute("UPDATE deliveries SET state = 0, next_at = @2, failures = 0, resent = 1, reason = NULL WHERE no = @1", number, now);
        return Resent.Queued;
    }

    private static (long Number, Delivery Delivery) Map(SqliteDataReader row)
    {
        var kind = (AlertKind)row.GetInt32(5);
        var key = AlertKey.Of(row.GetString(1), row.GetString(3), row.GetInt32(4), kind, row.GetString(6));
        return (row.GetInt64(0), new Delivery(
            key, row.GetString(1), row.GetString(2), row.GetString(3), row.GetInt32(4), kind, row.GetString(6), row.Instant(7), row.InstantOrNull(8),
            (DeliveryState)row.GetInt32(9), row.TextOrNull(10), row.InstantOrNull(11), AttemptLog.Read(row.TextOrNull(12))));
    }
}

/// <summary>What asking to send a delivery again came to.</summary>
internal enum Resent
{
    Queued,

    /// <summary>No such delivery of that subscription.</summary>
    Unknown,

    /// <summary>Queued, sending, retrying or void.</summary>
    StillUnderWay,

    /// <summary>Its date has a newer revision.</summary>
    Superseded,
}
