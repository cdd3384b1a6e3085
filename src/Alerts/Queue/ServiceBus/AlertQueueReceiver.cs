using Alerts.Senders;

namespace Alerts.Queue.ServiceBus;

/// <summary>
/// Receives and handles the messages of all queues. Not used under the Functions host, which receives them itself.
/// </summary>
internal sealed class AlertQueueReceiver(
    ServiceBusConnection connection, IEnumerable<IChannel> channels, QueueMessageHandler handler, ILoggerFactory logs)
    : BackgroundService
{
    /// <summary>Application property that holds the sender's W3C trace context.</summary>
    public const string TraceParent = "traceparent";

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        from channel in channels
        from queue in QueueNames.Of(channel)
        select new QueueProcessor(
            connection, queue, QueueWorker.MessagesOf(channel, queue),
            (message, cancel) => handler.HandleAsync(
                queue, message.Body, message.ApplicationProperties.GetValueOrDefault(TraceParent) as string, cancel),
            logs.CreateLogger<QueueProcessor>()).RunAsync(stoppingToken));
}
