using Alerts.Subscriptions;
using Azure.Identity;

namespace Alerts.Queue.ServiceBus;

/// <summary>Adds Service Bus as the queue, for sending.</summary>
internal static class ServiceBusRegistration
{
    public static void AddServiceBus(this IServiceCollection services, Settings settings)
    {
        var options = ServiceBusOptions.From(settings);
        services.AddSingleton(of => new ServiceBusConnection(
            options, new DefaultAzureCredential(), of.GetRequiredService<ILogger<ServiceBusConnection>>(),
            of.GetRequiredService<ChannelKinds>().All[0].Name));
        services.AddSingleton<IAlertQueueSender, AlertQueueSender>();
    }
}
