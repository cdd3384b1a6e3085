using NodaTime;

namespace Alerts.Ledger;

/// <summary>What a mail provider reports about a mail later on. Repeats and any order end in the same state.</summary>
/// <param name="Keys">
/// The alert keys of the mail, its <c>msg_…</c>, or the <c>ag_…</c> of a mail with several alerts; empty when the event
/// does not name the mail.
/// </param>
/// <param name="SubscriptionId">Whose it was, as the mail carried it; null when it did not come back.</param>
/// <param name="Address">The mailbox, in its ASCII form; empty when the event names none.</param>
/// <param name="Reason">In the other side's words, without addresses; null when not given.</param>
internal sealed record MailEvent(
    IReadOnlyList<string> Keys, string? SubscriptionId, string Address, MailNews News, string? Reason)
{
    private const string Bounced = "bounced";
    private const string Refused = "refused by the mail provider";

    /// <summary>Whether nothing more may be sent to the mailbox.</summary>
    public bool EndsMailbox => News is MailNews.Bounced or MailNews.Complaint;

    /// <summary>What the delivery's log says of it; null for nothing.</summary>
    public string? Words => News switch
    {
        MailNews.Processed => null,
        MailNews.Delivered => "delivered to the mailbox",
        MailNews.Bounced => Bounced + Because,
        MailNews.Refused => Refused + Because,
        MailNews.Complaint => "reported as spam",
        _ => throw new InvalidOperationException("News has five forms."),
    };

    /// <summary>
    /// What it says of the last attempt of a delivery; null for nothing. A bounce that came first stays.
    /// </summary>
    /// <param name="reason">Why it ended, as its row says; null when it did not.</param>
    public AttemptOutcome? Outcome(string? reason) => News switch
    {
        MailNews.Processed or MailNews.Delivered => IsRefusal(reason) ? null : AttemptOutcome.Delivered,
        MailNews.Bounced or MailNews.Refused => AttemptOutcome.Refused,
        MailNews.Complaint => null,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>Whether it changes anything of a delivery or of its log.</summary>
    public bool Changes(DeliveryState state, string? reason, bool wasAttempted) =>
        After(state, reason) != state
        || (state == DeliveryState.Delivered && Words is not null)
        || (state == DeliveryState.Void && wasAttempted && Outcome(reason) is not null);

    private string Because => Reason is null ? "" : ": " + Reason;

    /// <summary>What it makes of a delivery; the same state when nothing.</summary>
    /// <param name="reason">Why it ended, as its row says; null when it did not.</param>
    public DeliveryState After(DeliveryState state, string? reason)
    {
        var isRefused = IsRefusal(reason);
        return News switch
        {
            // The provider has it, whatever became of the answer; a bounce that came first stands.
            MailNews.Processed or MailNews.Delivered => state
                is DeliveryState.Sending
                    or DeliveryState.Retrying
                    or DeliveryState.Expired
            || (state == DeliveryState.Failed && !isRefused)
                ? DeliveryState.Delivered
                : state,
            MailNews.Bounced or MailNews.Refused => state
                is DeliveryState.Sending
                    or DeliveryState.Retrying
                    or DeliveryState.Delivered
                ? DeliveryState.Failed
                : state,
            MailNews.Complaint => state,
            _ => throw new InvalidOperationException("News has five forms."),
        };
    }

    private static bool IsRefusal(string? reason) =>
        reason is not null && (reason.StartsWith(Bounced, StringComparison.Ordinal)
            || reason.StartsWith(Refused, StringComparison.Ordinal));
}

/// <summary>The kinds of news of a mail.</summary>
internal enum MailNews
{
    /// <summary>The provider has it and will deliver it.</summary>
    Processed,
    Delivered,

    /// <summary>Not delivered: blocked, expired, on the provider's own list. The mailbox may be good.</summary>
    Refused,

    /// <summary>A permanent bounce: there is no such mailbox.</summary>
    Bounced,

    /// <summary>The reader called it spam.</summary>
    Complaint,
}

/// <summary>Writes what a mail provider reports later on into the ledger.</summary>
internal interface IMailEvents
{
    /// <summary>
    /// Records an event on every row of its mail: one for each alert. An event without keys has none.
    /// </summary>
    /// <returns>The id of the subscription the mail went to; null when there is no such mail.</returns>
    Task<string?> RecordAsync(MailEvent news, CancellationToken cancel);

    /// <summary>
    /// The ids of the subscriptions that mail to a mailbox, if one of them was mailed since an instant; otherwise none.
    /// </summary>
    Task<IReadOnlyList<string>> MailedSinceAsync(string address, Instant since, CancellationToken cancel);
}
