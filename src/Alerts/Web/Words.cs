using Alerts.Dates;
using Alerts.Ledger;
using Alerts.Subscriptions;

namespace Alerts.Web;

/// <summary>The product's words for states, as answers and pages write them.</summary>
internal static class Words
{
    public static string Word(this DateChange change) => change switch
    {
        DateChange.Added => "added",
        DateChange.Moved => "moved",
        DateChange.Edited => "edited",
        DateChange.Cancelled => "cancelled",
        DateChange.Reinstated => "reinstated",
        _ => throw new ArgumentOutOfRangeException(nameof(change)),
    };

    public static string Word(this SubscriptionStatus status) => status switch
    {
        SubscriptionStatus.Pending => "pending",
        SubscriptionStatus.Active => "active",
        SubscriptionStatus.Disabled => "disabled",
        SubscriptionStatus.Ended => "ended",
        _ => throw new ArgumentOutOfRangeException(nameof(status)),
    };

    public static string Word(this DeliveryState state) => state switch
    {
        DeliveryState.Queued => "queued",
        DeliveryState.Sending => "sending",
        DeliveryState.Retrying => "retrying",
        DeliveryState.Delivered => "delivered",
        DeliveryState.Failed => "failed",
        DeliveryState.Expired => "expired",
        DeliveryState.Void => "void",
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };
}
