using System.Data;
using Alerts.Queue;

namespace Alerts.Stores.Sqlite;

/// <summary>
/// One turn of a channel whose endpoints take turns: chooses the due rows whose attempts may begin. A row that may
/// not begin yet is moved to a <see cref="Place"/> where the search skips it until it can. So the cost of a search
/// depends on what is due and can be sent, not on what waits for endpoints that hang.
/// </summary>
/// <param name="begun">Receives the turns that have begun. Turns given back are removed from it.</param>
/// <param name="now">The time of the service's clock.</param>
internal sealed class SqliteTurns(
    Session session, string channel, EndpointShares shares, List<EndpointTurn> begun, Instant now)
{
    /// <summary>Maximum number of rows examined in one transaction, so that other writers get their turn.</summary>
    private const int MaxLookedAt = 4_000;

    private const int PageSize = 250;

    private const string IsDue =
        "d.channel = @1 AND d.lane <> 0 AND d.next_at IS NOT NULL AND d.place = @2 AND (d.failures > 0) = @3";

    /// <summary>
    /// The order of search: first attempts before retries, and within each, endpoints that are currently quick before
    /// the others.
    /// </summary>
    private static readonly (Place Place, bool IsRetry)[] Order =
    [
        (Place.Ready, false), (Place.Trusted, false), (Place.Untried, false), (Place.Slow, false),
        (Place.Ready, true), (Place.Trusted, true), (Place.Untried, true), (Place.Slow, true),
    ];

    private int at;
    private int lookedAt;

    /// <summary>Whether the search stopped before it had examined all rows that could be sent.</summary>
    public bool HasMore => at < Order.Length;

    /// <summary>When the next row for which there is room may begin; null if there is none.</summary>
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

    /// <summary>Tells the shares whether retries are due, so that first attempts leave room for them.</summary>
    public void LookForRetries() => shares.RetriesAreDue = Order.Any(queue => queue.IsRetry && session.Any(
        $"""
        SELECT 1 FROM deliveries d INDEXED BY deliveries_turns WHERE {IsDue} AND coalesce(d.turn_at, d.next_at) <= @4
        LIMIT 1
        """,
        channel, (int)queue.Place, 1, now));

    /// <summary>The next rows whose turn has begun; empty after the last, or after the maximum was examined.</summary>
    public IReadOnlyDictionary<long, EndpointTurn> Next()
    {
        var next = new Dictionary<long, EndpointTurn>();
        while (next.Count == 0 && lookedAt < MaxLookedAt && at < Order.Length)
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
                    row.GetInt64("no"), row.GetString("id"), row.GetInt64("lane"), (int?)row.NumberOrNull("quick"),
                    row.Instant("next_at")),
                channel, (int)place, isRetry ? 1 : 0, now, PageSize);
            if (!Begin(page, place, isRetry, next) || page.Count < PageSize)
            {
                at++;
            }
        }

        return next;
    }

    /// <summary>Gives back the turn of a row that was not sent; the endpoint's next row takes its place.</summary>
    /// <param name="isLater">
    /// Whether the row stays due, and waits until the attempts under way to its endpoint have ended.
    /// </param>
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

    /// <summary>Brings back the next rows of an endpoint after attempts to it have ended.</summary>
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
    /// Brings back one row of each endpoint that has rows waiting but no attempt under way to bring them back: an
    /// edit voided the row whose turn it was, or the process that was sending has ended.
    /// </summary>
    public void BringBackForgotten()
    {
        var endpoints = session.Query(
            """
            SELECT s.no, s.id FROM (
                SELECT subscription_no FROM deliveries INDEXED BY deliveries_set_back
                WHERE place > 0 AND next_at IS NOT NULL GROUP BY subscription_no HAVING min(place) = 3) waiting
            CROSS JOIN subscriptions s ON s.no = waiting.subscription_no
            """,
            row => (No: row.GetInt64("no"), Id: row.GetString("id")));
        foreach (var (no, _) in endpoints.Where(endpoint => shares.UnderWayTo(endpoint.Id) == 0))
        {
            BringBack(no, 1, Place.Ready);
        }
    }

    /// <returns>
    /// False once a row has been met that stays in its place: the rows behind it have no turn either.
    /// </returns>
    private bool Begin(IReadOnlyList<DueTurn> page, Place place, bool isRetry, Dictionary<long, EndpointTurn> next)
    {
        var moved = new List<(long No, Place To)>();
        var goesOn = true;
        foreach (var row in page)
        {
            lookedAt++;
            if (row.NextAt > now)
            {
                Put([row.No], Place.Ready); // it was postponed after it had been brought back
                continue;
            }

            var (turn, waits) = shares.TryReserve(row.Endpoint, row.Host, row.Quick, isRetry);
            if (turn is not null)
            {
                shares.Start(turn);
                begun.Add(turn);
                next.Add(row.No, turn);
            }
            else if (waits == place)
            {
                goesOn = false;
                break;
            }
            else
            {
                moved.Add((row.No, waits));
            }
        }

        foreach (var rows in moved.GroupBy(row => row.To, row => row.No))
        {
            session.Execute(
                "UPDATE deliveries SET place = @2 WHERE no IN (SELECT value FROM json_each(@1))",
                JsonList.Of(rows), (int)rows.Key);
        }

        return goesOn;
    }

    private void Put(IEnumerable<long> rows, Place place) => session.Execute(
        "UPDATE deliveries SET place = @2, turn_at = NULL WHERE no IN (SELECT value FROM json_each(@1))",
        JsonList.Of(rows), (int)place);

    /// <summary>Brings back up to <paramref name="most"/> rows, behind rows that have been due for longer.</summary>
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
