using NodaTime;

namespace Alerts.Subscriptions;

/// <summary>Limits and lifetimes of subscriptions and their data (product contract, sections 6, 7 and 11).</summary>
internal static class SubscriptionLimits
{
    /// <summary>
    /// Maximum number of link emails per subscription and hour: confirmations while it is pending, manage links once
    /// active.
    /// </summary>
    public const int ConfirmationsAnHour = 3;

    /// <summary>Maximum number of links sent per recovery request (newest subscriptions first).</summary>
    public const int LinksMailed = 20;

    /// <summary>How long a subscription may stay pending before it expires.</summary>
    public static readonly Duration Pending = Duration.FromDays(7);

    /// <summary>
    /// How long the address, URL and secrets of an ended subscription are kept. Until then its end can be undone.
    /// </summary>
    public static readonly Duration AfterEnd = Duration.FromDays(30);

    /// <summary>
    /// How long after its due time a delivery that failed while its endpoint was disabled can be recovered.
    /// </summary>
    public static readonly Duration Recoverable = Duration.FromDays(14);

    /// <summary>How long a replaced secret remains in use.</summary>
    public static readonly Duration ReplacedSecret = Duration.FromHours(24);
}
