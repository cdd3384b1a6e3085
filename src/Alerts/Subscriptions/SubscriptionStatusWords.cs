namespace Alerts.Subscriptions;

/// <summary>The words for subscription statuses in API responses and on pages.</summary>
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
