using System.Collections.Concurrent;
using System.Diagnostics;
using Azure.Messaging.ServiceBus;

namespace Alerts.Queue.ServiceBus;

/// <summary>Sends alert messages to their Service Bus queues.</summary>
internal sealed class AlertQueueSender(ServiceBusConnection connection, ServiceClock clock) : IAlertQueueSender
{
    private readonly ConcurrentDictionary<string, ServiceBusSender> senders = new(StringComparer.Ordinal);

    /// <exception cref="QueueUnreachableException">
    /// Some messages may not have been accepted; send all of them again.
    /// </exception>
    /// <exception cref="ArgumentException">A message exceeds the size limit of Service Bus.</exception>
    public Task PostAsync(IReadOnlyList<AlertMessage> messages, CancellationToken cancel) => Task.WhenAll(
        messages.GroupBy(QueueNames.Of).Select(queue => SendAsync(queue.Key, [.. queue.Select(ToServiceBus)], cancel)));

    /// <summary>Returns when the broker has accepted and stored all messages.</summary>
    internal async Task SendAsync(string queue, IReadOnlyList<ServiceBusMessage> messages, CancellationToken cancel)
    {
        try
        {
            var sender = senders.GetOrAdd(queue, connection.Client.CreateSender);
            for (var sent = 0; sent < messages.Count;)
            {
                using var batch = await sender.CreateMessageBatchAsync(cancel);
                sent += messages.Skip(sent).TakeWhile(batch.TryAddMessage).Count();
                if (batch.Count == 0)
                {
                    var (size, most) = (messages[sent].Body.ToMemory().Length, batch.MaxSizeInBytes);
                    throw new ArgumentException(
                        $"Message {messages[sent].MessageId} has {size} bytes; Service Bus takes at most {most}.");
                }

                await sender.SendMessagesAsync(batch, cancel);
            }

            connection.Succeeded(queue);
        }
        catch (Exception e) when (IsOutage(e) && !cancel.IsCancellationRequested)
        {
            connection.Failed(queue, e);
            throw new QueueUnreachableException($"The queue {queue} took no message: {connection.Reason(e)}", e);
        }
    }

    /// <summary>Whether the connection, the sign-in or the broker failed; anything else is our own bug.</summary>
    private static bool IsOutage(Exception failure) => QueueOutage.Is(failure)
        || failure is ServiceBusException or UnauthorizedAccessException or ObjectDisposedException;

    private ServiceBusMessage ToServiceBus(AlertMessage message)
    {
        var mapped = new ServiceBusMessage(message.ToBody()) { MessageId = message.Id };
        if (message.NotBefore > clock.Now)
        {
            mapped.ScheduledEnqueueTime = clock.RealTimeOf(message.NotBefore, TimeSpan.FromDays(1000));
        }

        if (Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity)
        {
            mapped.ApplicationProperties[QueueMessageHandler.TraceParent] = activity.Id;
        }

        return mapped;
    }
}
