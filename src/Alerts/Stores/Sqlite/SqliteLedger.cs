using System.Text.Json;
using Alerts.Dates;
using Alerts.Ledger;
using Alerts.Queue;
using Alerts.Senders;
using Alerts.Subscriptions;
using Microsoft.Data.Sqlite;
using NodaTime;

namespace Alerts.Stores.Sqlite;

/// <summary>The ledger as the senders use it: one turn settles what has ended and claims what is due, in one transaction.</summary>
internal sealed class SqliteLedger(Database database, DateRows rows, SqlitePlan plan)
{
    private const string Candidate =
        """
        d.no, d.date_no, d.revision, d.kind, d.lead, d.due_at, d.expires, d.lane, d.failures, d.resent, d.log IS NULL, d.message, d.subscription_no
        """;

    /// <summary>How many columns <see cref="Candidate"/> has.</summary>
    private const int CandidateColumns = 13;

    /// <summary>
    /// Settles what has ended, then claims at most <paramref name="free"/> messages that are due, oldest first; what is found not owed,
    /// overtaken or expired is settled on the way.
    /// </summary>
    /// <param name="lanes">How many are under way per lane.</param>
    public IReadOnlyList<Claim> Turn(IChannel channel, IReadOnlyList<Settlement> ended, int free, IReadOnlyDictionary<long, int> lanes) => database.Write((session, now) =>
    {
        Settlements.Mark(session, ended, now);

        var busy = new Dictionary<long, int>(lanes);
        var claims = new List<Claim>();
        var looks = new Looks(session, now);
        while (claims.Count < free)
        {
            var full = busy.Where(lane => lane.Value >= channel.SlotsPerLane).Select(lane => lane.Key);
            var wanted = free - claims.Count + looks.Skipped.Count;
            // CROSS: the ledger's index leads, whatever SQLite would guess.
            var page = session.Query(
                $"""
                SELECT {Candidate}, {SubscriptionRows.SendersColumns} FROM deliveries d CROSS JOIN subscriptions s ON s.no = d.subscription_no
                WHERE d.channel = @1 AND d.next_at <= @2 AND d.lane NOT IN (SELECT value FROM json_each(@3)) ORDER BY d.next_at LIMIT @4
                """,
                row => Row.Map(row, SubscriptionRows.ForSenders(row, CandidateColumns, session, plan)), channel.Name, now, JsonSerializer.Serialize(full), wanted);
            var fresh = 0;
            foreach (var row in page.Where(row => !looks.Skipped.Contains(row.No)))
            {
                if (channel.SlotsPerLane is { } most && busy.GetValueOrDefault(row.Lane) >= most)
                {
                    continue;
                }

                fresh++;
                if (Judge(looks, row) is { } claim)
                {
                    claims.Add(claim);
                    busy[row.Lane] = busy.GetValueOrDefault(row.Lane) + 1;
                }
            }

            looks.MarkClaimed(database.Owner.Id);

            if (page.Count < wanted || fresh == 0)
            {
                break;
            }
        }

        return claims;
    });

    /// <summary>When the next message of a channel may be attempted; null when none waits.</summary>
    public Instant? NextAt(string channel) => database.Read(session =>
        session.Number("SELECT min(next_at) FROM deliveries WHERE channel = @1 AND next_at IS NOT NULL", channel) is { } at ? Instant.FromUnixTimeMilliseconds(at) : (Instant?)null);

    /// <summary>Whether nothing is due or under way.</summary>
    public bool IsQuiet(Instant now) => database.Read(session =>
        !session.Any("SELECT 1 FROM deliveries WHERE owner IS NOT NULL")
        && !session.Any("SELECT 1 FROM deliveries WHERE next_at IS NOT NULL AND next_at <= @1", now));

