using System.Data;
using System.Globalization;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Subscriptions;
using Microsoft.Data.Sqlite;

namespace Alerts.Stores.Sqlite;

/// <summary>Lists the deliveries of the ledger and queues them again on request.</summary>
internal sealed class SqliteDeliveries(Database database) : IDeliveries
{
    /// <summary>Number of rows read in one query.</summary>
    private const int PageSize = 500;

    private const string Columns =
        """
        d.no, s.id, d.channel, coalesce(k.id, '') AS date_id, d.revision, d.kind, d.lead, d.due_at,
        iif(d.resent, NULL, d.expires) AS expires, d.state, d.reason, d.next_at, d.log, d.message
        """;

    private const string From =
        "FROM deliveries d JOIN subscriptions s ON s.no = d.subscription_no LEFT JOIN dates k ON k.no = d.date_no";

    public Task<IReadOnlyList<ListedDelivery>> OfAsync(string subscriptionId, DeliveryFilter filter, string? after,
        int limit, CancellationToken cancel) =>
        database.ReadAsync<IReadOnlyList<ListedDelivery>>(session => session.Query(
            $"""
            SELECT {Columns} {From} WHERE d.subscription_no = (SELECT no FROM subscriptions WHERE id = @1)
              AND {In(filter)} AND d.no < @2 ORDER BY d.no DESC LIMIT @3
            """,
            Map, subscriptionId, NumberOf(after) ?? long.MaxValue, limit));

    public Task<IReadOnlyList<ListedDelivery>> ListAsync(DeliveryFilter filter, string? after, int limit,
        CancellationToken cancel) =>
        database.ReadAsync<IReadOnlyList<ListedDelivery>>(session => session.Query(
            $"SELECT {Columns} {From} WHERE {In(filter)} AND d.no < @1 ORDER BY d.no DESC LIMIT @2", Map,
            NumberOf(after) ?? long.MaxValue, limit));

    public Task<DeliveryCounts> CountAsync(CancellationToken cancel) => database.ReadAsync(session =>
    {
        var counts = session.Query(
            "SELECT kind <> 0 AS is_alert, state, count(*) AS count FROM deliveries GROUP BY kind <> 0, state",
            row => (
                IsAlert: row.GetBoolean("is_alert"), State: (DeliveryState)row.GetInt32("state"),
                Count: row.GetInt64("count")));
        return new DeliveryCounts(
            counts.Where(one => one.IsAlert).ToDictionary(one => one.State, one => one.Count),
            counts.Where(one => !one.IsAlert).ToDictionary(one => one.State, one => one.Count));
    });

    public IAsyncEnumerable<Delivery> GaveUpAsync(CancellationToken cancel) => Pages.Of(
        0,
        after => database.Read(session => session.Query(
            $"SELECT {Columns} {From} WHERE d.state IN (4, 5) AND d.no > @1 ORDER BY d.no LIMIT @2", Map, after,
            PageSize)),
        one => NumberOf(one.Position)!.Value) // this store wrote it as a number
        .Select(one => one.Delivery).ToAsyncEnumerable();

    public Task<Delivery?> FindAsync(string subscriptionId, string key, CancellationToken cancel) =>
        database.ReadAsync(session =>
            Keys(session, subscriptionId).FirstOrDefault(one => one.Key == key) is { No: > 0 } found
            ? session.First($"SELECT {Columns} {From} WHERE d.no = @1", Map, found.No)?.Delivery : null);

    /// <summary>
    /// The row numbers and keys of a subscription's deliveries, newest first. Alert keys are not stored, so they are
    /// computed.
    /// </summary>
    public static IEnumerable<(long No, string Key)> Keys(Session session, string subscriptionId) => Pages.Of(
        long.MaxValue,
        before => session.Query(
            """
            SELECT d.no, coalesce(k.id, '') AS date_id, d.revision, d.kind, d.lead
            FROM deliveries d LEFT JOIN dates k ON k.no = d.date_no
            WHERE d.subscription_no = (SELECT no FROM subscriptions WHERE id = @1) AND d.no < @2
            ORDER BY d.no DESC LIMIT @3
            """,
            row => (No: row.GetInt64("no"), Key: KeyOf(row, subscriptionId)), subscriptionId, before, PageSize),
        one => one.No);

