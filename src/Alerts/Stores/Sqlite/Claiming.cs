using System.Data;
using System.Diagnostics;
using Alerts.Dates;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Queue;
using Alerts.Senders;
using Alerts.Subscriptions;
using Microsoft.Data.Sqlite;

namespace Alerts.Stores.Sqlite;

/// <summary>
/// Collects the claims of one write transaction: the pre-send checks with the data they have read, which cannot
/// change before the transaction ends, and the rows still to be marked as claimed.
/// </summary>
internal sealed class Claiming(Session session, DateRows rows, SqlitePlan plan, ChannelKinds channels, Instant now)
{
    private readonly Dictionary<long, DateVersion> current = [];
    private readonly Dictionary<long, IReadOnlyList<DateVersion>> histories = [];
    private readonly HashSet<(long DateNo, long SubscriptionNo)> sent = [];
    private readonly Dictionary<long, string?> toMark = [];

    public Session Session => session;

    public Instant Now => now;

    /// <summary>The recording number of the attempts that this transaction begins.</summary>
    public long Begun { get; } = Recording.Next(session);

    /// <summary>Numbers of the rows that are due but left for a later transaction.</summary>
    public HashSet<long> Skipped { get; } = [];

    /// <summary>Reads candidates together with their subscriptions.</summary>
    /// <param name="from">
    /// The SQL after <c>FROM</c>. It must use the alias <c>d</c> for deliveries and <c>s</c> for subscriptions.
    /// </param>
    public List<Candidate> Query(string from, params ReadOnlySpan<object?> values) => session.Query(
        $"SELECT {Candidate.Columns}, {SubscriptionRows.SendersColumns} FROM {from}",
        row => Candidate.Map(row, SubscriptionRows.Map(
            row, channels, plan.PreferencesOf(session, row.GetInt64("schedule")))), values);

    /// <summary>
    /// Runs the pre-send check on a candidate and returns the message to send. Returns null when nothing is sent: the
    /// row has ended without an attempt, or waits.
    /// </summary>
    public OutboundMessage? Check(Candidate row)
    {
        switch (Decide(row))
        {
            case SendDecision.Send send:
                return send.Message;
            case SendDecision.End end:
                session.Execute(
                    """
                    UPDATE deliveries SET state = @2, reason = @3, next_at = NULL, place = 0, turn_at = NULL
                    WHERE no = @1
                    """,
                    row.No, (int)end.State, end.Reason);
                AlertMetrics.EndedUnsent(row.Subscription.Subscription.Channel.Name, end.State);
                return null;
            case SendDecision.Wait wait:
                session.Execute(
                    """
                    UPDATE deliveries SET next_at = @2, due_at = @3, expires = @4, place = 0, turn_at = NULL
                    WHERE no = @1
                    """,
                    row.No, wait.Until, wait.DueAt, wait.Expires);
                return null;
            case SendDecision.Later:
                Skipped.Add(row.No);
                // An attempt under way wakes the channel when it ends. Nothing does so for a message in doubt, whose
                // attempt has ended and which no process owns, so the row gets a time for its next check. A digest
                // waits as a whole.
                session.Execute(
                    """
                    UPDATE deliveries SET next_at = @2
                    WHERE no IN (SELECT @1 UNION SELECT no FROM deliveries
                        WHERE mail = @5 AND subscription_no = @4 AND next_at <= @6)
                      AND EXISTS (SELECT 1 FROM deliveries other
                        WHERE other.date_no = @3 AND other.subscription_no = @4 AND other.state = 1
                          AND other.owner IS NULL AND other.no <> @1)
                    """,
                    row.No, now + SendDecision.Later.Pause, row.DateNo, row.SubscriptionNo, row.DigestId, now);
                return null;
            default:
                throw new UnreachableException("a decision has four forms");
        }
    }

    /// <summary>Whether a row would be sent if it were due, now or later.</summary>
    public bool IsOwed(Candidate row) => Decide(row) is not SendDecision.End;

