using System.Data;
using Alerts.Ledger;
using Alerts.Subscriptions;

namespace Alerts.Stores.Sqlite;

/// <summary>Records the events reported by a mail provider in the rows of the mails concerned.</summary>
internal sealed class SqliteMailEvents(Database database, DateRows rows, ChannelKinds channels) : IMailEvents
{
    public Task<string?> RecordAsync(MailEvent news, CancellationToken cancel) => database.WriteAsync((session, now) =>
    {
        if (news.Keys.Count == 0)
        {
            return null;
        }

        // If the event does not carry the subscription id, the address identifies the subscriptions.
        var subscriptions = session.Query(
            "SELECT no, id FROM subscriptions WHERE " + (news.SubscriptionId is null ? "address = @1 AND address <> ''"
                : "id = @1"),
            row => (No: row.GetInt64("no"), Id: row.GetString("id")), news.SubscriptionId ?? news.Address);
        foreach (var subscription in subscriptions)
        {
            var found = Find(session, subscription.No, subscription.Id, [.. news.Keys]);
            if (found.Count > 0)
            {
                var isLessKnown = false;
                foreach (var no in found)
                {
                    isLessKnown |= Record(session, no, news);
                }

                if (isLessKnown)
                {
                    SqliteChanges.OweCorrections(session, rows, subscription.No, now, alsoFailed: false);
                }

                return subscription.Id;
            }
        }

        return null;
    });

    public Task<IReadOnlyList<string>> MailedSinceAsync(string address, Instant since, CancellationToken cancel) =>
        database.ReadAsync<IReadOnlyList<string>>(session =>
        {
            var mail = channels.Mail.Name;
            // Contacts have no index: such events are rare.
            var found = session.Query(
                """
                SELECT no, id FROM subscriptions WHERE address = @1 AND channel = @2 AND status <> 3
                UNION
                SELECT no, id FROM subscriptions WHERE contact <> '' AND contact = @1 COLLATE NOCASE AND status <> 3
                """,
                row => (No: row.GetInt64("no"), Id: row.GetString("id")), address, mail);
            return found.Any(one => session.Any(
                "SELECT 1 FROM deliveries WHERE subscription_no = @1 AND channel = @3 AND attempt_at >= @2",
                one.No, since, mail))
                ? [.. found.Select(one => one.Id)] : Array.Empty<string>();
        });

    /// <returns>Whether a row taken for delivered has now failed, so that less is known than before.</returns>
    private static bool Record(Session session, long no, MailEvent news)
    {
        var (state, reason, log, isUnderWay, attemptAt, begun, dueAt, expires) = session.First(
            """
            SELECT state, reason, log, owner IS NOT NULL AS is_under_way, coalesce(attempt_at, due_at) AS attempt_at,
              begun, due_at, expires
            FROM deliveries WHERE no = @1
            """,
            row => ((DeliveryState)row.GetInt32("state"), row.TextOrNull("reason"), row.TextOrNull("log"),
                row.GetBoolean("is_under_way"), row.Instant("attempt_at"), row.NumberOrNull("begun"),
                row.Instant("due_at"), row.InstantOrNull("expires")),
            no);
        var after = news.After(state, reason);
        if (!news.Changes(state, reason, wasAttempted: log is not null))
        {
            return false;
        }

        if (isUnderWay)
        {
            // The attempt is still under way. Its result arrives after this event and finds the row settled.
            log = AttemptLog.Append(log, new Attempt(attemptAt, null, null, "taken by the mail provider")
            {
                Begun = begun,
                Ended = Recording.Next(session),
                Outcome = AttemptOutcome.Unknown,
                DueAt = dueAt,
                Expires = expires,
            });
        }

        session.Execute(
            "UPDATE deliveries SET state = @2, reason = @3, log = @4, next_at = NULL, owner = NULL WHERE no = @1",
            no, (int)after, after == DeliveryState.Void ? reason : after == DeliveryState.Failed ? news.Words : null,
            log is null ? null : AttemptLog.Answered(log, news.Words, news.Outcome(reason)));
        return state == DeliveryState.Delivered && after == DeliveryState.Failed;
    }

    /// <summary>Finds the rows of a mail.</summary>
    private static List<long> Find(Session session, long subscriptionNo, string subscriptionId, HashSet<string> keys)
    {
        var found = session.Numbers(
            """
            SELECT no FROM deliveries
            WHERE date_no = 0 AND subscription_no = @1 AND revision = 0 AND kind = 0 AND lead = @2
            UNION ALL
            SELECT no FROM deliveries WHERE mail = @2 AND subscription_no = @1
            """,
            subscriptionNo, keys.First());
        return found.Count > 0 || keys.All(AlertKey.IsOfSeveral) ? found
            : [.. SqliteDeliveries.Keys(session, subscriptionId).Where(row => keys.Contains(row.Key)).Take(keys.Count)
                .Select(row => row.No)];
    }
}
