using NodaTime;

namespace Alerts.Subscriptions;

/// <summary>Who asked for what, as a store keeps it. Every change of status or wish leaves a version behind, for the audit.</summary>
internal interface ISubscriptions
{
    Task<Subscription?> FindAsync(string id, CancellationToken cancel);

    /// <summary>
    /// Asks an address to confirm. The same wish again makes no second subscription: a pending one gets its mail again (at most
    /// <see cref="Lasting.ConfirmationsAnHour"/>), an active one a mail with its manage link.
    /// </summary>
    Task<Subscription> SubscribeEmailAsync(string address, Wish wish, CancellationToken cancel);

    /// <summary>Makes a webhook subscription, pending until its endpoint has answered the verification.</summary>
    Task<Subscription> SubscribeWebhookAsync(string url, Wish wish, CancellationToken cancel);

    /// <summary>Confirms a pending subscription; harmless when repeated. Null when it is unknown or has ended.</summary>
    Task<Subscription?> ConfirmAsync(string id, CancellationToken cancel);

    /// <summary>
    /// Changes what is asked for. Nothing is sent for the past, but a reminder that was still ahead and that another hour, zone
    /// or quiet hours put into the past goes at once. Null when it is unknown or has ended.
    /// </summary>
    Task<Subscription?> EditAsync(string id, Wish wish, CancellationToken cancel);

    /// <summary>Ends it; what is still waiting becomes void. Harmless when repeated. Null when it is unknown.</summary>
    Task<Subscription?> EndAsync(string id, CancellationToken cancel);

    /// <summary>A new signing secret; the old ones sign for 24 h more. Null when it is unknown or has ended.</summary>
    Task<string?> RotateSecretAsync(string id, CancellationToken cancel);

    /// <summary>Sends a test message; to an endpoint that is pending or disabled the verification, to a pending address its confirmation.</summary>
    Task<Subscription?> TestAsync(string id, CancellationToken cancel);

    /// <summary>Queues once more what failed while the endpoint was disabled since an instant; the senders' last look drops what is no longer owed.</summary>
    /// <returns>How many; null when unknown or ended.</returns>
    Task<int?> RecoverAsync(string id, Instant since, CancellationToken cancel);

    /// <summary>Lapses what stayed pending, and forgets the addresses of what ended long ago (see <see cref="Lasting"/>).</summary>
    Task TidyAsync(CancellationToken cancel);
}
