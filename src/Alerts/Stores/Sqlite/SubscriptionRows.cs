using Alerts.Ledger;
using Alerts.Subscriptions;
using Microsoft.Data.Sqlite;

namespace Alerts.Stores.Sqlite;

/// <summary>A subscription with the numbers of its row and its preference set.</summary>
internal sealed record SubscriptionRow(long No, long PreferenceSet, Subscription Subscription);

/// <summary>Reads and writes subscriptions. A change of status or preference set adds a version row.</summary>
internal static class SubscriptionRows
{
    /// <summary>The columns that the senders need: all but the preferences as the subscriber wrote them.</summary>
    public const string SendersColumns =
        """
        s.no, s.id, s.channel, s.address, s.status, s.created_at, s.since, s.schedule, s.generation, s.secrets,
        s.contact, s.contact_confirmed, s.failing_since, s.format, s.edited, s.client, s.quick
        """;

    /// <summary>Number of columns in <see cref="SendersColumns"/>.</summary>
    private const int SendersColumnCount = 17;

    public const string Columns = SendersColumns + ", s.wish, s.ended_at, " + BeforeEnd;

    private const string BeforeEnd =
        """
        CASE s.status WHEN 3 THEN (SELECT v.status FROM subscription_versions v
          WHERE v.subscription_no = s.no AND v.status <> 3 ORDER BY v.number DESC LIMIT 1) END
        """;

    /// <summary>Maps a row with the preferences as written, for responses to the subscription's owner.</summary>
    public static SubscriptionRow Map(SqliteDataReader row, ChannelKinds channels)
    {
        var mapped = Map(row, 0, channels, PreferencesJson.FromStored(row.GetString(SendersColumnCount)));
        return mapped with
        {
            Subscription = mapped.Subscription with
            {
                EndedAt = row.InstantOrNull(SendersColumnCount + 1),
                StatusBeforeEnd = (SubscriptionStatus?)row.NumberOrNull(SendersColumnCount + 2),
            },
        };
    }

    /// <summary>
    /// Maps a row with the preferences of its preference set, for the senders, to whom the order of leads
    /// does not matter.
    /// </summary>
    /// <param name="first">The index of the first of the <see cref="SendersColumns"/>.</param>
    public static SubscriptionRow ForSenders(
        SqliteDataReader row, int first, ChannelKinds channels, Session session, SqlitePlan plan) =>
        Map(row, first, channels, plan.PreferencesOf(session, row.GetInt64(first + 7)));

    /// <summary>
    /// Activates a pending or disabled subscription. A pending one is owed alerts from now on; a disabled one has been
    /// owed them all the time. Enqueues what falls due up to the watcher's horizon.
    /// </summary>
    public static void Activate(Session session, long no, Instant now)
    {
        if (session.Execute(
            "UPDATE subscriptions SET status = 1, since = CASE status WHEN 0 THEN @2 ELSE since END, "
            + "since_no = CASE status WHEN 0 THEN @3 ELSE since_no END WHERE no = @1 AND status IN (0, 2)",
            no, now, Recording.Next(session)) == 0)
        {
            return;
        }

        AddVersion(session, no, now);
        var preferenceSet = session.Number("SELECT schedule FROM subscriptions WHERE no = @1", no);
        SqliteWatch.EnqueueOwn(session, no, preferenceSet!.Value, now); // the row was updated above
    }

    public static SubscriptionRow Insert(Session session, long preferenceSet, Subscription made, Instant now)
    {
        var no = session.Number(
            """
            INSERT INTO subscriptions (id, channel, address, lane, status, created_at, since, schedule, wish,
              generation, secrets, contact, format, client)
            VALUES (@1, @2, @3, @4, 0, @5, @5, @6, @7, @8, @9, @10, @11, @12) RETURNING no
            """,
            made.Id, made.Channel.Name, made.Address, made.Channel.DestinationKeyOf(made.Address), now, preferenceSet,
            PreferencesJson.ToStored(made.Preferences), made.Generation, StoredSecrets.Write(made.Secrets),
            made.Contact?.Address ?? "", made.Format.Word(), made.Client)!.Value; // RETURNING always returns a row
        AddVersion(session, no, now);
        return new SubscriptionRow(no, preferenceSet, made);
    }