    /// <summary>Gives back what processes had claimed that live no more: their attempts may have arrived, and are made again with the same key.</summary>
    public void ReclaimFromTheDead()
    {
        var dead = database.Read(session => session.Query("SELECT DISTINCT owner FROM deliveries WHERE owner IS NOT NULL", row => row.GetString(0)))
            .Where(owner => !database.Owner.IsAlive(owner)).ToList();
        foreach (var owner in dead)
        {
            database.Write((session, now) =>
            {
                foreach (var (no, at) in session.Query("SELECT no, attempt_at FROM deliveries WHERE owner = @1", row => (No: row.GetInt64(0), At: row.Instant(1)), owner))
                {
                    session.Execute(
                        "UPDATE deliveries SET state = CASE WHEN failures > 0 THEN 2 ELSE 0 END, owner = NULL, next_at = @2, log = coalesce(log || char(10), '') || @3 WHERE no = @1",
                        no, now, AttemptLog.Line(new Attempt(at, null, null, "broken off: the sending process ended")));
                }
            });
        }
    }

    private static void End(Session session, long no, DeliveryState state, string reason) =>
        session.Execute("UPDATE deliveries SET state = @2, reason = @3, next_at = NULL WHERE no = @1", no, (int)state, reason);

    private static void Wait(Session session, long no, Verdict.Wait wait) => session.Execute(
        "UPDATE deliveries SET next_at = @2, due_at = @3, expires = @4 WHERE no = @1", no, wait.Until, wait.DueAt, wait.Expires);

    /// <summary>Claims a candidate, or settles it without an attempt, or leaves it for later (null both times).</summary>
    private Claim? Judge(Looks looks, Row row)
    {
        Outgoing? message = row.Kind == AlertKind.Service
            ? ForService(looks.Session, row, row.Subscription, looks.Now)
            : ForAlert(looks, row);
        if (message is null)
        {
            return null;
        }

        looks.Claim(row);
        return new Claim(row.No, row.Lane, row.Failures, row.IsResent ? null : row.Expires, message);
    }

    private static OutgoingService? ForService(Session session, Row row, Subscription subscription, Instant now)
    {
        var message = Enum.Parse<ServiceMessage>(row.Message!); // every service row has one
        var isWanted = message is ServiceMessage.Confirmation ? subscription.Status == SubscriptionStatus.Pending : subscription.Status != SubscriptionStatus.Ended;
        if (isWanted)
        {
            return new OutgoingService(row.Lead, subscription, now, message);
        }

        End(session, row.No, DeliveryState.Void, "not wanted any more");
        return null;
    }

    private OutgoingAlert? ForAlert(Looks looks, Row row)
    {
        if (row.Subscription.Status is SubscriptionStatus.Ended or SubscriptionStatus.Pending)
        {
            End(looks.Session, row.No, DeliveryState.Void, "unsubscribed");
            return null;
        }

        var current = looks.Current(rows, row.DateNo);
        return row.Kind == AlertKind.Reminder
            ? ForReminder(looks.Session, row, row.Subscription, current, looks.Now)
            : ForCorrection(looks, row, row.Subscription, current);
    }

    private OutgoingAlert? ForReminder(Session session, Row row, Subscription subscription, DateVersion current, Instant now)
    {
        var reminder = new ReminderRow(
            row.Revision, row.Lead, row.DueAt, row.Expires ?? Instant.MaxValue, row.IsFirstAttempt, row.IsResent, subscription.Since, subscription.Wish);
        bool HasRow(string lead) => session.Any(
            "SELECT 1 FROM deliveries WHERE date_no = @1 AND subscription_no = @2 AND revision = @3 AND kind = 1 AND lead = @4", row.DateNo, row.SubscriptionNo, row.Revision, lead);
        switch (Recheck.Of(reminder, current, plan.Reminders(session, current, subscription.Schedule), HasRow, now))
        {
            case Verdict.NotOwed notOwed:
                End(session, row.No, DeliveryState.Void, notOwed.Reason);
                return null;
            case Verdict.Expired:
                End(session, row.No, DeliveryState.Expired, "not delivered before it expired");
                return null;
            case Verdict.Wait wait:
                Wait(session, row.No, wait);
                return null;
            default:
                return IsKeptBack(session, row, subscription)
                    ? null
                    : new OutgoingAlert(KeyOf(row, subscription, current), subscription, now, row.Kind, row.Lead, row.DueAt, row.Expires, current, null, null);
        }
    }

