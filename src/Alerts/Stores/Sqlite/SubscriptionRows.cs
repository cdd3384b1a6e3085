using System.Data;
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
        s.no AS subscription_no, s.id, s.channel, s.address, s.status, s.created_at, s.since, s.schedule,
        s.generation, s.secrets, s.contact, s.contact_confirmed, s.failing_since, s.format, s.edited, s.client, s.quick
        """;

    public const string Columns = SendersColumns + ", s.wish, s.ended_at, " + BeforeEnd;

    private const string BeforeEnd =
        """
        CASE s.status WHEN 3 THEN (SELECT v.status FROM subscription_versions v
          WHERE v.subscription_no = s.no AND v.status <> 3 ORDER BY v.number DESC LIMIT 1) END AS status_before_end
        """;

    /// <summary>Maps a row with the preferences as written, for responses to the subscription's owner.</summary>
    public static SubscriptionRow Map(SqliteDataReader row, ChannelKinds channels)
    {
        var mapped = Map(row, channels, PreferencesJson.FromStored(row.GetString("wish")));
        return mapped with
        {
            Subscription = mapped.Subscription with
            {
                EndedAt = row.InstantOrNull("ended_at"),
                StatusBeforeEnd = (SubscriptionStatus?)row.NumberOrNull("status_before_end"),
            },
        };
    }

    /// <summary>Maps the <see cref="SendersColumns"/> of a row.</summary>
    /// <param name="preferences">
    /// As written, or those of the preference set: the senders do not need the order of leads.
    /// </param>
    public static SubscriptionRow Map(
        SqliteDataReader row, ChannelKinds channels, Preferences preferences) => new(
        row.GetInt64("subscription_no"), row.GetInt64("schedule"),
        new Subscription(
            row.GetString("id"), channels.Of(row.GetString("channel")), row.GetString("address"),
            (SubscriptionStatus)row.GetInt32("status"), row.Instant("created_at"), row.Instant("since"), preferences,
            row.GetInt32("generation"), StoredSecrets.Read(row.GetString("secrets")),
            row.GetString("contact") is { Length: > 0 } contact
                ? new Contact(contact, row.GetBoolean("contact_confirmed")) : null,
            row.InstantOrNull("failing_since"))
        {
            Format = WebhookFormats.Of(row.GetString("format"))
                ?? throw new FormatException("A stored subscription has an unknown format."),
            IsEdited = row.GetBoolean("edited"),
            Client = row.GetString("client"),
            Quick = (int?)row.NumberOrNull("quick"),
        });

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
            row => (row.Instant("recorded_at"), (SubscriptionStatus)row.GetInt32("status")), no));
        var waited = session.Query(
            """
            SELECT r.no, r.due_at, r.expires, r.log IS NOT NULL AS was_attempted
            FROM deliveries r JOIN dates d ON d.no = r.date_no
              JOIN date_versions v ON v.date_no = d.no AND v.number = d.version AND v.revision = r.revision
            WHERE r.subscription_no = @1 AND r.kind = 1 AND r.state = 6 AND r.reason = @2
            """,
            row => (No: row.GetInt64("no"), NextAt: Resumption.NextAt(
                row.Instant("due_at"), row.InstantOrNull("expires"), row.GetBoolean("was_attempted"), pauses, now)),
            no, EndReasons.Unsubscribed);
        foreach (var (rowNo, nextAt) in waited.Where(one => one.NextAt is not null))
        {
            session.Execute(
                "UPDATE deliveries SET state = CASE WHEN failures > 0 THEN 2 ELSE 0 END, reason = NULL, next_at = @2 "
                + "WHERE no = @1",
                rowNo, nextAt);
        }
    }
}
