using Alerts.Dates;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Subscriptions;

namespace Alerts.Senders;

/// <summary>One claimed message for a channel to send, with everything its text needs.</summary>
/// <param name="Id">
/// The alert key, or <c>msg_…</c>. It is the <c>webhook-id</c> and the local part of the <c>Message-ID</c>.
/// </param>
/// <param name="At">When this attempt began, by the service's clock; remaining times in texts count from it.</param>
internal abstract record OutboundMessage(string Id, Subscription Subscription, Instant At)
{
    /// <summary>The destination address.</summary>
    public virtual string To => Subscription.Address;

    /// <summary>Whether the message asks an endpoint to verify itself.</summary>
    public bool IsVerification => this is SystemNotification { Message: ServiceMessage.Verification };

    /// <summary>A key that is equal for messages with the same words, apart from address and personal links.</summary>
    public abstract object Text { get; }
}

/// <summary>A reminder or a correction.</summary>
/// <param name="Lead">The lead as the subscription stores it; <c>-</c> for a correction.</param>
/// <param name="DueAt">When the reminder was due; for a correction, when the change was recorded.</param>
/// <param name="Expires">No attempt begins after this instant; null for a correction.</param>
/// <param name="Date">The current version of the date; its <c>RecordedAt</c> is that of the newest edit.</param>
/// <param name="Previous">
/// For a correction, the date as this subscription was last notified of it; null for a reminder.
/// </param>
/// <param name="Reason">For a correction, why the date was changed, in the operator's words; null if not given.</param>
internal sealed record OutboundAlert(
    string Id, Subscription Subscription, Instant At, AlertKind Kind, string Lead, Instant DueAt, Instant? Expires,
    DateVersion Date, KeyDate? Previous, string? Reason)
    : OutboundMessage(Id, Subscription, At)
{
    /// <summary>
    /// Everything that the text depends on: the date now and as last notified, the alert's kind and lead, the reader's
    /// zone, the instants, and whether it is short notice.
    /// </summary>
    public override object Text => (
        Kind, Lead, Date.KeyDate.Id, Date.Number, Previous?.Revision, Subscription.Preferences.Zone.Id, At,
        IsLate ? DueAt : (Instant?)null, IsShortNotice);

    /// <summary>Whether a reminder is sent late; see <see cref="Delivery.LateAfter"/>.</summary>
    public bool IsLate => Kind == AlertKind.Reminder && At - DueAt > Delivery.LateAfter;

    /// <summary>Whether a reminder's date became known, or moved, only after the lead's own instant.</summary>
    public bool IsShortNotice { get; init; }
}

/// <summary>Several alerts of one subscription that travel as one message.</summary>
/// <param name="Id">
/// <c>ag_…</c>, fixed when the first attempt began; later attempts keep it, even if only one alert is left.
/// </param>
/// <param name="Alerts">All reminders or all corrections, ordered by the start of their dates.</param>
internal sealed record OutboundDigest(
    string Id, Subscription Subscription, Instant At, IReadOnlyList<OutboundAlert> Alerts)
    : OutboundMessage(Id, Subscription, At)
{
    /// <summary>Maximum number of alerts in one message (product contract, section 14).</summary>
    public const int MaxAlerts = 50;

    /// <summary>The keys of the alerts, in the digest's order.</summary>
    public IEnumerable<string> Keys => Alerts.Select(alert => alert.Id);

    /// <summary>Sorts items that belong to messages into the order of a digest.</summary>
    public static IOrderedEnumerable<T> InOrder<T>(IEnumerable<T> items, Func<T, OutboundMessage> messageOf) => items
        .OrderBy(item => (messageOf(item) as OutboundAlert)?.Date.KeyDate.Start)
        .ThenBy(item => (messageOf(item) as OutboundAlert)?.Date.KeyDate.Id, StringComparer.Ordinal)
        .ThenBy(item => messageOf(item).Id, StringComparer.Ordinal);

    public override object Text => new Texts([.. Alerts.Select(alert => alert.Text)]);

    /// <summary>Compares its parts by value and in order, unlike a plain record with a list.</summary>
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
    /// <summary>For <see cref="ServiceMessage.Welcome"/>: the next reminders, soonest first.</summary>
    public IReadOnlyList<PreviewItem> Next { get; init; } = [];

    /// <summary>
    /// The address of the subscription or, for a message to the contact, of its contact; empty if
    /// there is no contact any more.
    /// </summary>
    public override string To => Message.IsForContact() ? Subscription.Contact?.Address ?? "" : Subscription.Address;

    /// <summary>The message's own id, because each text is about one subscription only.</summary>
    public override object Text => Id;
}

/// <summary>An operator's test of the email settings. It has no real subscription and no row in the ledger.</summary>
internal sealed record SettingsTest(string Id, Subscription Subscription, Instant At)
    : OutboundMessage(Id, Subscription, At)
{
    public override object Text => Id;
}

/// <summary>Tells the operator what fails. It has no real subscription and no row in the ledger.</summary>
internal sealed record OperatorNotice(string Id, Subscription Subscription, Instant At)
    : OutboundMessage(Id, Subscription, At)
{
    public required string Subject { get; init; }

    public required IReadOnlyList<string> Sentences { get; init; }

    public override object Text => Id;
}