    public Task<Resent> ResendAsync(Delivery delivery, CancellationToken cancel) =>
        database.WriteAsync((session, now) =>
        {
            if (delivery.Kind == AlertKind.Service)
            {
                return Resent.NotAnAlert;
            }

            var (no, state, current) = session.First(
                """
                SELECT d.no, d.state, v.revision AS current FROM deliveries d
                JOIN dates k ON k.no = d.date_no
                JOIN date_versions v ON v.date_no = k.no AND v.number = k.version
                JOIN subscriptions s ON s.no = d.subscription_no
                WHERE k.id = @1 AND s.id = @2 AND d.revision = @3 AND d.kind = @4 AND d.lead = @5
                """,
                row => (
                    No: row.GetInt64("no"), State: (DeliveryState)row.GetInt32("state"),
                    Current: row.GetInt32("current")),
                delivery.KeyDateId, delivery.SubscriptionId, delivery.Revision, (int)delivery.Kind, delivery.Lead);
            var resent = Resending.Of(state, delivery.Revision, current);
            if (resent == Resent.Queued)
            {
                session.Execute(
                    "UPDATE deliveries SET state = 0, next_at = @2, failures = 0, resent = 1, reason = NULL "
                    + "WHERE no = @1",
                    no, now);
            }

            return resent;
        });

    /// <summary>
    /// Erases old answers one page at a time, in row order. The position is stored, so that a call with nothing to
    /// erase costs one query.
    /// </summary>
    public Task EraseOldAnswersAsync(CancellationToken cancel) => database.WriteAsync(EraseOldAnswers);

    private static void EraseOldAnswers(Session session, Instant now)
    {
        var erasedTo = session.Number("SELECT CAST(value AS INTEGER) FROM settings WHERE name = 'answers_erased_to'")
            ?? 0;
        var page = session.Query(
            """
            SELECT no, log FROM deliveries
            WHERE no > @1 AND no < coalesce(
                (SELECT no FROM deliveries WHERE no > @1 AND (next_at IS NOT NULL OR owner IS NOT NULL
                  OR coalesce(attempt_at, due_at) > @2) ORDER BY no LIMIT 1), @3)
            ORDER BY no LIMIT 500
            """,
            row => (No: row.GetInt64("no"), Log: row.TextOrNull("log")),
            erasedTo, now - AttemptLog.AnswersLast, long.MaxValue);
        foreach (var (no, log) in page)
        {
            if (log is not null)
            {
                session.Execute("UPDATE deliveries SET log = @2 WHERE no = @1", no, AttemptLog.WithoutAnswers(log));
            }
        }

        if (page.Count > 0)
        {
            session.Execute(
                "INSERT INTO settings (name, value) VALUES ('answers_erased_to', @1) "
                + "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                page[^1].No.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static string In(DeliveryFilter filter) =>
        In(filter.State) + (filter.Kind is { } kind ? $" AND d.kind = {kind:D}" : "")
        + (filter.IsAlertsOnly ? " AND d.kind <> 0" : "");

    /// <summary>
    /// The condition for a state. Where a partial index exists, the condition repeats that index's condition so that
    /// SQLite uses it.
    /// </summary>
    private static string In(DeliveryState? state) => state switch
    {
        null => "TRUE",
        DeliveryState.Queued => "d.next_at IS NOT NULL AND d.state = 0",
        DeliveryState.Sending => "(d.owner IS NOT NULL OR d.next_at IS NOT NULL) AND d.state = 1",
        DeliveryState.Retrying => "d.next_at IS NOT NULL AND d.state = 2",
        DeliveryState.Delivered => "d.state = 3",
        DeliveryState.Failed => "d.state IN (4, 5) AND d.state = 4",
        DeliveryState.Expired => "d.state IN (4, 5) AND d.state = 5",
        DeliveryState.Void => "d.state = 6",
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };

    private static long? NumberOf(string? position) =>
        long.TryParse(position, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string KeyOf(SqliteDataReader row, string subscriptionId) =>
        (AlertKind)row.GetInt32("kind") is not AlertKind.Service and var kind
            ? AlertKey.Of(
                subscriptionId, row.GetString("date_id"), row.GetInt32("revision"), kind, row.GetString("lead"))
            : row.GetString("lead");

    private static ListedDelivery Map(SqliteDataReader row)
    {
        var id = row.GetString("id");
        return new ListedDelivery(
            row.GetInt64("no").ToString(CultureInfo.InvariantCulture),
            new Delivery(
                KeyOf(row, id), id, row.GetString("channel"), row.GetString("date_id"), row.GetInt32("revision"),
                (AlertKind)row.GetInt32("kind"), row.GetString("lead"), row.Instant("due_at"),
                row.InstantOrNull("expires"), (DeliveryState)row.GetInt32("state"), row.TextOrNull("reason"),
                row.InstantOrNull("next_at"), AttemptLog.Read(row.TextOrNull("log")))
            {
                Purpose = row.TextOrNull("message") is { } message
                    ? Enum.Parse<ServiceMessage>(message).Purpose() : null,
            });
    }
}
