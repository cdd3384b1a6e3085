using System.Diagnostics;
using Alerts.Dates;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Queue;
using Alerts.Senders;
using Alerts.Subscriptions;
using Microsoft.Data.Sqlite;
using NodaTime;

namespace Alerts.Stores.Sqlite;

/// <summary>The ledger as the senders use it, being the queue itself: one turn settles what has ended and claims what is due, in one transaction.</summary>
internal sealed class SqliteLedger(Database database, DateRows rows, SqlitePlan plan) : IQueue
{
    private const string Candidate =
        """
        d.no, d.date_no, d.revision, d.kind, d.lead, d.due_at, d.expires, d.lane, d.failures, d.resent, d.log IS NULL, d.message, d.subscription_no
        """;

    /// <summary>How many columns <see cref="Candidate"/> has.</summary>
    private const int CandidateColumns = 13;

    /// <summary>How often, in real time, rows are looked for that nobody brings back to their turn.</summary>
    private static readonly TimeSpan ForgottenEvery = TimeSpan.FromSeconds(5);

    /// <summary>Only one thread claims for the channel whose endpoints take turns.</summary>
    private long? lookedForForgotten;

    public Task<IReadOnlyList<Claim>> SettleAndClaimAsync(
        IChannel channel, IReadOnlyList<Settlement> ended, int free, EndpointShares? shares, CancellationToken cancel) =>
        Task.FromResult(shares is null
            ? database.Write<IReadOnlyList<Claim>>((session, now) =>
            {
                Settlements.Mark(session, rows, channel, ended, now);
                return ClaimOldest(session, channel, free, now);
            })
            : SettleAndClaimInTurn(channel, ended, free, shares));

    public Task<Instant?> NextAtAsync(string channel, EndpointShares? shares, CancellationToken cancel) =>
        Task.FromResult(database.Read(session => shares is not null ? SqliteTurns.NextAt(session, channel, shares)
            : session.Number("SELECT min(next_at) FROM deliveries WHERE channel = @1 AND next_at IS NOT NULL", channel) is { } at
                ? Instant.FromUnixTimeMilliseconds(at)
                : (Instant?)null));

    public Task<bool> IsQuietAsync(Instant now, CancellationToken cancel) => Task.FromResult(database.Read(session =>
        !session.Any("SELECT 1 FROM deliveries WHERE owner IS NOT NULL")
        && !session.Any("SELECT 1 FROM deliveries WHERE next_at IS NOT NULL AND next_at <= @1", now)));

    public Task ReclaimFromTheDeadAsync(CancellationToken cancel)
    {
        var dead = database.Read(session => session.Query("SELECT DISTINCT owner FROM deliveries WHERE owner IS NOT NULL", row => row.GetString(0)))
            .Where(owner => !database.Owner.IsAlive(owner)).ToList();
        foreach (var owner in dead)
        {
            database.Write((session, now) =>
            {
                var ended = Recording.Next(session);
                foreach (var (no, at, begun, dueAt, expires) in session.Query(
                    "SELECT no, attempt_at, begun, due_at, expires FROM deliveries WHERE owner = @1",
                    row => (No: row.GetInt64(0), At: row.Instant(1), Begun: row.NumberOrNull(2), DueAt: row.Instant(3),
                        Expires: row.InstantOrNull(4)), owner))
                {
                    var attempt = Attempt.BrokenOff(at) with
                    {
                        Begun = begun,
                        Ended = ended,
                        DueAt = dueAt,
                        Expires = expires,
                    };
                    session.Execute(
                        "UPDATE deliveries SET state = CASE WHEN failures > 0 THEN 2 ELSE 0 END, owner = NULL, next_at = @2, log = coalesce(log || char(10), '') || @3 WHERE no = @1",
                        no, now, AttemptLog.Line(attempt));
                }
            });
        }

        return Task.CompletedTask;
    }

