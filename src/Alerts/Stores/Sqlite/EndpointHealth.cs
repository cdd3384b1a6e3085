using Alerts.Senders;
using Alerts.Subscriptions;
using NodaTime;

namespace Alerts.Stores.Sqlite;

/// <summary>When a webhook's endpoint is disabled: at once when it answers 410, or when it has failed for 3 days without a success.</summary>
internal static class EndpointHealth
{
    /// <summary>Since the first failure after the last success (product contract, section 7).</summary>
    private static readonly Duration FailingFor = Duration.FromHours(72);

    /// <param name="isLastAttempt">Whether a whole delivery has used up its attempts or its time.</param>
    public static void Note(Session session, Outgoing message, SendResult result, bool isLastAttempt, Instant now)
    {
        if (message.Subscription.Channel != "webhook")
        {
            return;
        }

        var no = message.Subscription.Number;
        if (result is Delivered)
        {
            session.Execute("UPDATE subscriptions SET failing_since = NULL, exhausted = 0 WHERE no = @1 AND failing_since IS NOT NULL", no);
            return;
        }

        session.Execute(
            "UPDATE subscriptions SET failing_since = coalesce(failing_since, @2), exhausted = exhausted OR @3 WHERE no = @1", no, now, isLastAttempt ? 1 : 0);
        if (message.Subscription.Status == SubscriptionStatus.Active
            && (result is Gone || session.Any("SELECT 1 FROM subscriptions WHERE no = @1 AND exhausted AND failing_since <= @2", no, now - FailingFor)))
        {
            SubscriptionRows.SetStatus(session, no, SubscriptionStatus.Disabled, now);
        }
    }
}
