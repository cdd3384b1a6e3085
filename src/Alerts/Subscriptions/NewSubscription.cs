using System.Security.Cryptography;

namespace Alerts.Subscriptions;

/// <summary>Creates subscriptions and decides which messages they get; shared by all stores.</summary>
internal static class NewSubscription
{
    /// <summary>Creates a pending subscription.</summary>
    public static Subscription Of(Target target, Preferences preferences, SubscriptionIdentity identity, Instant now) =>
        new(
            identity.Id, target.Channel, target.Address, SubscriptionStatus.Pending, now, now, preferences, 1,
            target.Channel.HasSecrets ? [new WebhookSecret(identity.Secret, null)] : [])
        {
            Format = target.Format,
            Client = target.Channel.IsPersonal ? "" : identity.Client,
            Contact = target.Contact is { } contact ? new Contact(contact, IsConfirmed: false) : null,
        };

    /// <summary>
    /// Whether the existing subscription with an identity's id was created by the same request as
    /// <paramref name="made"/>. Secrets are compared if there are any, because they are derived from the whole request;
    /// otherwise, the address and preferences.
    /// </summary>
    public static bool IsSameRequest(Subscription existing, Subscription made) =>
        existing.Channel.Name == made.Channel.Name
        && (
            made.Channel.HasSecrets
                ? existing.Secrets.Any(secret => secret.Text == made.Secrets[0].Text)
                : existing.Address == made.Address
                    && PreferencesJson.Canonical(existing.Preferences) == PreferencesJson.Canonical(made.Preferences));

    /// <summary>The messages that a new subscription of an endpoint begins with.</summary>
    public static IReadOnlyList<ServiceMessage> FirstMessages(Subscription made) =>
        made.Contact is null ? [made.Channel.OptIn] : [made.Channel.OptIn, ServiceMessage.ContactConfirmation];

    /// <summary>Returns a prefix followed by 26 unguessable random characters.</summary>
    public static string RandomId(string prefix) => prefix + Base32.LowerCase(RandomNumberGenerator.GetBytes(17), 26);

    /// <summary>Returns a random id for a service message.</summary>
    public static string MessageId() => RandomId("msg_");

    /// <summary>The message to send when the same preferences are requested again.</summary>
    public static ServiceMessage MessageFor(Subscription subscription) =>
        subscription.Status == SubscriptionStatus.Active ? ServiceMessage.ManageLink : subscription.Channel.OptIn;

    /// <summary>
    /// The message to send for a test. A subscription that is not active gets the request that activates it.
    /// </summary>
    public static ServiceMessage TestFor(Subscription subscription) =>
        subscription.Status == SubscriptionStatus.Active ? ServiceMessage.Test : subscription.Channel.OptIn;

    /// <summary>
    /// Returns the secrets after a rotation, newest first, without those replaced more than 24 h ago.
    /// </summary>
    public static IReadOnlyList<WebhookSecret> Rotated(IReadOnlyList<WebhookSecret> secrets, Instant now) => secrets
        .Select(secret => secret with { ReplacedAt = secret.ReplacedAt ?? now })
        .Where(secret => now - secret.ReplacedAt < SubscriptionLimits.ReplacedSecret)
        .Prepend(new WebhookSecret(WebhookSecrets.Make(), null))
        .ToList();
}

/// <summary>
/// The id and first signing secret of a new subscription. They are random, or, for a request with an
/// <c>Idempotency-Key</c>, derived from the key and the request (<see cref="Tokens.IdentityOf"/>). A repeated request
/// therefore finds the subscription that it created without any other stored data.
/// </summary>
/// <param name="Id"><c>sub_…</c>.</param>
/// <param name="Secret"><c>whsec_…</c>; not used for email.</param>
internal sealed record SubscriptionIdentity(string Id, string Secret)
{
    /// <summary>See <see cref="Subscription.Client"/>.</summary>
    public string Client { get; init; } = "";

    public static SubscriptionIdentity Random() => new(NewSubscription.RandomId("sub_"), WebhookSecrets.Make());
}