    private List<Claim> ClaimOldest(Session session, IChannel channel, int free, Instant now)
    {
        var claims = new List<Claim>();
        var looks = new Looks(session, rows, plan, now);
        while (claims.Count < free)
        {
            var wanted = free - claims.Count + looks.Skipped.Count;
            // CROSS: the ledger's index leads, whatever SQLite would guess.
            var page = session.Query(
                $"""
                SELECT {Candidate}, {SubscriptionRows.SendersColumns}
                FROM deliveries d CROSS JOIN subscriptions s ON s.no = d.subscription_no
                WHERE d.channel = @1 AND d.next_at <= @2 ORDER BY d.next_at LIMIT @3
                """,
                row => Row.Map(row, SubscriptionRows.ForSenders(row, CandidateColumns, session, plan)),
                channel.Name, now, wanted);
            var fresh = page.Where(row => !looks.Skipped.Contains(row.No)).ToList();
            foreach (var row in fresh)
            {
                if (Judge(looks, row) is { } claim)
                {
                    claims.Add(claim);
                }
            }

            looks.MarkClaimed(database.Owner.Id);

            if (page.Count < wanted || fresh.Count == 0)
            {
                break;
            }
        }

        return claims;
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
                    foreach (var endpoint in ended.GroupBy(one => ((SqliteClaim)one.Claim).SubscriptionNo))
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
                begun.ForEach(shares.GiveBack); // nothing was claimed
                throw;
            }
        }
    }

    private List<Claim> ClaimInTurn(Session session, SqliteTurns turns, Instant now)
    {
        var claims = new List<Claim>();
        var looks = new Looks(session, rows, plan, now);
        turns.LookForRetries();
        while (turns.Next() is { Count: > 0 } next)
        {
            var page = session.Query(
                $"""
                SELECT {Candidate}, {SubscriptionRows.SendersColumns} FROM json_each(@1) chosen
                CROSS JOIN deliveries d ON d.no = chosen.value CROSS JOIN subscriptions s ON s.no = d.subscription_no
                """,
                row => Row.Map(row, SubscriptionRows.ForSenders(row, CandidateColumns, session, plan)),
                JsonList.Of(next.Keys));
            foreach (var row in page)
            {
                var turn = next[row.No];
                if (Judge(looks, row) is { } claim)
                {
                    claims.Add(claim with { Turn = turn });
                    continue;
                }

                turns.GiveBack(row.No, row.SubscriptionNo, turn, looks.Skipped.Contains(row.No));
            }

            looks.MarkClaimed(database.Owner.Id);
        }

        return claims;
    }

    /// <summary>Claims a candidate, or settles it without an attempt, or leaves it for later (null both times).</summary>
    private static SqliteClaim? Judge(Looks looks, Row row)
    {
        switch (PreSendCheck.Of(row.Due, row.Subscription.Subscription, new Facts(looks, row), looks.Now))
        {
            case SendDecision.Send send:
                looks.Claim(row);
                return new SqliteClaim(
                    row.No, row.SubscriptionNo, row.DestinationKey, row.Failures,
                    row.Due.IsResent ? null : row.Due.Expires, send.Message, looks.Begun);
            case SendDecision.End end:
                looks.Session.Execute(
                    "UPDATE deliveries SET state = @2, reason = @3, next_at = NULL, place = 0, turn_at = NULL WHERE no = @1",
                    row.No, (int)end.State, end.Reason);
                AlertMetrics.EndedUnsent(row.Subscription.Subscription.Channel, end.State);
                return null;
            case SendDecision.Wait wait:
                looks.Session.Execute(
                    "UPDATE deliveries SET next_at = @2, due_at = @3, expires = @4, place = 0, turn_at = NULL WHERE no = @1",
                    row.No, wait.Until, wait.DueAt, wait.Expires);
                return null;
            case SendDecision.Later:
                looks.Skipped.Add(row.No);
                return null;
            default:
                throw new InvalidOperationException("A last look has four forms.");
        }
    }

    private sealed record Row(long No, long DateNo, long SubscriptionNo, long DestinationKey, int Failures, DueRow Due, SubscriptionRow Subscription)
    {
        public static Row Map(SqliteDataReader row, SubscriptionRow subscription) => new(
            row.GetInt64(0), row.GetInt64(1), row.GetInt64(12), row.GetInt64(7), row.GetInt32(8),
            new DueRow(
                row.GetInt32(2), (AlertKind)row.GetInt32(3), row.GetString(4), row.Instant(5), row.InstantOrNull(6), row.GetBoolean(10), row.GetBoolean(9),
                row.TextOrNull(11) is { } message ? Enum.Parse<ServiceMessage>(message) : null),
            subscription);
    }

    /// <summary>What a last look may ask, read from the transaction of its turn.</summary>
    private sealed class Facts(Looks looks, Row row) : IPreSendContext
    {
        public DateVersion Current => looks.Current(row.DateNo);

        public IReadOnlyList<DateVersion> History => looks.History(row.DateNo);

        public IReadOnlyList<DueReminder> Leads => looks.Leads(Current, row.Subscription.PreferenceSet);

        public bool IsAtTheWire =>
            looks.IsClaimed(row.DateNo, row.SubscriptionNo)
            || looks.Session.Any("SELECT 1 FROM deliveries WHERE date_no = @1 AND subscription_no = @2 AND state = 1 AND no <> @3", row.DateNo, row.SubscriptionNo, row.No);

        public IEnumerable<TellingRow> Told => SqliteKnowledge.Of(looks.Session, row.DateNo, row.SubscriptionNo);

        public IReadOnlyList<SiblingReminder> Siblings =>
            SqliteKnowledge.Siblings(looks.Session, row.DateNo, row.SubscriptionNo, row.Due.Revision, row.Due.Lead);
    }

    /// <summary>One turn's last looks: what they have read, which no one can change before the turn ends, and what they claimed.</summary>
    private sealed class Looks(Session session, DateRows rows, SqlitePlan plan, Instant now)
    {
        private readonly Dictionary<long, DateVersion> current = [];
        private readonly Dictionary<long, IReadOnlyList<DateVersion>> histories = [];
        private readonly HashSet<(long DateNo, long SubscriptionNo)> claimed = [];
        private readonly List<long> toMark = [];

        public Session Session => session;

        public Instant Now => now;

        /// <summary>The order of what this turn begins.</summary>
        public long Begun { get; } = Recording.Next(session);

        /// <summary>Due, but left for a later turn.</summary>
        public HashSet<long> Skipped { get; } = [];

        public DateVersion Current(long dateNo) =>
            current.TryGetValue(dateNo, out var version) ? version : current[dateNo] = rows.Current(session, dateNo);

        public IReadOnlyList<DateVersion> History(long dateNo) =>
            histories.TryGetValue(dateNo, out var history) ? history : histories[dateNo] = rows.History(session, dateNo);

        public IReadOnlyList<DueReminder> Leads(DateVersion version, long schedule) =>
            plan.Leads(session, version, schedule);

        public bool IsClaimed(long dateNo, long subscriptionNo) => claimed.Contains((dateNo, subscriptionNo));

        public void Claim(Row row)
        {
            claimed.Add((row.DateNo, row.SubscriptionNo));
            toMark.Add(row.No);
        }

        /// <summary>Marks what was claimed since the last call, in one statement.</summary>
        public void MarkClaimed(string owner)
        {
            session.Execute(
                """
                UPDATE deliveries SET state = 1, owner = @2, attempt_at = @3, begun = @4, next_at = NULL, place = 0, turn_at = NULL
                WHERE no IN (SELECT value FROM json_each(@1))
                """,
                JsonList.Of(toMark), owner, now, Begun);
            toMark.Clear();
        }
    }
}

/// <summary>A claim, with the numbers of its row and its subscription.</summary>
/// <param name="Begun">The order in which its attempt was recorded.</param>
internal sealed record SqliteClaim(long No, long SubscriptionNo, long DestinationKey, int Failures, Instant? Expires,
    OutboundMessage Message, long Begun)
    : Claim(DestinationKey, Failures, Expires, Message);
