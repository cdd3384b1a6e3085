using Alerts.Queue;
using NodaTime;

namespace Alerts.Stores.Sqlite;

/// <summary>
/// One turn of a channel whose endpoints take turns: chooses the due rows whose attempts may begin. A row that may
/// not is put
/// where the search does not meet it again before it can (<see cref="Place"/>), so that a search costs what is due
/// and can be
/// sent, however much waits for endpoints that hang.
/// </summary>
/// <param name="begun">Receives the turns that have begun, and loses those given back.</param>
/// <param name="now">By the service's clock.</param>
internal sealed class SqliteTurns(
    Session session, string channel, EndpointShares shares, List<EndpointTurn> begun, Instant now)
{
    /// <summary>Rows looked at in one transaction: others want to write too.</summary>
    private const int MostLookedAt = 4_000;

    private const int PageSize = 250;

    private const string IsDue =
        "d.channel = @1 AND d.lane <> 0 AND d.next_at IS NOT NULL AND d.place = @2 AND (d.failures > 0) = @3";

    /// <summary>
    /// First attempts before retries; of each, endpoints that are quick at present before the others.
    /// </summary>
    private static readonly (Place Place, bool IsRetry)[] Order =
    [
        (Place.Ready, false), (Place.Trusted, false), (Place.Untried, false), (Place.Slow, false),
        (Place.Ready, true), (Place.Trusted, true), (Place.Untried, true), (Place.Slow, true),
    ];

    private int at;
    private int lookedAt;

    /// <summary>Whether it ended before all was looked at that could be sent.</summary>
    public bool HasMore => at < Order.Length;

    /// <summary>When the next row may begin for which there is room; null for none.</summary>
    public static Instant? NextAt(Session session, string channel, EndpointShares shares)
    {
        Instant? next = null;
        foreach (var (place, isRetry) in Order.Where(queue => shares.HasRoom(queue.Place, queue.IsRetry)))
        {
            var at = session.Number(
                $"""
                SELECT coalesce(d.turn_at, d.next_at) FROM deliveries d INDEXED BY deliveries_turns WHERE {IsDue}
                ORDER BY coalesce(d.turn_at, d.next_at) LIMIT 1
                """,
                channel, (int)place, isRetry ? 1 : 0);
            if (at is { } milliseconds && !(next?.ToUnixTimeMilliseconds() <= milliseconds))
            {
                next = Instant.FromUnixTimeMilliseconds(milliseconds);
            }
        }

        return next;
    }

    /// <summary>Says whether retries are due: first attempts leave them their part then.</summary>
    public void LookForRetries() => shares.RetriesAreDue = Order.Any(queue => queue.IsRetry && session.Any(
        $"""
        SELECT 1 FROM deliveries d INDEXED BY deliveries_turns WHERE {IsDue} AND coalesce(d.turn_at, d.next_at) <= @4
        LIMIT 1
        """,
        channel, (int)queue.Place, 1, now));

    /// <summary>The next rows whose turn has begun; none when there are no more, or enough were looked at.</summary>
    public IReadOnlyDictionary<long, EndpointTurn> Next()
    {
        var next = new Dictionary<long, EndpointTurn>();
        while (next.Count == 0 && lookedAt < MostLookedAt && at < Order.Length)
        {
            var (place, isRetry) = Order[at];
            if (!shares.HasRoom(place, isRetry))
            {
                at++;
                continue;
            }

            var page = session.Query(
                $"""
                SELECT d.no, s.id, d.lane, s.quick, d.next_at
                FROM deliveries d INDEXED BY deliveries_turns CROSS JOIN subscriptions s ON s.no = d.subscription_no
                WHERE {IsDue} AND coalesce(d.turn_at, d.next_at) <= @4 ORDER BY coalesce(d.turn_at, d.next_at) LIMIT @5
                """,
                row => new DueTurn(
                    row.GetInt64(0),
                    row.GetString(1),
                    row.GetInt64(2),
                    (int?)row.NumberOrNull(3),
                    row.Instant(4)),
                channel,
                (int)place,
                isRetry ? 1 : 0,
                now,
                PageSize);
            if (!Begin(page, place, isRetry, next) || page.Count < PageSize)
            {
                at++;
            }
        }

        return next;
    }

    /// <summary>Takes a turn back whose row was not sent, and lets the endpoint's next row come instead.</summary>
    /// <param name="isLater">Whether the row stays due, until what is under way to its endpoint has ended.</param>
    public void GiveBack(long no, long subscriptionNo, EndpointTurn turn, bool isLater)
    {
        shares.GiveBack(turn);
        begun.Remove(turn);
        if (isLater)
        {
            Put([no], Place.SetBack);
        }
        else if (shares.UnderWayTo(turn.Endpoint) == 0)
        {
            BringBack(subscriptionNo, 1, turn.Kind == AttemptKind.Slow ? Place.Slow : Place.Ready);
            at = 0;
        }
    }

    /// <summary>After attempts at an endpoint have ended: its next rows come back.</summary>
    /// <param name="isQuick">Whether the last of them was a quick success.</param>
    public void AfterAttempts(long subscriptionNo, string endpoint, bool isQuick)
    {
        var free = shares.FreeOf(endpoint);
        if (free > 0)
        {
            BringBack(subscriptionNo, isQuick ? free : 1, isQuick ? Place.Ready : Place.Slow);
        }
    }

    /// <summary>
    /// Brings back a row of each endpoint that has none under way and none in its place any more: an edit made it
    /// void, or
    /// the process that sent it has ended.
    /// </summary>
    public void BringBackForgotten()
    {
        var endpoints = session.Query(
            """
            SELECT s.no, s.id FROM (
                SELECT subscription_no FROM deliveries INDEXED BY deliveries_set_back WHERE place > 0 AND next_at IS NOT NULL
                GROUP BY subscription_no HAVING min(place) = 3) waiting
            CROSS JOIN subscriptions s ON s.no = waiting.subscription_no
            """,
            row => (No: row.GetInt64(0), Id: row.GetString(1)));
        foreach (var (no, _) in endpoints.Where(endpoint => shares.UnderWayTo(endpoint.Id) == 0))
        {
            BringBack(no, 1, Place.Ready);
        }
    }

    /// <returns>
    /// False once the first row that stays where it is has been met: those behind it have no turn either.
    /// </returns>
    private bool Begin(IReadOnlyList<DueTurn> page, Place place, bool isRetry, Dictionary<long, EndpointTurn> next)
    {
        var moved = new Dictionary<Place, List<long>>();
        var goesOn = true;
        foreach (var row in page)
        {
            lookedAt++;
            if (row.NextAt > now)
            {
                Put([row.No], Place.Ready); // it came back, and was moved to a later instant since
                continue;
            }

            var (turn, waits) = shares.TryBegin(row.Endpoint, row.Host, row.Quick, isRetry);
            if (turn is not null)
            {
                begun.Add(turn);
                next.Add(row.No, turn);
            }
            else if (waits == place)
            {
                goesOn = false;
                break;
            }
            else if (moved.TryGetValue(waits, out var rows))
            {
                rows.Add(row.No);
            }
            else
            {
                moved.Add(waits, [row.No]);
            }
        }

        foreach (var (to, rows) in moved)
        {
            session.Execute(
                "UPDATE deliveries SET place = @2 WHERE no IN (SELECT value FROM json_each(@1))",
                JsonList.Of(rows), (int)to);
        }

        return goesOn;
    }

    private void Put(IEnumerable<long> rows, Place place) => session.Execute(
        "UPDATE deliveries SET place = @2, turn_at = NULL WHERE no IN (SELECT value FROM json_each(@1))",
        JsonList.Of(rows), (int)place);

    /// <summary>They queue behind what has been due for longer without a turn.</summary>
    private void BringBack(long subscriptionNo, int most, Place to) => session.Execute(
        """
        UPDATE deliveries SET place = @3, turn_at = @4 WHERE no IN (
            SELECT no FROM deliveries INDEXED BY deliveries_set_back
            WHERE subscription_no = @1 AND place > 0 AND next_at IS NOT NULL AND (place = 3 OR @3 = 0)
            ORDER BY failures > 0, next_at LIMIT @2)
        """,
        subscriptionNo, most, (int)to, now);

    private sealed record DueTurn(long No, string Endpoint, long Host, int? Quick, Instant NextAt);
}
