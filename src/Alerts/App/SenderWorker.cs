using Alerts.Core;
using Alerts.Queue;
using Alerts.Senders;

namespace Alerts.App;

/// <summary>Runs a <see cref="ChannelLoop"/> for each channel. A stop waits for the attempts under way.</summary>
internal sealed class SenderWorker(
    IEnumerable<IChannel> channels, IQueue queue, ServiceClock clock, ChangeSignal signal,
    ServiceHealth health, ILoggerFactory logs)
    : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        channels
            .Select(channel => new ChannelLoop(channel, queue, clock, signal, health, logs.CreateLogger<ChannelLoop>()))
            .Select(loop => Task.Run(() => loop.RunAsync(stoppingToken), CancellationToken.None)));
}
