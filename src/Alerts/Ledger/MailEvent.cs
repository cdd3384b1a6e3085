namespace Alerts.Ledger;

/// <summary>
/// A mail provider's later report about an email. Events may be repeated and arrive in any order; the final state is
/// the same.
/// </summary>
/// <param name="Keys">
/// The alert keys of the email, its <c>msg_…</c> id, or the <c>ag_…</c> id of an email with several alerts; empty
/// when the event does not identify the email.
/// </param>
/// <param name="SubscriptionId">
/// The subscription id that was attached to the email; null when the event does not return it.
/// </param>
/// <param name="Address">The mailbox in ASCII form; empty when the event names none.</param>
/// <param name="Reason">The provider's reason, without addresses; null when not given.</param>
internal sealed record MailEvent(
    IReadOnlyList<string> Keys, string? SubscriptionId, string Address, MailEventKind News, string? Reason)
{
    private const string Bounced = "bounced";
    private const string Refused = "refused by the mail provider";

    /// <summary>Whether sending to the mailbox must stop.</summary>
    public bool EndsMailbox => News is MailEventKind.Bounced or MailEventKind.Complaint;

    /// <summary>The text for the delivery's log; null for none.</summary>
    public string? Words => News switch
    {
        MailEventKind.Processed => null,
        MailEventKind.Delivered => "delivered to the mailbox",
        MailEventKind.Bounced => Bounced + Because,
        MailEventKind.Refused => Refused + Because,
        MailEventKind.Complaint => "reported as spam",
        _ => throw new InvalidOperationException("News has five forms."),
    };

    /// <summary>
    /// The outcome that the event implies for a delivery's last attempt; null when it implies none. A bounce that was
    /// recorded earlier is not overridden.
    /// </summary>
    /// <param name="reason">The reason for the row's final state; null when it has none.</param>
    public AttemptOutcome? Outcome(string? reason) => News switch
    {
        MailEventKind.Processed or MailEventKind.Delivered => IsRefusal(reason) ? null : AttemptOutcome.Delivered,
        MailEventKind.Bounced or MailEventKind.Refused => AttemptOutcome.Refused,
        MailEventKind.Complaint => null,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>Whether the event changes a delivery's state or log.</summary>
    public bool Changes(DeliveryState state, string? reason, bool wasAttempted) =>
        After(state, reason) != state
        || (state == DeliveryState.Delivered && Words is not null)
        || (state == DeliveryState.Void && wasAttempted && Outcome(reason) is not null);

    private string Because => Reason is null ? "" : ": " + Reason;

    /// <summary>The delivery's state after the event; unchanged when the event does not affect it.</summary>
    /// <param name="reason">The reason for the row's final state; null when it has none.</param>
    public DeliveryState After(DeliveryState state, string? reason)
    {
        var isRefused = IsRefusal(reason);
        return News switch
        {
            // The provider accepted the email, even if its response was lost. A bounce that was recorded earlier is
            // kept.
            MailEventKind.Processed or MailEventKind.Delivered => state
                is DeliveryState.Sending or DeliveryState.Retrying or DeliveryState.Expired
            || (state == DeliveryState.Failed && !isRefused)
                ? DeliveryState.Delivered : state,
            MailEventKind.Bounced or MailEventKind.Refused => state
                is DeliveryState.Sending or DeliveryState.Retrying or DeliveryState.Delivered
                ? DeliveryState.Failed : state,
            MailEventKind.Complaint => state,
            _ => throw new InvalidOperationException("News has five forms."),
        };
    }

    private static bool IsRefusal(string? reason) =>
        reason is not null && (reason.StartsWith(Bounced, StringComparison.Ordinal)
            || reason.StartsWith(Refused, StringComparison.Ordinal));
}

/// <summary>Types of events that a mail provider reports.</summary>
internal enum MailEventKind
{
    /// <summary>The provider accepted the email and will deliver it.</summary>
    Processed,
    Delivered,

    /// <summary>Not delivered: blocked, expired, or suppressed by the provider. The mailbox may be valid.</summary>
    Refused,

    /// <summary>A permanent bounce: the mailbox does not exist.</summary>
    Bounced,

    /// <summary>The recipient reported the email as spam.</summary>
    Complaint,
}

/// <summary>Records mail provider events in the ledger.</summary>
internal interface IMailEvents
{
    /// <summary>Records an event on every row of its email, one per alert. An event without keys has no rows.</summary>
    /// <returns>The id of the subscription that the email was sent to; null when there is no such email.</returns>
    Task<string?> RecordAsync(MailEvent news, CancellationToken cancel);

    /// <summary>
    /// The ids of the subscriptions that send to a mailbox. Empty unless at least one of them was sent an email since
    /// the given instant.
    /// </summary>
    Task<IReadOnlyList<string>> MailedSinceAsync(string address, Instant since, CancellationToken cancel);
}
