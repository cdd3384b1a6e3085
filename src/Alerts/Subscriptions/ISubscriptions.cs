using NodaTime;

namespace Alerts.Subscriptions;

/// <summary>Who asked for what, as a store keeps it. Every change of status or preferences leaves a version behind, for the audit.</summary>
internal interface ISubscriptions
{
    Task<Subscription?> FindAsync(string id, CancellationToken cancel);

    /// <summary>
    /// How many there are of each channel in each status; none where absent. It may go through all of them.
    /// </summary>
    Task<IReadOnlyList<SubscriptionCount>> CountAsync(CancellationToken cancel);

    /// <summary>
    /// Asks an address to confirm. The same preferences again makes no second subscription: a pending one gets its mail again (at most
    /// <see cref="SubscriptionLimits.ConfirmationsAnHour"/>), an active one a mail with its manage link.
    /// </summary>
    /// <param name="identity">What was made from it before is answered again, and nothing is sent; null when that was another request.</param>
    Task<Subscription?> SubscribeEmailAsync(
        string address,
        Preferences preferences,
        SubscriptionIdentity identity,
        CancellationToken cancel);

    /// <summary>
    /// Mails an address the link of each of its subscriptions, the newest <see cref="SubscriptionLimits.LinksMailed"/> of them: that to manage
    /// it, or while it is pending to confirm it; each at most <see cref="SubscriptionLimits.ConfirmationsAnHour"/>. Nothing for an unknown one.
    /// </summary>
    Task MailLinksAsync(string address, CancellationToken cancel);

    /// <summary>Makes a webhook subscription, pending until its endpoint has answered the verification; a contact is asked to confirm.</summary>
    /// <param name="contact">Null for none.</param>
    /// <param name="identity">As above.</param>
    Task<Subscription?> SubscribeWebhookAsync(
        string url,
        WebhookFormat format,
        Preferences preferences,
        string? contact,
        SubscriptionIdentity identity,
        CancellationToken cancel);

    /// <summary>Confirms the contact of a webhook, or forgets it; harmless when repeated. Null when the subscription is unknown or has ended.</summary>
    Task<Subscription?> AnswerContactAsync(string id, bool isWanted, CancellationToken cancel);

    /// <summary>
    /// Confirms a pending subscription; harmless when repeated. Null when it is unknown or has ended.
    /// </summary>
    /// <param name="hasWelcome">Whether a pending one by email is sent <see cref="ServiceMessage.Welcome"/>.</param>
    Task<Subscription?> ConfirmAsync(string id, CancellationToken cancel, bool hasWelcome = false);

    /// <summary>
    /// Changes what is asked for. Nothing is sent for the past, but a reminder that was still ahead and that another hour, zone
    /// or quiet hours put into the past goes at once. Null when it is unknown or has ended.
    /// </summary>
    Task<Subscription?> EditAsync(string id, Preferences preferences, CancellationToken cancel);

    /// <summary>Ends it; what is still waiting becomes void. Harmless when repeated. Null when it is unknown.</summary>
    Task<Subscription?> EndAsync(string id, CancellationToken cancel);

    /// <summary>
    /// Undoes ending it (see <see cref="Subscription.CanResume"/>): it has its status of before, is owed what falls due
    /// from now on, and the corrections it has missed. One that has not ended stays as it is.
    /// </summary>
    /// <returns>
    /// Null when it is unknown, cannot be resumed any more, or another one has the same address and preferences by now.
    /// </returns>
    Task<Subscription?> ResumeAsync(string id, CancellationToken cancel);

    /// <summary>A new signing secret; the old ones sign for 24 h more. Null when it is unknown or has ended.</summary>
    Task<string?> RotateSecretAsync(string id, CancellationToken cancel);

    /// <summary>
    /// Sends a test message; to an endpoint that is pending or disabled the verification, unless one is still
    /// waiting, and to a pending address its confirmation.
    /// </summary>
    /// <returns>How many messages were queued; null when the subscription is unknown or has ended.</returns>
    Task<int?> TestAsync(string id, CancellationToken cancel);

    /// <summary>Queues once more what failed while the endpoint was disabled since an instant; the senders' last look drops what is no longer owed.</summary>
    /// <returns>How many; null when unknown or ended.</returns>
    Task<int?> RecoverAsync(string id, Instant since, CancellationToken cancel);

    /// <summary>Lapses what stayed pending, and forgets the addresses of what ended long ago (see <see cref="SubscriptionLimits"/>).</summary>
    Task PurgeExpiredAsync(CancellationToken cancel);
}

internal static class Subscribing
{
    /// <summary>A preferences that is asked for this once.</summary>
    public static async Task<Subscription> SubscribeEmailAsync(
        this ISubscriptions subscriptions,
        string address,
        Preferences preferences,
        CancellationToken cancel
    ) => (await subscriptions.SubscribeEmailAsync(address, preferences, SubscriptionIdentity.Random(), cancel))!; // a random identity is nobody else's

    /// <summary>A preferences that is asked for this once, in the standard format.</summary>
    public static async Task<Subscription> SubscribeWebhookAsync(
        this ISubscriptions subscriptions,
        string url,
        Preferences preferences,
        CancellationToken cancel) =>
        (
            await subscriptions.SubscribeWebhookAsync(
                url,
                WebhookFormat.Standard,
                preferences,
                contact: null,
                SubscriptionIdentity.Random(),
                cancel))!; // as above
}

/// <summary>How many subscriptions of one channel are in one status.</summary>
internal sealed record SubscriptionCount(string Channel, SubscriptionStatus Status, long Count);
