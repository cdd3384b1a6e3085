using Alerts.Senders;

namespace Alerts.Queue.ServiceBus;

/// <summary>Handles the messages of all queues in this process; not under the Functions host, which receives them itself.</summary>
internal sealed class AlertQueueReceiver(
    ServiceBusConnection connection, IEnumerable<IChannel> channels, QueueMessageHandler handler, ILoggerFactory logs) : BackgroundService
{
    /// <summary>The application property with the sender's trace context.</summary>
    public const string TraceParent = "traceparent";

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        channels.SelectMany(channel => QueueNames.Of(channel.Name).Select(queue => ReceiveAsync(channel, queue, stoppingToken))));

    private Task ReceiveAsync(IChannel channel, string queue, CancellationToken stop) => new QueueProcessor(
        connection, queue, QueueWorker.MessagesOf(channel, queue),
        (message, cancel) =>
            handler.HandleAsync(queue, message.Body, message.ApplicationProperties.GetValueOrDefault(TraceParent) as string, cancel),
        logs.CreateLogger<QueueProcessor>()).RunAsync(stop);
}
