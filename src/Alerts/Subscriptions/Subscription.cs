using Alerts.Ledger;
using NodaTime;

namespace Alerts.Subscriptions;

/// <summary>One address and what it asked for.</summary>
/// <param name="Id"><c>sub_…</c>, random, as everybody outside knows it.</param>
/// <param name="Channel"><c>email</c> or <c>webhook</c>.</param>
/// <param name="Address">The mail address or the webhook's URL; empty once erased.</param>
/// <param name="Status">Only <c>Active</c> and <c>Disabled</c> ones are owed alerts.</param>
/// <param name="Since">Confirmed or last edited then: what fell due at or before it is not owed for that alone.</param>
/// <param name="Generation">Tokens of older generations are void.</param>
/// <param name="Secrets">A webhook's signing secrets, newest first; empty for an email.</param>
/// <param name="Contact">Who is warned when a webhook keeps failing; null for nobody.</param>
/// <param name="FailingSince">A webhook's first failure after its last success; null while it answers.</param>
internal sealed record Subscription(
    string Id, string Channel, string Address, SubscriptionStatus Status,
    Instant CreatedAt, Instant Since, Preferences Preferences, int Generation, IReadOnlyList<WebhookSecret> Secrets,
    Contact? Contact = null, Instant? FailingSince = null)
{
    /// <summary>The form of a webhook's bodies; means nothing for an email.</summary>
    public WebhookFormat Format { get; init; }

    /// <summary>Whether its preferences were edited after it was confirmed.</summary>
    public bool IsEdited { get; init; }

    /// <summary>
    /// Who asked for it, as a keyed hash of the client's address; empty when unknown. Means nothing for an email.
    /// </summary>
    public string Client { get; init; } = "";

    /// <summary>A webhook's quick successes in a row; see <see cref="EndpointHealth.Quick"/>.</summary>
    public int? Quick { get; init; }

    /// <summary>When it ended; null while it has not.</summary>
    public Instant? EndedAt { get; init; }

    /// <summary>The status it had before it ended; null while it has not.</summary>
    public SubscriptionStatus? StatusBeforeEnd { get; init; }

    /// <summary>
    /// Whether ending it can be undone: within <see cref="SubscriptionLimits.AfterEnd"/>, and only when it was confirmed.
    /// </summary>
    public bool CanResume(Instant now) => Status == SubscriptionStatus.Ended && Address.Length > 0
        && StatusBeforeEnd is SubscriptionStatus.Active or SubscriptionStatus.Disabled
        && now - EndedAt < SubscriptionLimits.AfterEnd;

    public bool IsOwedAlerts => Status is SubscriptionStatus.Active or SubscriptionStatus.Disabled;
}

/// <summary>
/// A mail address that is warned when an endpoint keeps failing; before it is confirmed it is only asked to confirm.
/// </summary>
internal sealed record Contact(string Address, bool IsConfirmed);

/// <summary>A preferences that any number of subscriptions share, as a store knows it.</summary>
/// <param name="Key">The store's own; two with the same key are the same.</param>
internal sealed record PreferenceSet(string Key, Preferences Preferences);

/// <summary>A signing secret of a webhook.</summary>
/// <param name="Text"><c>whsec_</c> and 32 random bytes in base64.</param>
/// <param name="ReplacedAt">When a newer one took its place; it signs for 24 h more. Null for the newest.</param>
internal sealed record WebhookSecret(string Text, Instant? ReplacedAt);

/// <summary>Where a subscription stands.</summary>
internal enum SubscriptionStatus
{
    /// <summary>Not confirmed yet; lapses 7 days after it was made.</summary>
    Pending,
    Active,

    /// <summary>
    /// A webhook that kept failing (see <see cref="EndpointHealth"/>) or answered 410: its alerts are kept as failed.
    /// </summary>
    Disabled,
    Ended,
}
