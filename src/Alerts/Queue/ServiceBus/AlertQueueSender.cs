using System.Collections.Concurrent;
using System.Diagnostics;
using Alerts.App;
using Azure.Messaging.ServiceBus;

namespace Alerts.Queue.ServiceBus;

/// <summary>Sends alert messages to their Service Bus queues.</summary>
/// <param name="real">The broker's clock; the service's may be a simulated one.</param>
internal sealed class AlertQueueSender(ServiceBusConnection connection, ServiceClock clock, TimeProvider real) : IAlertQueueSender
{
    private readonly ConcurrentDictionary<string, ServiceBusSender> senders = new(StringComparer.Ordinal);

    /// <exception cref="QueueUnreachableException">Some were perhaps not taken; sending all of them again does no harm.</exception>
    /// <exception cref="ArgumentException">A message is larger than Service Bus takes.</exception>
    public Task PostAsync(IReadOnlyList<AlertMessage> messages, CancellationToken cancel) => Task.WhenAll(
        messages.GroupBy(QueueNames.Of).Select(queue => SendAsync(queue.Key, [.. queue.Select(ToServiceBus)], cancel)));

    /// <summary>Returns when the broker has taken every one of them: it keeps them from then on.</summary>
    internal async Task SendAsync(string queue, IReadOnlyList<ServiceBusMessage> messages, CancellationToken cancel)
    {
        try
        {
            var sender = senders.GetOrAdd(queue, connection.Client.CreateSender);
            for (var next = 0; next < messages.Count;)
            {
                using var batch = await sender.CreateMessageBatchAsync(cancel);
                for (; next < messages.Count && batch.TryAddMessage(messages[next]); next++)
                {
                }

                if (batch.Count == 0)
                {
                    var (id, size) = (messages[next].MessageId, messages[next].Body.ToMemory().Length);
                    throw new ArgumentException($"Message {id} has {size} bytes; Service Bus takes at most {batch.MaxSizeInBytes}.");
                }

                await sender.SendMessagesAsync(batch, cancel);
            }

            connection.Succeeded(queue);
        }
        catch (Exception e) when (ServiceBusConnection.IsTrouble(e) && !cancel.IsCancellationRequested)
        {
            throw new QueueUnreachableException($"The Service Bus queue {queue} took no message: {connection.Reason(e)}", e);
        }
    }

    private ServiceBusMessage ToServiceBus(AlertMessage message)
    {
        var mapped = new ServiceBusMessage(message.ToBody()) { MessageId = message.Id, ContentType = "application/json" };
        if (clock.RealTimeUntil(message.NotBefore, TimeSpan.FromDays(1000)) is { Ticks: > 0 } wait)
        {
            mapped.ScheduledEnqueueTime = real.GetUtcNow() + wait;
        }

        if (Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity)
        {
            mapped.ApplicationProperties[AlertQueueReceiver.TraceParent] = activity.Id;
        }

        return mapped;
    }
}
