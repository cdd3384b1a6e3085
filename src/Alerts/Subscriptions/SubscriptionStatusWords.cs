namespace Alerts.Subscriptions;

/// <summary>The product's words for the states of a subscription, as answers and pages write them.</summary>
internal static class SubscriptionStatusWords
{
    public static string Word(this SubscriptionStatus status) => status switch
    {
        SubscriptionStatus.Pending => "pending",
        SubscriptionStatus.Active => "active",
        SubscriptionStatus.Disabled => "disabled",
        SubscriptionStatus.Ended => "ended",
        _ => throw new ArgumentOutOfRangeException(nameof(status)),
    };
}
