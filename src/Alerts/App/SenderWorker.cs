using Alerts.Queue;
using Alerts.Senders;

namespace Alerts.App;

/// <summary>
/// Runs a <see cref="ChannelLoop"/> for each channel. A stop waits for the attempts under way. Notices when a channel
/// that could not send can send again, because its next attempt may be hours away.
/// </summary>
internal sealed class SenderWorker(
    IEnumerable<IChannel> channels, IQueue queue, ServiceClock clock, ChangeSignal signal,
    ServiceHealth health, ILoggerFactory logs)
    : BackgroundService
{
    /// <summary>How often a failing channel is probed, in real time.</summary>
    private static readonly TimeSpan ProbeEvery = TimeSpan.FromSeconds(10);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        channels
            .Select(channel => new ChannelLoop(channel, queue, clock, signal, health, logs.CreateLogger<ChannelLoop>()))
            .Select(loop => Task.Run(() => loop.RunAsync(stoppingToken), CancellationToken.None))
            .Concat(channels.Select(channel => ProbeAsync(channel, stoppingToken))));

    private async Task ProbeAsync(IChannel channel, CancellationToken cancel)
    {
        var sending = health.Channel(channel.Name);
        while (!cancel.IsCancellationRequested)
        {
            await ChangeSignal.Wait(ChangeSignal.Never, ProbeEvery, cancel);
            if (sending.IsFailing && !cancel.IsCancellationRequested && await channel.IsBackAsync(cancel))
            {
                sending.Succeeded();
            }
        }
    }
}
