using System.Diagnostics;
using Alerts.Ledger;
using Alerts.Senders;

namespace Alerts.Queue.ServiceBus;

/// <summary>Hands what the Service Bus queues hold to this process's senders; outside of the Functions host, which does it there.</summary>
/// <param name="real">What locks go by.</param>
internal sealed class ServiceBusReceiving(
    ServiceBusConnection connection, MessageQueue queue, IEnumerable<IChannel> channels, TimeProvider real, ILoggerFactory logs) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(channels.Select(channel => ReceiveAsync(channel, stoppingToken)));

    private async Task ReceiveAsync(IChannel channel, CancellationToken cancel)
    {
        using var receiver = new ServiceBusReceiver(connection, channel.Name, channel.MaxConcurrency, HandleAsync, real, logs.CreateLogger<ServiceBusReceiver>());
        await receiver.RunAsync(cancel);
    }

    private async Task<MessageOutcome> HandleAsync(ReceivedMessage received)
    {
        if (AlertMessage.Read(received.Body) is not { } message)
        {
            return new MessageOutcome.DeadLettered("its body names no alerts");
        }

        // The sender's trace goes on here.
        using var span = ActivityContext.TryParse(received.TraceParent, null, out var sender)
            ? AlertMetrics.Spans.StartActivity("receive " + message.Channel, ActivityKind.Consumer, sender)
            : null;
        await queue.ReceiveAsync(message);
        return new MessageOutcome.Completed();
    }
}
