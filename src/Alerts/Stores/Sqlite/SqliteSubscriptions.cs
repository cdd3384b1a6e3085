using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Senders;
using Alerts.Senders.Webhook;
using Alerts.Subscriptions;
using NodaTime;

namespace Alerts.Stores.Sqlite;

/// <summary>Who asked for what.</summary>
internal sealed class SqliteSubscriptions(Database database, DateRows rows, SqlitePlan plan)
{
    /// <summary>A pending address is sent its confirmation again at most so often within an hour.</summary>
    private const int ConfirmationsAnHour = 3;

    public Subscription? Find(string id) => database.Read(session => Find(session, id));

    /// <summary>
    /// Asks an address to confirm. The same wish again makes no second subscription: a pending one gets its mail again,
    /// an active one a mail with its manage link.
    /// </summary>
    public Subscription SubscribeEmail(string address, Wish wish) => database.Write((session, now) =>
    {
        var schedule = plan.ScheduleOf(session, wish, now);
        var known = session.First(
            $"SELECT {SubscriptionRows.Columns} FROM subscriptions s WHERE s.address = @1 AND s.schedule = @2 AND s.channel = 'email' AND s.status IN (0, 1)",
            SubscriptionRows.Map, address, schedule);
        var subscription = known ?? Insert(session, now, "email", address, lane: 0, schedule, wish, []);
        var message = subscription.Status == SubscriptionStatus.Active ? ServiceMessage.ManageLink : ServiceMessage.Confirmation;
        if ((session.Number(
            "SELECT count(*) FROM deliveries WHERE subscription_no = @1 AND date_no = 0 AND message = @2 AND due_at > @3",
            subscription.Number, message.ToString(), now - Duration.FromHours(1)) ?? 0) < ConfirmationsAnHour)
        {
            EnqueueMessage(session, subscription, message, now);
        }

        return subscription;
    });

    /// <summary>Makes a webhook subscription, pending until its endpoint has answered the verification.</summary>
    public Subscription SubscribeWebhook(string url, Wish wish) => database.Write((session, now) =>
    {
        var authority = SHA256.HashData(Encoding.UTF8.GetBytes(new Uri(url).Authority));
        var subscription = Insert(
            session, now, "webhook", url, BinaryPrimitives.ReadInt64BigEndian(authority), plan.ScheduleOf(session, wish, now), wish, [new WebhookSecret(WebhookSecrets.Make(), null)]);
        EnqueueMessage(session, subscription, ServiceMessage.Verification, now);
        return subscription;
    });

    /// <summary>Confirms a pending subscription; harmless when repeated. Null when it is unknown or has ended.</summary>
    public Subscription? Confirm(string id) => Change(id, (session, subscription, now) =>
    {
        if (subscription.Status == SubscriptionStatus.Pending)
        {
            SubscriptionRows.Activate(session, subscription.Number, now);
        }
    });

    /// <summary>
    /// Changes what is asked for. Nothing is sent for the past, but a reminder that was still ahead and that another hour, zone
    /// or quiet hours put into the past goes at once.
    /// </summary>
    public Subscription? Edit(string id, Wish wish) => Change(id, (session, subscription, now) =>
    {
        var schedule = plan.ScheduleOf(session, wish, now);
        session.Execute("UPDATE subscriptions SET wish = @2 WHERE no = @1", subscription.Number, WishJson.ToStored(wish));
        if (schedule == subscription.Schedule)
        {
            return;
        }

        session.Execute("UPDATE subscriptions SET schedule = @2, since = @3 WHERE no = @1", subscription.Number, schedule, now);
        SubscriptionRows.AddVersion(session, subscription.Number, now);
        if (!subscription.IsOwedAlerts)
        {
            return;
        }

        foreach (var passed in session.Query(
            """
            SELECT fresh.due_at, fresh.date_no, fresh.schedule, fresh.lead, fresh.revision, fresh.expires
            FROM plan old JOIN plan fresh ON fresh.date_no = old.date_no AND fresh.schedule = @2 AND fresh.lead = old.lead
            WHERE old.schedule = @1 AND old.due_at > @3 AND fresh.due_at <= @3
            """,
            PlanRow.Map, subscription.Schedule, schedule, now))
        {
            var date = rows.Current(session, passed.DateNo).KeyDate;
            var lead = wish.Leads.First(lead => lead.Text == passed.Lead);
            var due = Owed.DueNow(lead, now, date, wish);
            SqliteWatch.EnqueueOne(session, subscription.Number, passed with { DueAt = due.DueAt, Expires = due.Expires }, now);
        }

        VoidWhatIsNotOwed(session, subscription, schedule, now);
        SqliteWatch.EnqueueOwn(session, subscription.Number, schedule, now);
    });

    /// <summary>Ends it; what is still waiting becomes void. Harmless when repeated.</summary>
    public Subscription? End(string id) => Change(id, (session, subscription, now) => End(session, subscription.Number, subscription.Status, now), alsoEnded: true);

    /// <summary>A new signing secret; the old ones sign for 24 h more.</summary>
    public string? RotateSecret(string id) => Change(id, (session, subscription, now) =>
    {
        var kept = subscription.Secrets
            .Select(secret => secret with { ReplacedAt = secret.ReplacedAt ?? now })
            .Where(secret => now - secret.ReplacedAt < Duration.FromHours(24));
        var secrets = kept.Prepend(new WebhookSecret(WebhookSecrets.Make(), null)).ToList();
        session.Execute("UPDATE subscriptions SET secrets = @2 WHERE no = @1", subscription.Number, SubscriptionRows.ToStored(secrets));
    })?.Secrets[0].Text;