    /// <param name="digestId">See <see cref="Claim.DigestId"/>.</param>
    public SqliteClaim Claim(Candidate row, OutboundMessage message, string? digestId = null)
    {
        toMark.Add(row.No, digestId);
        sent.Add((row.DateNo, row.SubscriptionNo));
        return new SqliteClaim(row, message, Begun) { DigestId = digestId };
    }

    /// <summary>Marks the rows claimed since the last call, in one statement.</summary>
    public void MarkClaimed(string owner)
    {
        session.Execute(
            """
            UPDATE deliveries SET state = 1, owner = @2, attempt_at = @3, begun = @4, next_at = NULL, place = 0,
              turn_at = NULL, mail = line.value
            FROM json_each(@1) line WHERE deliveries.no = CAST(line.key AS INTEGER)
            """,
            JsonList.Of(toMark), owner, now, Begun);
        toMark.Clear();
    }

    private SendDecision Decide(Candidate row) =>
        PreSendCheck.Of(row.Due, row.Subscription.Subscription, new Facts(this, row), now);

    private DateVersion Current(long dateNo) =>
        current.TryGetValue(dateNo, out var version) ? version : current[dateNo] = rows.Current(session, dateNo);

    private IReadOnlyList<DateVersion> History(long dateNo) => histories.TryGetValue(dateNo, out var history) ? history
        : histories[dateNo] = rows.History(session, dateNo);

    /// <summary>Reads the facts of a pre-send check within the transaction.</summary>
    private sealed class Facts(Claiming claiming, Candidate row) : IPreSendContext
    {
        public DateVersion Current => claiming.Current(row.DateNo);

        public IReadOnlyList<DateVersion> History => claiming.History(row.DateNo);

        public IReadOnlyList<DueReminder> Leads => claiming.Leads(Current, row.Subscription.PreferenceSet);

        public bool IsBeingSent =>
            claiming.sent.Contains((row.DateNo, row.SubscriptionNo))
            || claiming.Session.Any(
                "SELECT 1 FROM deliveries WHERE date_no = @1 AND subscription_no = @2 AND state = 1 AND no <> @3",
                row.DateNo, row.SubscriptionNo, row.No);

        public IEnumerable<NotificationRow> Notifications =>
            SqliteKnowledge.Of(claiming.Session, row.DateNo, row.SubscriptionNo);

        public IReadOnlyList<SiblingReminder> Siblings => SqliteKnowledge.Siblings(
            claiming.Session, row.DateNo, row.SubscriptionNo, row.Due.Revision, row.Due.Lead);
    }

    private IReadOnlyList<DueReminder> Leads(DateVersion version, long preferenceSet) =>
        plan.Leads(session, version, preferenceSet);
}

/// <summary>A row with the data that a claim needs.</summary>
/// <param name="NextAt">Null for a row that has ended.</param>
/// <param name="DigestId">The id of the digest that its last attempt was part of; null if there is none.</param>
internal sealed record Candidate(
    long No, long DateNo, int Failures, Instant? NextAt, string? DigestId, DueRow Due, SubscriptionRow Subscription)
{
    public const string Columns =
        """
        d.no, d.date_no, d.failures, d.next_at, d.mail, d.revision, d.kind, d.lead, d.due_at, d.expires,
        d.log IS NULL AS is_first, d.resent, d.message
        """;

    public long SubscriptionNo => Subscription.No;

    public static Candidate Map(SqliteDataReader row, SubscriptionRow subscription) => new(
        row.GetInt64("no"), row.GetInt64("date_no"), row.GetInt32("failures"), row.InstantOrNull("next_at"),
        row.TextOrNull("mail"),
        new DueRow(
            row.GetInt32("revision"), (AlertKind)row.GetInt32("kind"), row.GetString("lead"), row.Instant("due_at"),
            row.InstantOrNull("expires"), row.GetBoolean("is_first"), row.GetBoolean("resent"),
            row.TextOrNull("message") is { } message ? Enum.Parse<ServiceMessage>(message) : null),
        subscription);
}

/// <summary>A claim with its row.</summary>
/// <param name="Begun">The recording number of the start of its attempt.</param>
internal sealed record SqliteClaim(Candidate Row, OutboundMessage Message, long Begun)
    : Claim(Row.Failures, Row.Due.IsResent ? null : Row.Due.Expires, Message);