    private OutgoingAlert? ForCorrection(Looks looks, Row row, Subscription subscription, DateVersion current)
    {
        var session = looks.Session;
        if (row.Revision != current.KeyDate.Revision)
        {
            End(session, row.No, DeliveryState.Void, "superseded");
            return null;
        }

        if (looks.IsClaimed(row.DateNo, row.SubscriptionNo)
            || session.Any("SELECT 1 FROM deliveries WHERE date_no = @1 AND subscription_no = @2 AND state = 1", row.DateNo, row.SubscriptionNo))
        {
            // What is at the wire goes first: only then is it known what was told.
            looks.Skipped.Add(row.No);
            return null;
        }

        var told = session.Number(
            "SELECT max(revision) FROM deliveries WHERE date_no = @1 AND subscription_no = @2 AND revision < @3 AND kind <> 0 AND log IS NOT NULL", row.DateNo, row.SubscriptionNo, row.Revision);
        var previous = told is { } revision ? rows.OfRevision(session, row.DateNo, (int)revision).KeyDate : null;
        if (previous is null || (row.IsFirstAttempt && previous.TellsSameAs(current.KeyDate)))
        {
            End(session, row.No, DeliveryState.Void, "nothing else was told");
            return null;
        }

        if (IsKeptBack(session, row, subscription))
        {
            return null;
        }

        var change = rows.History(session, row.DateNo).First(version => version.KeyDate.Revision == row.Revision);
        return new OutgoingAlert(KeyOf(row, subscription, current), subscription, looks.Now, row.Kind, row.Lead, row.DueAt, row.Expires, current, previous, change.Reason);
    }

    /// <summary>What falls due for a disabled endpoint is kept as failed, to be recovered.</summary>
    private static bool IsKeptBack(Session session, Row row, Subscription subscription)
    {
        if (subscription.Status != SubscriptionStatus.Disabled)
        {
            return false;
        }

        End(session, row.No, DeliveryState.Failed, "endpoint disabled");
        return true;
    }

    private static string KeyOf(Row row, Subscription subscription, DateVersion version) =>
        AlertKey.Of(subscription.Id, version.KeyDate.Id, row.Revision, row.Kind, row.Lead);

    private sealed record Row(
        long No, long DateNo, int Revision, AlertKind Kind, string Lead, Instant DueAt, Instant? Expires, long Lane, int Failures, bool IsResent, bool IsFirstAttempt, string? Message, long SubscriptionNo,
        Subscription Subscription)
    {
        public static Row Map(SqliteDataReader row, Subscription subscription) => new(
            row.GetInt64(0), row.GetInt64(1), row.GetInt32(2), (AlertKind)row.GetInt32(3), row.GetString(4), row.Instant(5), row.InstantOrNull(6),
            row.GetInt64(7), row.GetInt32(8), row.GetBoolean(9), row.GetBoolean(10), row.TextOrNull(11), row.GetInt64(12), subscription);
    }

    /// <summary>One turn's last looks: what they have read, which no one can change before the turn ends, and what they claimed.</summary>
    private sealed class Looks(Session session, Instant now)
    {
        private readonly Dictionary<long, DateVersion> current = [];
        private readonly HashSet<(long DateNo, long SubscriptionNo)> claimed = [];
        private readonly List<long> toMark = [];

        public Session Session => session;

        public Instant Now => now;

        /// <summary>Due, but left for a later turn.</summary>
        public HashSet<long> Skipped { get; } = [];

        public DateVersion Current(DateRows rows, long dateNo) =>
            current.TryGetValue(dateNo, out var version) ? version : current[dateNo] = rows.Current(session, dateNo);

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
                "UPDATE deliveries SET state = 1, owner = @2, attempt_at = @3, next_at = NULL WHERE no IN (SELECT value FROM json_each(@1))",
                JsonSerializer.Serialize(toMark), owner, now);
            toMark.Clear();
        }
    }
}
