using Alerts.Core;
using Alerts.Due;
using Alerts.Queue;
using Alerts.Senders;

namespace Alerts.App;

/// <summary>One loop per channel. They stop with the process and finish what is under way.</summary>
internal sealed class SenderLoops(
    IEnumerable<IChannel> channels, IQueue queue, ServiceClock clock, ChangeSignal signal, ServiceHealth health,
    ILoggerFactory logs) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        channels
            .Select(channel => new ChannelLoop(channel, queue, clock, signal, health, logs.CreateLogger<ChannelLoop>()))
            .Select(loop => Task.Run(() => loop.RunAsync(stoppingToken), CancellationToken.None)));
}
