using System.Data;
using Alerts.Ledger;
using Alerts.Subscriptions;

namespace Alerts.Stores.Sqlite;

/// <summary>Stores subscriptions.</summary>
internal sealed class SqliteSubscriptions(
    Database database, SqlitePlan plan, SqliteEdits edits, DateRows dateRows, ChannelKinds channels) : ISubscriptions
{
    public Task<Subscription?> FindAsync(string id, CancellationToken cancel) =>
        database.ReadAsync(session => Find(session, id)?.Subscription);

    public Task<IReadOnlyList<SubscriptionCount>> CountAsync(CancellationToken cancel) =>
        database.ReadAsync<IReadOnlyList<SubscriptionCount>>(session => session.Query(
            """
            SELECT channel, status, count(*) AS count FROM subscriptions GROUP BY channel, status
            ORDER BY channel, status
            """,
            row => new SubscriptionCount(
                row.GetString("channel"), (SubscriptionStatus)row.GetInt32("status"), row.GetInt64("count"))));

    public Task<Subscription?> SubscribeAsync(
        Target target, Preferences preferences, SubscriptionIdentity identity, CancellationToken cancel) =>
        database.WriteAsync((session, now) =>
        {
            var made = NewSubscription.Of(target, preferences, identity, now);
            if (Find(session, identity.Id)?.Subscription is { } existing)
            {
                return NewSubscription.IsSameRequest(existing, made) ? existing : null;
            }

            var preferenceSet = plan.PreferenceSetOf(session, preferences, now);
            if (target.Channel.IsPersonal)
            {
                var known = Known(session, made, preferenceSet)
                    ?? SubscriptionRows.Insert(session, preferenceSet, made, now);
                EnqueueLink(session, known, now);
                return known.Subscription;
            }

            var row = SubscriptionRows.Insert(session, preferenceSet, made, now);
            foreach (var message in NewSubscription.FirstMessages(made))
            {
                SubscriptionRows.EnqueueMessage(session, row.No, made, message, now);
            }

            return made;
        });

    public Task MailLinksAsync(string address, CancellationToken cancel) => database.WriteAsync((session, now) =>
    {
        foreach (var row in session.Query(
            $"SELECT {SubscriptionRows.Columns} FROM subscriptions s WHERE s.address = @1 "
            + "AND s.channel = @2 AND s.status IN (0, 1) ORDER BY s.no DESC LIMIT @3",
            row => SubscriptionRows.Map(row, channels),
            address, channels.Mail.Name, SubscriptionLimits.LinksMailed))
        {
            EnqueueLink(session, row, now);
        }
    });

    public Task AnswerContactAsync(string id, bool isWanted, CancellationToken cancel) =>
        ChangeAsync(id, (session, row, _) => session.Execute(
            isWanted ? "UPDATE subscriptions SET contact_confirmed = 1 WHERE no = @1 AND contact <> ''"
                : "UPDATE subscriptions SET contact = '', contact_confirmed = 0 WHERE no = @1",
            row.No));

    public Task<Subscription?> ConfirmAsync(string id, CancellationToken cancel, bool hasWelcome = false) =>
        ChangeAsync(id, (session, row, now) =>
        {
            if (row.Subscription.Status != SubscriptionStatus.Pending)
            {
                return;
            }

            SubscriptionRows.Activate(session, row.No, now);
            if (hasWelcome && row.Subscription.Channel.HasWelcome)
            {
                SubscriptionRows.EnqueueMessage(session, row.No, row.Subscription, ServiceMessage.Welcome, now);
            }
        });

    public Task<Subscription?> EditAsync(
        string id, Func<Preferences, Preferences?> edit, CancellationToken cancel) =>
        ChangeAsync(id, (session, row, now) =>
        {
            if (edit(row.Subscription.Preferences) is not { } preferences)
            {
                return;
            }

            var preferenceSet = plan.PreferenceSetOf(session, preferences, now);
            session.Execute(
                "UPDATE subscriptions SET wish = @2 WHERE no = @1", row.No, PreferencesJson.ToStored(preferences));
            if (preferenceSet == row.PreferenceSet)
            {
                return;
            }

            // The row exists: ChangeAsync has just found it.
            var sinceNo = session.Number("SELECT since_no FROM subscriptions WHERE no = @1", row.No)!.Value;
            session.Execute(
                "UPDATE subscriptions SET schedule = @2, since = @3, since_no = @4, "
                + "edited = edited OR status <> 0 WHERE no = @1",
                row.No, preferenceSet, now, Recording.Next(session));
            SubscriptionRows.AddVersion(session, row.No, now);
            if (row.Subscription.IsOwedAlerts)
            {
                edits.Follow(session, row, sinceNo, preferenceSet, preferences, now);
            }
        });

    public Task<Subscription?> EndAsync(string id, CancellationToken cancel) =>
        ChangeAsync(id, (session, row, now) => End(session, row.No, row.Subscription.Status, now), alsoEnded: true);

    public Task<Subscription?> ResumeAsync(string id, CancellationToken cancel) => database.WriteAsync((session, now) =>
    {
        var row = Find(session, id);
        if (row is not { Subscription.Status: SubscriptionStatus.Ended })
        {
            return row?.Subscription;
        }

        var hasTwin = row.Subscription.Channel.IsPersonal
            && Known(session, row.Subscription, row.PreferenceSet) is not null;
        if (!row.Subscription.CanResume(now) || hasTwin)
        {
            return null;
        }

        SubscriptionRows.Resume(session, row, now);
        SqliteChanges.OweCorrections(session, dateRows, row.No, now, alsoFailed: true);
        return Find(session, id)?.Subscription;
    });

    public async Task<string?> RotateSecretAsync(string id, CancellationToken cancel)
    {
        var changed = await ChangeAsync(id, (session, row, now) => session.Execute(
            "UPDATE subscriptions SET secrets = @2 WHERE no = @1", row.No,
            StoredSecrets.Write(NewSubscription.Rotated(row.Subscription.Secrets, now))));
        return changed?.Secrets[0].Text;
    }

    public async Task<int?> TestAsync(string id, CancellationToken cancel)
    {
        var queued = 0;
        var changed = await ChangeAsync(id, (session, row, now) =>
        {
            var message = NewSubscription.TestFor(row.Subscription);
            if (message == ServiceMessage.Confirmation)
            {
                queued = EnqueueLink(session, row, now) ? 1 : 0;
            }
            else if (message != ServiceMessage.Verification || !session.Any(
                """
                SELECT 1 FROM deliveries
                WHERE subscription_no = @1 AND date_no = 0 AND message = @2 AND state IN (0, 1, 2)
                """,
                row.No, message.ToString()))
            {
                SubscriptionRows.EnqueueMessage(session, row.No, row.Subscription, message, now);
                queued = 1;
            }
        });
        return changed is null ? null : queued;
    }

    public async Task<int?> RecoverAsync(string id, Instant since, CancellationToken cancel)
    {
        var queued = 0;
        var changed = await ChangeAsync(id, (session, row, now) => queued = Recover(session, row, since, now));
        return changed is null ? null : queued;
    }

    public Task PurgeExpiredAsync(CancellationToken cancel) => database.WriteAsync((session, now) =>
    {
        var pendingSince = now - SubscriptionLimits.Pending;
        foreach (var no in session.Numbers(
            "SELECT no FROM subscriptions WHERE status = 0 AND created_at <= @1 LIMIT 500", pendingSince))
        {
            End(session, no, SubscriptionStatus.Pending, now);
        }

        session.Execute(
            "UPDATE subscriptions SET contact = '' WHERE contact <> '' AND contact_confirmed = 0 AND created_at <= @1",
            pendingSince);
        session.Execute(
            """
            UPDATE subscriptions SET address = '', secrets = '[]', contact = '', client = ''
            WHERE status = 3 AND address <> '' AND ended_at <= @1
            """,
            now - SubscriptionLimits.AfterEnd);
    });

    /// <summary>Queues again what failed while an endpoint was disabled and is still owed.</summary>
    private int Recover(Session session, SubscriptionRow row, Instant since, Instant now)
    {
        if (row.Subscription.Status != SubscriptionStatus.Active)
        {
            return 0;
        }

        var checks = new Claiming(session, dateRows, plan, channels, now);
        var failed = checks.Query(
            """
            deliveries d CROSS JOIN subscriptions s ON s.no = d.subscription_no
            WHERE d.subscription_no = @1 AND d.kind <> 0 AND d.state = 4 AND d.reason = @4 AND d.due_at >= @2
              AND d.due_at > @3
            """,
            row.No, since, now - SubscriptionLimits.Recoverable, EndReasons.EndpointDisabled);
        return session.Execute(
            "UPDATE deliveries SET state = 0, next_at = @2, reason = NULL, failures = 0 "
            + "WHERE no IN (SELECT value FROM json_each(@1))",
            JsonList.Of(failed.Where(checks.IsOwed).Select(one => one.No)), now);
    }

    private SubscriptionRow? Find(Session session, string id) => session.First(
        $"SELECT {SubscriptionRows.Columns} FROM subscriptions s WHERE s.id = @1",
        row => SubscriptionRows.Map(row, channels), id);

    /// <summary>Finds the subscription, not disabled or ended, with the same target and preferences.</summary>
    private SubscriptionRow? Known(Session session, Subscription like, long preferenceSet) => session.First(
        $"SELECT {SubscriptionRows.Columns} FROM subscriptions s WHERE s.address = @1 "
        + "AND s.schedule = @2 AND s.channel = @3 AND s.status IN (0, 1)",
        row => SubscriptionRows.Map(row, channels),
        like.Address, preferenceSet, like.Channel.Name);

    private static void End(Session session, long no, SubscriptionStatus status, Instant now)
    {
        if (status == SubscriptionStatus.Ended)
        {
            return;
        }

        SubscriptionRows.SetStatus(session, no, SubscriptionStatus.Ended, now);
        session.Execute(
            "UPDATE deliveries SET state = 6, reason = @2, next_at = NULL WHERE subscription_no = @1 "
            + "AND next_at IS NOT NULL",
            no, EndReasons.Unsubscribed);
    }

    /// <summary>
    /// Enqueues the mail with the subscription's link, at most <see cref="SubscriptionLimits.ConfirmationsAnHour"/>
    /// times an hour.
    /// </summary>
    /// <returns>Whether it was enqueued.</returns>
    private static bool EnqueueLink(Session session, SubscriptionRow row, Instant now)
    {
        var message = NewSubscription.MessageFor(row.Subscription);
        var sent = session.Number(
            "SELECT count(*) FROM deliveries WHERE subscription_no = @1 AND date_no = 0 AND message = @2 "
            + "AND due_at > @3",
            row.No, message.ToString(), now - Duration.FromHours(1));
        if (sent >= SubscriptionLimits.ConfirmationsAnHour)
        {
            return false;
        }

        SubscriptionRows.EnqueueMessage(session, row.No, row.Subscription, message, now);
        return true;
    }

    private Task<Subscription?> ChangeAsync(
        string id, Action<Session, SubscriptionRow, Instant> work, bool alsoEnded = false) =>
        database.WriteAsync((session, now) =>
        {
            if (Find(session, id) is not { } row || (row.Subscription.Status == SubscriptionStatus.Ended && !alsoEnded))
            {
                return null;
            }

            work(session, row, now);
            return Find(session, id)?.Subscription;
        });
}
