using NodaTime;

namespace Alerts.Subscriptions;

/// <summary>How long what a subscription has lasts (product contract, sections 6, 7 and 11).</summary>
internal static class SubscriptionLimits
{
    /// <summary>
    /// A pending address is sent its confirmation, and an active one its manage link, at most so often within an hour.
    /// </summary>
    public const int ConfirmationsAnHour = 3;

    /// <summary>Who lost the links to an address's subscriptions is mailed so many, the newest.</summary>
    public const int LinksMailed = 20;

    /// <summary>What stays pending lapses then.</summary>
    public static readonly Duration Pending = Duration.FromDays(7);

    /// <summary>
    /// Address, URL and secret of an ended subscription are erased after this; until then ending it can be undone.
    /// </summary>
    public static readonly Duration AfterEnd = Duration.FromDays(30);

    /// <summary>What failed while an endpoint was disabled can be recovered so long after it was due.</summary>
    public static readonly Duration Recoverable = Duration.FromDays(14);

    /// <summary>A replaced secret signs so long.</summary>
    public static readonly Duration ReplacedSecret = Duration.FromHours(24);
}
