using Alerts.Dates;
using Alerts.Due;
using Alerts.Subscriptions;
using NodaTime;

namespace Alerts.Senders;

/// <summary>One claimed message, with all that its text needs; what a channel sends.</summary>
/// <param name="Id">The alert key, or <c>msg_…</c>: <c>webhook-id</c> and the local part of <c>Message-ID</c>.</param>
/// <param name="At">The instant of this attempt, by the service's clock; texts count from it.</param>
internal abstract record OutboundMessage(string Id, Subscription Subscription, Instant At)
{
    /// <summary>Where it goes.</summary>
    public virtual string To => Subscription.Address;

    /// <summary>Whether it asks an endpoint to verify.</summary>
    public bool IsVerification => this is SystemNotification { Message: ServiceMessage.Verification };

    /// <summary>Equal for messages whose words are the same, save the reader's address and own links.</summary>
    public abstract object Text { get; }
}

/// <summary>A reminder or a correction.</summary>
/// <param name="Lead">As the subscription holds it; <c>-</c> for a correction.</param>
/// <param name="DueAt">When it was owed; for a correction, when its change was recorded.</param>
/// <param name="Expires">Null for a correction.</param>
/// <param name="Date">The date as it is now; its <c>RecordedAt</c> is that of the newest edit.</param>
/// <param name="Previous">For a correction, the date as this subscription was last told it; null for a reminder.</param>
/// <param name="Reason">For a correction, why the date was changed, in the operator's words; null when not given.</param>
internal sealed record OutboundAlert(
    string Id, Subscription Subscription, Instant At,
    AlertKind Kind, string Lead, Instant DueAt, Instant? Expires, DateVersion Date, KeyDate? Previous, string? Reason)
    : OutboundMessage(Id, Subscription, At)
{
    /// <summary>
    /// All that a text is made of: the date as it is and as it was told, and how and when this reader is told of it.
    /// </summary>
    public override object Text =>
        (
            Kind,
            Lead,
            Date.KeyDate.Id,
            Date.Number,
            Previous?.Revision,
            Subscription.Preferences.Zone.Id,
            At,
            IsLate ? DueAt : (Instant?)null);

    /// <summary>More than 10 minutes after its due instant.</summary>
    public bool IsLate => Kind == AlertKind.Reminder && At - DueAt > Duration.FromMinutes(10);
}

/// <summary>Several alerts of one subscription that travel as one message.</summary>
/// <param name="Id">
/// <c>ag_…</c>, fixed when its first attempt began: an attempt with fewer alerts, even with one, keeps it.
/// </param>
/// <param name="Alerts">All of them reminders or all of them corrections, in order of their dates' start.</param>
internal sealed record OutboundDigest(
    string Id, Subscription Subscription, Instant At, IReadOnlyList<OutboundAlert> Alerts)
    : OutboundMessage(Id, Subscription, At)
{
    /// <summary>How many alerts one message holds at most (product contract, section 14).</summary>
    public const int MaxAlerts = 50;

    /// <summary>The keys of its alerts, in its order.</summary>
    public IEnumerable<string> Keys => Alerts.Select(alert => alert.Id);

    /// <summary>Puts what belongs to messages into the order of a digest.</summary>
    public static IOrderedEnumerable<T> InOrder<T>(IEnumerable<T> items, Func<T, OutboundMessage> messageOf) => items
        .OrderBy(item => (messageOf(item) as OutboundAlert)?.Date.KeyDate.Start)
        .ThenBy(item => (messageOf(item) as OutboundAlert)?.Date.KeyDate.Id, StringComparer.Ordinal)
        .ThenBy(item => messageOf(item).Id, StringComparer.Ordinal);

    public override object Text => new Texts([.. Alerts.Select(alert => alert.Text)]);

    /// <summary>Equal to another one with equal parts in the same order.</summary>
    private sealed record Texts(IReadOnlyList<object> Parts)
    {
        public bool Equals(Texts? other) => other is not null && Parts.SequenceEqual(other.Parts);

        public override int GetHashCode() =>
            Parts.Aggregate(0, (hash, part) => HashCode.Combine(hash, part.GetHashCode()));
    }
}

/// <summary>A message about the subscription itself.</summary>
internal sealed record SystemNotification(string Id, Subscription Subscription, Instant At, ServiceMessage Message)
    : OutboundMessage(Id, Subscription, At)
{
    /// <summary>For <see cref="ServiceMessage.Welcome"/>: the next reminders, the soonest first.</summary>
    public IReadOnlyList<PreviewItem> Next { get; init; } = [];

    /// <summary>The address of the subscription or of its contact; empty when that is gone.</summary>
    public override string To => Message.IsForContact() ? Subscription.Contact?.Address ?? "" : Subscription.Address;

    /// <summary>It speaks of one subscription and of no other.</summary>
    public override object Text => Id;
}

/// <summary>
/// An operator's test of the email settings: it has no subscription behind it, and no row in the ledger.
/// </summary>
internal sealed record SettingsTest(string Id, Subscription Subscription, Instant At)
    : OutboundMessage(Id, Subscription, At)
{
    public override object Text => Id;
}

/// <summary>Tells the operator what fails: it has no subscription behind it, and no row in the ledger.</summary>
internal sealed record OperatorNotice(string Id, Subscription Subscription, Instant At)
    : OutboundMessage(Id, Subscription, At)
{
    public required string Subject { get; init; }

    public required IReadOnlyList<string> Sentences { get; init; }

    public override object Text => Id;
}
