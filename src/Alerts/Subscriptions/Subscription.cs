using Alerts.Ledger;

namespace Alerts.Subscriptions;

/// <summary>An address or endpoint, and the preferences under which it receives alerts.</summary>
/// <param name="Id"><c>sub_…</c>; the random id that is used in the API.</param>
/// <param name="Address">The email address or the webhook's URL; empty once erased.</param>
/// <param name="Status">Alerts are owed only while it is <c>Active</c> or <c>Disabled</c>.</param>
/// <param name="Since">
/// When it was confirmed or last edited. Confirming or editing alone does not make anything owed that was due at or
/// before this instant.
/// </param>
/// <param name="Generation">Tokens of older generations are invalid.</param>
/// <param name="Secrets">A webhook's signing secrets, newest first; empty for email.</param>
/// <param name="Contact">Contact to warn when a webhook keeps failing; null for none.</param>
/// <param name="FailingSince">
/// Time of a webhook's first failure after its last success; null while it is healthy.
/// </param>
internal sealed record Subscription(
    string Id, ChannelKind Channel, string Address, SubscriptionStatus Status,
    Instant CreatedAt, Instant Since, Preferences Preferences, int Generation, IReadOnlyList<WebhookSecret> Secrets,
    Contact? Contact = null, Instant? FailingSince = null)
{
    /// <summary>The format of a webhook's bodies; not used for email.</summary>
    public WebhookFormat Format { get; init; }

    /// <summary>Whether the preferences were edited after confirmation.</summary>
    public bool IsEdited { get; init; }

    /// <summary>
    /// Keyed hash of the IP address of the client that created the subscription; empty when unknown. Not used for
    /// email.
    /// </summary>
    public string Client { get; init; } = "";

    /// <summary>A webhook's number of consecutive quick successes; see <see cref="EndpointHealth.Quick"/>.</summary>
    public int? Quick { get; init; }

    /// <summary>When the subscription ended; null while it has not.</summary>
    public Instant? EndedAt { get; init; }

    /// <summary>The status before the subscription ended; null while it has not.</summary>
    public SubscriptionStatus? StatusBeforeEnd { get; init; }

    /// <summary>
    /// Whether the end can be undone: within <see cref="SubscriptionLimits.AfterEnd"/>, and only if the subscription
    /// was confirmed.
    /// </summary>
    public bool CanResume(Instant now) => Status == SubscriptionStatus.Ended && Address.Length > 0
        && StatusBeforeEnd is SubscriptionStatus.Active or SubscriptionStatus.Disabled
        && now - EndedAt < SubscriptionLimits.AfterEnd;

    /// <summary>Whether it was not confirmed in time. It is purged some time later and ends then.</summary>
    public bool HasLapsed(Instant now) =>
        Status == SubscriptionStatus.Pending && now - CreatedAt >= SubscriptionLimits.Pending;

    /// <summary>Whether it ended before it was confirmed: cancelled by its owner, or lapsed.</summary>
    public bool HasEndedUnconfirmed =>
        Status == SubscriptionStatus.Ended && StatusBeforeEnd == SubscriptionStatus.Pending;

    /// <summary>Whether it ended because it was not confirmed in time.</summary>
    public bool HasEndedLapsed => HasEndedUnconfirmed && EndedAt - CreatedAt >= SubscriptionLimits.Pending;

    public bool IsOwedAlerts => Status.IsOwedAlerts();
}

/// <summary>
/// An email address that is warned when an endpoint keeps failing. Until it is confirmed, it only gets the request to
/// confirm.
/// </summary>
internal sealed record Contact(string Address, bool IsConfirmed);

/// <summary>Preferences that any number of subscriptions share in a store.</summary>
/// <param name="Key">The store's own key. Sets with the same key are identical.</param>
internal sealed record PreferenceSet(string Key, Preferences Preferences);

/// <summary>A signing secret of a webhook.</summary>
/// <param name="Text"><c>whsec_</c> and 32 bytes in base64.</param>
/// <param name="ReplacedAt">
/// When a newer secret replaced it; it remains in use for another 24 h. Null for the newest.
/// </param>
internal sealed record WebhookSecret(string Text, Instant? ReplacedAt);

/// <summary>The status of a subscription.</summary>
internal enum SubscriptionStatus
{
    /// <summary>Not confirmed yet; expires 7 days after it was created.</summary>
    Pending,
    Active,

    /// <summary>
    /// A webhook that kept failing (see <see cref="EndpointHealth"/>) or answered 410. Its alerts are recorded as
    /// failed.
    /// </summary>
    Disabled,
    Ended,
}

internal static class SubscriptionStatuses
{
    /// <summary>Whether a subscription with this status is owed alerts.</summary>
    public static bool IsOwedAlerts(this SubscriptionStatus status) =>
        status is SubscriptionStatus.Active or SubscriptionStatus.Disabled;
}

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
