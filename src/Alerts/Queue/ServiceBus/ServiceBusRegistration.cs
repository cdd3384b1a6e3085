using Alerts.Core;
using Alerts.Subscriptions;
using Azure.Identity;

namespace Alerts.Queue.ServiceBus;

/// <summary>Adds Service Bus as the queue.</summary>
internal static class ServiceBusRegistration
{
    public static void AddServiceBus(this IServiceCollection services, Settings settings, TimeProvider real)
    {
        var options = ServiceBusSettings.Read(settings);
        services.AddSingleton(of => new ServiceBusConnection(
            options, new DefaultAzureCredential(), of.GetRequiredService<ILogger<ServiceBusConnection>>(),
            of.GetRequiredService<ChannelKinds>().All[0].Name));
        services.AddSingleton<IAlertQueueSender>(of => ActivatorUtilities.CreateInstance<AlertQueueSender>(of, real));
    }

    /// <summary>
    /// Adds the receiver as well. Not for the Functions host, which passes the queues' messages to its triggers.
    /// </summary>
    public static void AddServiceBusReceiver(this IServiceCollection services) =>
        services.AddHostedService<AlertQueueReceiver>();
}