    /// <summary>Sends a test message; to an endpoint that is pending or disabled the verification, to a pending address its confirmation.</summary>
    public Subscription? Test(string id) => Change(id, (session, subscription, now) => EnqueueMessage(
        session, subscription,
        subscription.Status == SubscriptionStatus.Active ? ServiceMessage.Test : subscription.Channel == "webhook" ? ServiceMessage.Verification : ServiceMessage.Confirmation,
        now));

    /// <summary>Queues once more what failed while the endpoint was disabled since an instant; the senders' last look drops what is no longer owed.</summary>
    /// <returns>How many; null when unknown or ended.</returns>
    public int? Recover(string id, Instant since)
    {
        var queued = 0;
        return Change(id, (session, subscription, now) => queued = session.Execute(
            """
            UPDATE deliveries SET state = 0, next_at = @3, reason = NULL, failures = 0
            WHERE subscription_no = @1 AND kind <> 0 AND state = 4 AND reason = 'endpoint disabled' AND due_at >= @2 AND due_at > @4
            """,
            subscription.Number, since, now, now - Duration.FromDays(14))) is null ? null : queued;
    }

    /// <summary>Lapses what stayed pending for 7 days, and forgets the addresses of what ended 30 days ago.</summary>
    public void Tidy() => database.Write((session, now) =>
    {
        foreach (var no in session.Query("SELECT no FROM subscriptions WHERE status = 0 AND created_at <= @1 LIMIT 500", row => row.GetInt64(0), now - Duration.FromDays(7)))
        {
            End(session, no, SubscriptionStatus.Pending, now);
        }

        session.Execute(
            "UPDATE subscriptions SET address = '', secrets = '[]' WHERE status = 3 AND address <> '' AND ended_at <= @1", now - Duration.FromDays(30));
    });

    private static Subscription? Find(Session session, string id) =>
        session.First($"SELECT {SubscriptionRows.Columns} FROM subscriptions s WHERE s.id = @1", SubscriptionRows.Map, id);

    private static void End(Session session, long no, SubscriptionStatus status, Instant now)
    {
        if (status == SubscriptionStatus.Ended)
        {
            return;
        }

        SubscriptionRows.SetStatus(session, no, SubscriptionStatus.Ended, now);
        session.Execute("UPDATE deliveries SET state = 6, reason = 'unsubscribed', next_at = NULL WHERE subscription_no = @1 AND next_at IS NOT NULL", no);
    }

    private static void EnqueueMessage(Session session, Subscription subscription, ServiceMessage message, Instant now) => session.Execute(
        """
        INSERT INTO deliveries (subscription_no, date_no, revision, kind, lead, due_at, expires, state, next_at, channel, lane, message)
        SELECT no, 0, 0, 0, @2, @3, NULL, 0, @3, channel, lane, @4 FROM subscriptions WHERE no = @1
        """,
        subscription.Number, RandomId("msg_"), now, message.ToString());

    private static string RandomId(string prefix) => prefix + Base32.LowerCase(RandomNumberGenerator.GetBytes(17), 26);

    private static Subscription Insert(
        Session session, Instant now, string channel, string address, long lane, long schedule, Wish wish, IReadOnlyList<WebhookSecret> secrets)
    {
        var id = RandomId("sub_");
        var no = session.Number(
            """
            INSERT INTO subscriptions (id, channel, address, lane, status, created_at, since, schedule, wish, generation, secrets)
            VALUES (@1, @2, @3, @4, 0, @5, @5, @6, @7, 1, @8) RETURNING no
            """,
            id, channel, address, lane, now, schedule, WishJson.ToStored(wish), SubscriptionRows.ToStored(secrets))!.Value; // RETURNING always answers
        SubscriptionRows.AddVersion(session, no, now);
        return new Subscription(no, id, channel, address, SubscriptionStatus.Pending, now, now, schedule, wish, 1, secrets);
    }

    private Subscription? Change(string id, Action<Session, Subscription, Instant> work, bool alsoEnded = false) => database.Write((session, now) =>
    {
        if (Find(session, id) is not { } subscription || (subscription.Status == SubscriptionStatus.Ended && !alsoEnded))
        {
            return null;
        }

        work(session, subscription, now);
        return Find(session, id);
    });

    private void VoidWhatIsNotOwed(Session session, Subscription subscription, long schedule, Instant now)
    {
        var waiting = session.Query(
            "SELECT no, date_no, revision, lead FROM deliveries WHERE subscription_no = @1 AND kind = 1 AND next_at IS NOT NULL",
            row => (No: row.GetInt64(0), DateNo: row.GetInt64(1), Revision: row.GetInt32(2), Lead: row.GetString(3)), subscription.Number);
        foreach (var row in waiting)
        {
            var reminder = plan.Reminders(session, rows.Current(session, row.DateNo), schedule).FirstOrDefault(due => due.Lead.Text == row.Lead);
            if (reminder is null)
            {
                session.Execute("UPDATE deliveries SET state = 6, reason = 'not asked for any more', next_at = NULL WHERE no = @1", row.No);
            }
            else if (reminder.DueAt > now)
            {
                session.Execute(
                    "UPDATE deliveries SET due_at = @2, expires = @3, next_at = max(@2, CASE state WHEN 2 THEN next_at ELSE @2 END) WHERE no = @1",
                    row.No, reminder.DueAt, reminder.Expires);
            }
        }
    }
}
