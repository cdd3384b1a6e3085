using Alerts.Senders.Email;
using Alerts.Senders.Webhook;
using Alerts.Subscriptions;

namespace Alerts.Tests.Support;

/// <summary>Subscribes by the shipped channels, without reading a request.</summary>
internal static class Subscribing
{
    public static EmailKind Email { get; } = new();

    public static WebhookKind Webhook { get; } = new(new WebhookOptions(AllowLoopback: false, []));

    public static ChannelKinds Channels { get; } = new([Email, Webhook]);

    /// <summary>Creates an email subscription with a random identity.</summary>
    public static async Task<Subscription> SubscribeEmailAsync(
        this ISubscriptions subscriptions, string address, Preferences preferences, CancellationToken cancel) =>
        // Not null: no other request has this random identity.
        (await subscriptions.SubscribeEmailAsync(address, preferences, SubscriptionIdentity.Random(), cancel))!;

    public static Task<Subscription?> SubscribeEmailAsync(
        this ISubscriptions subscriptions,
        string address,
        Preferences preferences,
        SubscriptionIdentity identity,
        CancellationToken cancel) =>
        subscriptions.SubscribeAsync(new Target(Email, address), preferences, identity, cancel);

    /// <summary>
    /// Creates a webhook subscription with a random identity, in the standard format, without a contact.
    /// </summary>
    public static async Task<Subscription> SubscribeWebhookAsync(
        this ISubscriptions subscriptions, string url, Preferences preferences, CancellationToken cancel) =>
        // Not null: no other request has this random identity.
        (await subscriptions.SubscribeWebhookAsync(
            url, WebhookFormat.Standard, preferences, contact: null, SubscriptionIdentity.Random(), cancel))!;

    public static Task<Subscription?> SubscribeWebhookAsync(
        this ISubscriptions subscriptions,
        string url,
        WebhookFormat format,
        Preferences preferences,
        string? contact,
        SubscriptionIdentity identity,
        CancellationToken cancel) => subscriptions.SubscribeAsync(
        new Target(Webhook, url) { Format = format, Contact = contact }, preferences, identity, cancel);
}
