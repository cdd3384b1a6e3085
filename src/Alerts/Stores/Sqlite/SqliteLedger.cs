using System.Data;
using System.Diagnostics;
using Alerts.Ledger;
using Alerts.Queue;
using Alerts.Senders;
using Alerts.Subscriptions;

namespace Alerts.Stores.Sqlite;

/// <summary>
/// The ledger as the senders see it; here it is the queue too. One transaction settles the attempts that have ended
/// and claims rows that are due.
/// </summary>
internal sealed class SqliteLedger(Database database, DateRows rows, SqlitePlan plan, ChannelKinds channels) : IQueue
{
    /// <summary>Interval, in real time, of the search for rows that no ending attempt will bring back.</summary>
    private static readonly TimeSpan ForgottenEvery = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Timestamp of the last such search. It needs no lock: only one thread claims for the channel whose endpoints
    /// take turns.
    /// </summary>
    private long? lookedForForgotten;

    public Task<IReadOnlyList<Claim>> SettleAndClaimAsync(
        IChannel channel, IReadOnlyList<Settlement> ended, int free, EndpointShares? shares,
        CancellationToken cancel) =>
        shares is not null
            ? Task.FromResult(SettleAndClaimInTurn(channel, ended, free, shares))
            : database.WriteAsync<IReadOnlyList<Claim>>((session, now) =>
            {
                Settlements.Mark(session, rows, channel, ended, now);
                var claiming = new Claiming(session, rows, plan, channels, now);
                return new MessageClaims(claiming, channel, database.Owner.Id).ClaimOldest(free);
            });

    public Task<Instant?> NextAtAsync(string channel, EndpointShares? shares, CancellationToken cancel) =>
        database.ReadAsync(session => shares is not null ? SqliteTurns.NextAt(session, channel, shares)
            : session.First(
                "SELECT min(next_at) AS next_at FROM deliveries WHERE channel = @1 AND next_at IS NOT NULL",
                row => row.InstantOrNull("next_at"), channel));

    public Task<bool> IsQuietAsync(Instant now, CancellationToken cancel) => database.ReadAsync(session =>
        !session.Any("SELECT 1 FROM deliveries WHERE owner IS NOT NULL")
        && !session.Any("SELECT 1 FROM deliveries WHERE next_at IS NOT NULL AND next_at <= @1", now));

    public Task ReclaimAbandonedAsync(CancellationToken cancel)
    {
        var owners = database.Read(session => session.Query(
            "SELECT DISTINCT owner FROM deliveries WHERE owner IS NOT NULL", row => row.GetString("owner")));
        foreach (var owner in owners.FindAll(owner => !database.Owner.IsAlive(owner)))
        {
            database.Write((session, now) =>
            {
                var ended = Recording.Next(session);
                foreach (var (no, attempt) in session.Query(
                    "SELECT no, attempt_at, begun, due_at, expires FROM deliveries WHERE owner = @1",
                    row => (row.GetInt64("no"), Attempt.BrokenOff(row.Instant("attempt_at")) with
                    {
                        Begun = row.NumberOrNull("begun"),
                        Ended = ended,
                        DueAt = row.Instant("due_at"),
                        Expires = row.InstantOrNull("expires"),
                    }),
                    owner))
                {
                    session.Execute(
                        "UPDATE deliveries SET state = CASE WHEN failures > 0 THEN 2 ELSE 0 END, owner = NULL, "
                        + "next_at = @2, log = coalesce(log || char(10), '') || @3 WHERE no = @1",
                        no, now, AttemptLog.Line(attempt));
                }
            });
        }

        return Task.CompletedTask;
    }

    private IReadOnlyList<Claim> SettleAndClaimInTurn(
        IChannel channel, IReadOnlyList<Settlement> ended, int free, EndpointShares shares)
    {
        while (true)
        {
            var begun = new List<EndpointTurn>();
            try
            {
                var (claims, hasMore) = database.Write<(IReadOnlyList<Claim>, bool)>((session, now) =>
                {
                    Settlements.Mark(session, rows, channel, ended, now);
                    var turns = new SqliteTurns(session, channel.Name, shares, begun, now);
                    foreach (var endpoint in ended.GroupBy(one => ((SqliteClaim)one.Claim).Row.SubscriptionNo))
                    {
                        var id = endpoint.First().Claim.Message.Subscription.Id;
                        turns.AfterAttempts(endpoint.Key, id, endpoint.Last().IsQuick);
                    }

                    if (lookedForForgotten is not { } last || Stopwatch.GetElapsedTime(last) > ForgottenEvery)
                    {
                        lookedForForgotten = Stopwatch.GetTimestamp();
                        turns.BringBackForgotten();
                    }

                    return free == 0 ? ([], false) : (ClaimInTurn(session, turns, now), turns.HasMore);
                });
                if (claims.Count > 0 || !hasMore)
                {
                    return claims;
                }

                ended = [];
            }
            catch
            {
                begun.ForEach(shares.GiveBack); // the transaction was rolled back: nothing was claimed
                throw;
            }
        }
    }

    private List<Claim> ClaimInTurn(Session session, SqliteTurns turns, Instant now)
    {
        var claims = new List<Claim>();
        var claiming = new Claiming(session, rows, plan, channels, now);
        turns.LookForRetries();
        while (turns.Next() is { Count: > 0 } next)
        {
            var page = claiming.Query(
                """
                json_each(@1) chosen
                CROSS JOIN deliveries d ON d.no = chosen.value CROSS JOIN subscriptions s ON s.no = d.subscription_no
                """,
                JsonList.Of(next.Keys));
            foreach (var row in page)
            {
                var turn = next[row.No];
                if (claiming.Check(row) is { } message)
                {
                    claims.Add(claiming.Claim(row, message) with { Turn = turn });
                    continue;
                }

                turns.GiveBack(row.No, row.SubscriptionNo, turn, claiming.Skipped.Contains(row.No));
            }

            claiming.MarkClaimed(database.Owner.Id);
        }

        return claims;
    }
}
