namespace Alerts.Subscriptions;

/// <summary>Stores subscriptions. Every change of status or preferences records a version for the audit.</summary>
internal interface ISubscriptions
{
    Task<Subscription?> FindAsync(string id, CancellationToken cancel);

    /// <summary>
    /// The number of subscriptions per channel and status; combinations without subscriptions may be absent. May read
    /// all of them.
    /// </summary>
    Task<IReadOnlyList<SubscriptionCount>> CountAsync(CancellationToken cancel);

    /// <summary>
    /// Creates a pending subscription and asks its target to opt in, and the contact, if there is one, to confirm. If
    /// the target is a person (<see cref="ChannelKind.IsPersonal"/>), repeating this with the same preferences creates
    /// no second subscription: a pending one gets its confirmation again (at most
    /// <see cref="SubscriptionLimits.ConfirmationsAnHour"/> times an hour), an active one gets its manage link.
    /// </summary>
    /// <param name="identity">
    /// If a subscription was already created with it, that subscription is returned and nothing is sent; null is
    /// returned if it was created by a different request.
    /// </param>
    Task<Subscription?> SubscribeAsync(
        Target target, Preferences preferences, SubscriptionIdentity identity, CancellationToken cancel);

    /// <summary>
    /// Emails an address a link for each of its newest <see cref="SubscriptionLimits.LinksMailed"/> subscriptions: the
    /// manage link, or the confirmation link while pending. Each is sent at most
    /// <see cref="SubscriptionLimits.ConfirmationsAnHour"/> times an hour. Does nothing for an unknown address.
    /// </summary>
    Task MailLinksAsync(string address, CancellationToken cancel);

    /// <summary>
    /// Confirms or removes the contact of a webhook. Idempotent. Does nothing if the subscription is unknown or has
    /// ended.
    /// </summary>
    /// <param name="isWanted">Whether to confirm the contact; false removes it.</param>
    Task AnswerContactAsync(string id, bool isWanted, CancellationToken cancel);

    /// <summary>Confirms a pending subscription. Idempotent. Null when it is unknown or has ended.</summary>
    /// <param name="hasWelcome">
    /// Whether to send <see cref="ServiceMessage.Welcome"/> when a pending subscription is confirmed, if its channel
    /// has one.
    /// </param>
    Task<Subscription?> ConfirmAsync(string id, CancellationToken cancel, bool hasWelcome = false);

    /// <summary>
    /// Changes the preferences. Nothing is sent for the past, except that a reminder that was still in the future is
    /// sent immediately when a new time of day, zone or quiet hours moves it into the past. Null when the subscription
    /// is unknown or has ended.
    /// </summary>
    /// <param name="edit">
    /// Receives the current preferences and returns the new ones; null to change nothing. Called again when another
    /// change comes in between.
    /// </param>
    Task<Subscription?> EditAsync(string id, Func<Preferences, Preferences?> edit, CancellationToken cancel);

    /// <summary>Ends a subscription and voids its waiting deliveries. Idempotent. Null when it is unknown.</summary>
    Task<Subscription?> EndAsync(string id, CancellationToken cancel);

    /// <summary>
    /// Undoes the end of a subscription (see <see cref="Subscription.CanResume"/>). It regains its previous status, and
    /// is owed what becomes due from now on and the corrections it has missed. A subscription that has not ended is not
    /// changed.
    /// </summary>
    /// <returns>
    /// Null when the subscription is unknown or can no longer be resumed, or when another one now has the same address
    /// and preferences.
    /// </returns>
    Task<Subscription?> ResumeAsync(string id, CancellationToken cancel);

    /// <summary>
    /// Creates a new signing secret and returns it. The old secrets remain in use for 24 h. Null when the subscription
    /// is unknown or has ended.
    /// </summary>
    Task<string?> RotateSecretAsync(string id, CancellationToken cancel);

    /// <summary>
    /// Sends a test message. A pending or disabled endpoint gets the verification instead, unless one is still waiting;
    /// a pending address gets its confirmation, at most <see cref="SubscriptionLimits.ConfirmationsAnHour"/> times an
    /// hour.
    /// </summary>
    /// <returns>The number of messages queued; null when the subscription is unknown or has ended.</returns>
    Task<int?> TestAsync(string id, CancellationToken cancel);

    /// <summary>
    /// Queues again what failed since an instant while the endpoint was disabled. The senders' pre-send check drops
    /// what is no longer owed.
    /// </summary>
    /// <returns>The number of messages queued; null when the subscription is unknown or has ended.</returns>
    Task<int?> RecoverAsync(string id, Instant since, CancellationToken cancel);

    /// <summary>
    /// Ends expired pending subscriptions, and erases the addresses of those that ended long ago (see
    /// <see cref="SubscriptionLimits"/>).
    /// </summary>
    Task PurgeExpiredAsync(CancellationToken cancel);
}

/// <summary>The number of subscriptions of one channel in one status.</summary>
internal sealed record SubscriptionCount(string Channel, SubscriptionStatus Status, long Count);

/// <summary>Remembers for 24 h which request first used each <c>Idempotency-Key</c>.</summary>
internal interface IRequestKeys
{
    /// <summary>Records a request under its key, unless the key was used in the last 24 h.</summary>
    /// <param name="key">A hash of the key.</param>
    /// <param name="request">A hash of everything that identifies the request.</param>
    /// <returns>The request that the key now refers to.</returns>
    Task<KeptRequest> KeepAsync(string key, string request, CancellationToken cancel);
}

/// <summary>The request that an <c>Idempotency-Key</c> refers to.</summary>
/// <param name="Request">The request hash that was recorded.</param>
/// <param name="At">When it was recorded, by the service's clock.</param>
internal sealed record KeptRequest(string Request, Instant At)
{
    /// <summary>How long a key is remembered (product contract, section 20).</summary>
    public static readonly Duration Lasts = Duration.FromHours(24);
}
