using Alerts.Ledger;
using Alerts.Queue;
using Alerts.Senders;
using Alerts.Subscriptions;
using Alerts.Watch;

namespace Alerts.App;

/// <summary>
/// Runs the service's own watcher and channels on a stopped clock that jumps from one relevant instant to the next.
/// Weeks pass in seconds, and everything happens exactly when it is due.
/// </summary>
/// <param name="channels">The channels that send; usually the service's own, observed.</param>
internal sealed class Simulation(
    Watcher watcher, IQueue queue, IWatch watch, ServiceClock clock, ChangeSignal signal,
    IReadOnlyList<IChannel> channels, ServiceHealth health, ILogger<ChannelLoop> log) : IAsyncDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private Task[] loops = [];
    private Instant runAt;

    /// <summary>Starts the channels and makes the first watch run; returns when what is due has been done.</summary>
    public async Task StartAsync()
    {
        await BeginAsync();
        await WatchAsync();
        await SettleAsync();
    }

    /// <summary>Starts the channels and waits for nothing.</summary>
    public async Task BeginAsync()
    {
        await queue.ReclaimAbandonedAsync(stopping.Token);
        loops = [.. channels
            .Select(channel => new ChannelLoop(channel, queue, clock, signal, health, log))
            .Select(loop => Task.Run(() => loop.RunAsync(stopping.Token)))];
    }

    /// <summary>Advances the clock to <paramref name="end"/>; returns when everything due by then is done.</summary>
    public async Task RunUntilAsync(Instant end)
    {
        await SettleAsync();
        while (true)
        {
            var next = runAt;
            foreach (var channel in channels)
            {
                next = Instant.Min(next, await queue.NextAtAsync(channel.Name, null, stopping.Token) ?? next);
            }

            if (next > end)
            {
                clock.JumpTo(end);
                return;
            }

            clock.JumpTo(next);
            if (clock.Now >= runAt)
            {
                await WatchAsync();
            }

            await SettleAsync();
        }
    }

    /// <summary>
    /// Waits, without advancing the clock, until all changes are processed and nothing due is waiting or being sent.
    /// </summary>
    public async Task SettleAsync()
    {
        await watcher.FollowChangesAsync(stopping.Token);
        while (!await queue.IsQuietAsync(clock.Now, stopping.Token) || await watch.HasChangesAsync(stopping.Token))
        {
            signal.Raise();
            await Task.Delay(1);
            await watcher.FollowChangesAsync(stopping.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await Task.WhenAll(loops);
        stopping.Dispose();
    }

    private async Task WatchAsync()
    {
        await watcher.RunAsync(stopping.Token);
        runAt = watcher.NextRunAt();
    }
}

/// <summary>A channel that reports each message it sent.</summary>
internal sealed class ObservedChannel(IChannel inner, Action<OutboundMessage, SendResult> sent) : IChannel
{
    public ChannelKind Kind => inner.Kind;

    public int MaxConcurrency => inner.MaxConcurrency;

    public int MaxAlertsPerMessage => inner.MaxAlertsPerMessage;

    public bool DisablesWhatFails => inner.DisablesWhatFails;

    public async Task<SendResult> SendAsync(OutboundMessage message, CancellationToken cancel)
    {
        var result = await inner.SendAsync(message, cancel);
        sent(message, result);
        return result;
    }
}
