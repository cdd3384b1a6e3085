using Alerts.Senders;

namespace Alerts.Queue.ServiceBus;

/// <summary>Handles the messages of all queues; under the Functions host, that receives them.</summary>
internal sealed class AlertQueueReceiver(
    ServiceBusConnection connection, IEnumerable<IChannel> channels, QueueMessageHandler handler, ILoggerFactory logs)
    : BackgroundService
{
    /// <summary>The application property with the sender's trace context.</summary>
    public const string TraceParent = "traceparent";

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        from channel in channels
        from queue in QueueNames.Of(channel.Name)
        select new QueueProcessor(
            connection, queue, QueueWorker.MessagesOf(channel, queue),
            (message, cancel) => handler.HandleAsync(
                queue, message.Body, message.ApplicationProperties.GetValueOrDefault(TraceParent) as string, cancel),
            logs.CreateLogger<QueueProcessor>()).RunAsync(stoppingToken));
}