    /// <summary>
    /// Resumes an ended subscription. It is owed alerts from now on, as if it had just been confirmed, and what waited
    /// when it ended waits again.
    /// </summary>
    public static void Resume(Session session, SubscriptionRow row, Instant now)
    {
        var before = row.Subscription.StatusBeforeEnd ?? throw new InvalidOperationException("It has not ended.");
        session.Execute(
            "UPDATE subscriptions SET status = @2, since = @3, since_no = @4, ended_at = NULL WHERE no = @1",
            row.No, (int)before, now, Recording.Next(session));
        AddVersion(session, row.No, now);
        QueueWaiting(session, row.No, now);
        SqliteWatch.EnqueueOwn(session, row.No, row.PreferenceSet, now);
    }

    public static void SetStatus(Session session, long no, SubscriptionStatus status, Instant now)
    {
        session.Execute(
            "UPDATE subscriptions SET status = @2, ended_at = @3 WHERE no = @1",
            no, (int)status, status == SubscriptionStatus.Ended ? now : null);
        AddVersion(session, no, now);
    }

    public static void AddVersion(Session session, long no, Instant now) => session.Execute(
        """
        INSERT INTO subscription_versions (subscription_no, number, recorded_at, status, since, schedule, recorded_no)
        SELECT no, (SELECT count(*) + 1 FROM subscription_versions
          WHERE subscription_no = @1), @2, status, since, schedule, @3 FROM subscriptions WHERE no = @1
        """,
        no, now, Recording.Next(session));

    /// <param name="at">When the message becomes due; it is not sent earlier.</param>
    public static void EnqueueMessage(
        Session session, long no, Subscription subscription, ServiceMessage message, Instant at) => session.Execute(
        """
        INSERT INTO deliveries (subscription_no, date_no, revision, kind, lead, due_at, expires, state, next_at,
          channel, lane, message)
        SELECT no, 0, 0, 0, @2, @3, NULL, 0, @3, @5, CASE WHEN channel = @5 THEN lane ELSE 0 END, @4
          FROM subscriptions WHERE no = @1
        """,
        no, NewSubscription.MessageId(), at, message.ToString(), subscription.Channel.CarrierOf(message));

    /// <summary>Queues the reminders that waited when a resumed subscription ended.</summary>
    private static void QueueWaiting(Session session, long no, Instant now)
    {
        var pauses = Resumption.Pauses(session.Query(
            "SELECT recorded_at, status FROM subscription_versions WHERE subscription_no = @1 ORDER BY number",
            row => (row.Instant(0), (SubscriptionStatus)row.GetInt32(1)), no));
        var waited = session.Query(
            """
            SELECT r.no, r.due_at, r.expires, r.log IS NOT NULL FROM deliveries r JOIN dates d ON d.no = r.date_no
              JOIN date_versions v ON v.date_no = d.no AND v.number = d.version AND v.revision = r.revision
            WHERE r.subscription_no = @1 AND r.kind = 1 AND r.state = 6 AND r.reason = @2
            """,
            row => (No: row.GetInt64(0), NextAt: Resumption.NextAt(
                row.Instant(1), row.InstantOrNull(2), row.GetBoolean(3), pauses, now)),
            no, EndReasons.Unsubscribed);
        foreach (var (rowNo, nextAt) in waited.Where(one => one.NextAt is not null))
        {
            session.Execute(
                "UPDATE deliveries SET state = CASE WHEN failures > 0 THEN 2 ELSE 0 END, reason = NULL, next_at = @2 "
                + "WHERE no = @1",
                rowNo, nextAt);
        }
    }

    private static SubscriptionRow Map(
        SqliteDataReader row, int first, ChannelKinds channels, Preferences preferences) => new(
        row.GetInt64(first), row.GetInt64(first + 7),
        new Subscription(
            row.GetString(first + 1), channels.Of(row.GetString(first + 2)), row.GetString(first + 3),
            (SubscriptionStatus)row.GetInt32(first + 4), row.Instant(first + 5), row.Instant(first + 6), preferences,
            row.GetInt32(first + 8), StoredSecrets.Read(row.GetString(first + 9)),
            row.GetString(first + 10) is { Length: > 0 } contact
                ? new Contact(contact, row.GetBoolean(first + 11)) : null,
            row.InstantOrNull(first + 12))
        {
            Format = WebhookFormats.Of(row.GetString(first + 13))
                ?? throw new FormatException("A stored subscription has an unknown format."),
            IsEdited = row.GetBoolean(first + 14),
            Client = row.GetString(first + 15),
            Quick = (int?)row.NumberOrNull(first + 16),
        });
}
