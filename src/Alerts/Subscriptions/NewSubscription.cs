using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Alerts.Core;
using NodaTime;

namespace Alerts.Subscriptions;

/// <summary>Creates subscriptions and decides which messages they get; shared by all stores.</summary>
internal static class NewSubscription
{
    public static Subscription Email(
        string address,
        Preferences preferences,
        SubscriptionIdentity identity,
        Instant now) => Of("email", address, preferences, identity, now, []);

    /// <summary>Creates a pending webhook subscription.</summary>
    /// <param name="contact">
    /// Email address to warn when the endpoint keeps failing, not confirmed yet; null for none.
    /// </param>
    public static Subscription Webhook(
        string url,
        WebhookFormat format,
        Preferences preferences,
        string? contact,
        SubscriptionIdentity identity,
        Instant now) =>
        Of("webhook", url, preferences, identity, now, [new WebhookSecret(identity.Secret, null)]) with
        {
            Format = format,
            Client = identity.Client,
            Contact = contact is null ? null : new Contact(contact, IsConfirmed: false),
        };

    /// <summary>
    /// Whether the existing subscription with an identity's id was created by the same request as
    /// <paramref name="made"/>. For a webhook the secrets are compared, because they are derived from the whole
    /// request; for an email subscription, the address and preferences.
    /// </summary>
    public static bool IsSameRequest(Subscription standing, Subscription made) =>
        standing.Channel == made.Channel
        && (
            made.Channel == "webhook"
                ? standing.Secrets.Any(secret => secret.Text == made.Secrets[0].Text)
                : standing.Address == made.Address
                    && PreferencesJson.Canonical(standing.Preferences) == PreferencesJson.Canonical(made.Preferences));

    /// <summary>
    /// The channel of a service message: email for messages to the contact, the subscription's own channel for all
    /// others.
    /// </summary>
    public static string ChannelOf(ServiceMessage message, Subscription subscription) =>
        message.IsForContact() ? "email" : subscription.Channel;

    /// <summary>
    /// Identifies the destination that a subscription shares with others: a hash of the authority of a webhook's URL. 0
    /// for email, which goes through our own mail server.
    /// </summary>
    public static long DestinationKeyOf(Subscription subscription) =>
        subscription.Channel == "webhook"
            ? BinaryPrimitives.ReadInt64BigEndian(
                SHA256.HashData(Encoding.UTF8.GetBytes(new Uri(subscription.Address).Authority)))
            : 0;

    /// <summary>Returns a prefix followed by 26 unguessable random characters.</summary>
    public static string RandomId(string prefix) => prefix + Base32.LowerCase(RandomNumberGenerator.GetBytes(17), 26);

    /// <summary>Returns a random id for a service message.</summary>
    public static string MessageId() => RandomId("msg_");

    /// <summary>The message to send when the same preferences are requested again.</summary>
    public static ServiceMessage MessageFor(Subscription subscription) =>
        subscription.Status == SubscriptionStatus.Active ? ServiceMessage.ManageLink : ServiceMessage.Confirmation;

    /// <summary>
    /// The message to send for a test. A subscription that is not active gets the request that activates it.
    /// </summary>
    public static ServiceMessage TestFor(Subscription subscription) =>
        subscription.Status == SubscriptionStatus.Active ? ServiceMessage.Test
        : subscription.Channel == "webhook" ? ServiceMessage.Verification
        : ServiceMessage.Confirmation;

    /// <summary>
    /// Returns the secrets after a rotation, newest first, without those replaced more than 24 h ago.
    /// </summary>
    public static IReadOnlyList<WebhookSecret> Rotated(IReadOnlyList<WebhookSecret> secrets, Instant now) => secrets
        .Select(secret => secret with { ReplacedAt = secret.ReplacedAt ?? now })
        .Where(secret => now - secret.ReplacedAt < SubscriptionLimits.ReplacedSecret)
        .Prepend(new WebhookSecret(WebhookSecrets.Make(), null))
        .ToList();

    private static Subscription Of(
        string channel,
        string address,
        Preferences preferences,
        SubscriptionIdentity identity,
        Instant now,
        IReadOnlyList<WebhookSecret> secrets
    ) => new(identity.Id, channel, address, SubscriptionStatus.Pending, now, now, preferences, 1, secrets);
}
