using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Alerts.Core;
using NodaTime;

namespace Alerts.Subscriptions;

/// <summary>How subscriptions begin and what follows of them, the same on every store.</summary>
internal static class NewSubscription
{
    public static Subscription Email(
        string address,
        Preferences preferences,
        SubscriptionIdentity identity,
        Instant now) => Of("email", address, preferences, identity, now, []);

    /// <param name="contact">Who is warned when it keeps failing, not confirmed yet; null for nobody.</param>
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
    /// Whether what stands under a identity's id was made by the same request as <paramref name="made"/>. A webhook's secret follows from
    /// the whole request; of an email address and preferences tell.
    /// </summary>
    public static bool IsSameRequest(Subscription standing, Subscription made) =>
        standing.Channel == made.Channel
        && (
            made.Channel == "webhook"
                ? standing.Secrets.Any(secret => secret.Text == made.Secrets[0].Text)
                : standing.Address == made.Address
                    && PreferencesJson.Canonical(standing.Preferences) == PreferencesJson.Canonical(made.Preferences));

    /// <summary>The way a service message goes: what is for the contact is mailed, the rest goes where the alerts go.</summary>
    public static string ChannelOf(ServiceMessage message, Subscription subscription) =>
        message.IsForContact() ? "email" : subscription.Channel;

    /// <summary>The destination it shares with others: the authority of a webhook's URL, and 0 for mail, whose server is ours.</summary>
    public static long DestinationKeyOf(Subscription subscription) =>
        subscription.Channel == "webhook"
            ? BinaryPrimitives.ReadInt64BigEndian(
                SHA256.HashData(Encoding.UTF8.GetBytes(new Uri(subscription.Address).Authority)))
            : 0;

    /// <summary>A prefix and 26 characters that nobody can guess.</summary>
    public static string RandomId(string prefix) => prefix + Base32.LowerCase(RandomNumberGenerator.GetBytes(17), 26);

    /// <summary>The random id of a service message.</summary>
    public static string MessageId() => RandomId("msg_");

    /// <summary>What asking again for the same preferences sends.</summary>
    public static ServiceMessage MessageFor(Subscription subscription) =>
        subscription.Status == SubscriptionStatus.Active ? ServiceMessage.ManageLink : ServiceMessage.Confirmation;

    /// <summary>What a test sends: where the way has not been opened yet (or was closed), the question that opens it.</summary>
    public static ServiceMessage TestFor(Subscription subscription) =>
        subscription.Status == SubscriptionStatus.Active ? ServiceMessage.Test
        : subscription.Channel == "webhook" ? ServiceMessage.Verification
        : ServiceMessage.Confirmation;

    /// <summary>The secrets after a rotation, newest first.</summary>
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
