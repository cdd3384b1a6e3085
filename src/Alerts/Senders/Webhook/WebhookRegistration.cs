using Alerts.Subscriptions;

namespace Alerts.Senders.Webhook;

/// <summary>Registers the webhook channel and its settings.</summary>
internal static class WebhookRegistration
{
    /// <param name="isLoopbackStart">Whether the service itself is reachable on loopback only.</param>
    /// <param name="realTime">
    /// Not the service's clock: published libraries compare <c>webhook-timestamp</c> with their own clock.
    /// </param>
    public static void AddWebhook(
        this IServiceCollection services, Settings settings, bool isLoopbackStart, TimeProvider realTime)
    {
        var options = new WebhookOptions(
            settings.Flag("Webhooks:AllowLoopback", otherwise: false),
            settings.Networks("Webhooks:AllowedNetworks"))
        {
            MaxConnections = Math.Min(
                settings.Number("Webhooks:MaxConnections", otherwise: 500, from: 1, to: 10_000),
                OpenFileLimit.MaxConnections),
            IsLoopbackStart = isLoopbackStart,
        };
        services.AddSingleton(options);
        services.AddSingleton<ChannelKind, WebhookKind>();
        services.AddSingleton<IChannel>(of => new WebhookChannel(
            options, of.GetRequiredService<PublicUrl>(), of.GetRequiredService<Tokens>(), realTime,
            clockSpeed: of.GetRequiredService<ServiceClock>().Speed));
    }
}
