using System.Collections.Concurrent;
using Alerts.App;
using NodaTime;

namespace Alerts.Queue.ServiceBus;

/// <summary>Posts to the Service Bus queue that is named like the channel.</summary>
/// <param name="real">What the broker goes by; the service's clock may be a simulated one.</param>
internal sealed class ServiceBusPosts(ServiceBusConnection connection, ServiceClock clock, TimeProvider real, ILoggerFactory logs) : IAlertQueueSender, IDisposable
{
    private readonly ConcurrentDictionary<string, ServiceBusSender> senders = new(StringComparer.Ordinal);

    public Task PostAsync(IReadOnlyList<AlertMessage> messages, CancellationToken cancel) => Task.WhenAll(
        messages.GroupBy(message => message.Channel).Select(channel =>
            senders.GetOrAdd(channel.Key, name => new ServiceBusSender(connection, name, logs.CreateLogger<ServiceBusSender>()))
                .SendAsync([.. channel.Select(message => new QueueMessage(message.Id, message.ToBody(), NotBefore(message.NotBefore)))], cancel)));

    public void Dispose()
    {
        foreach (var sender in senders.Values)
        {
            sender.Dispose();
        }
    }

    private Instant NotBefore(Instant at) =>
        Instant.FromDateTimeOffset(real.GetUtcNow()) + Duration.FromTimeSpan(clock.RealTimeUntil(at, TimeSpan.FromDays(1000)));
}
