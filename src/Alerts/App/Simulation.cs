using Alerts.Due;
using Alerts.Queue;
using Alerts.Senders;
using Alerts.Stores.Sqlite;
using NodaTime;

namespace Alerts.App;

/// <summary>
/// Runs the service's own watcher and channels on a standing clock that jumps from one instant of interest to the next:
/// weeks pass in seconds, and everything happens exactly when it is due.
/// </summary>
/// <param name="channels">What sends; usually the service's own channels, observed.</param>
internal sealed class Simulation(
    Watcher watcher, SqliteLedger ledger, SqliteWatch watch, ServiceClock clock, ChangeSignal signal, IReadOnlyList<IChannel> channels, ILogger<ChannelLoop> log) : IAsyncDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private Task[] loops = [];
    private Instant runAt;

    /// <summary>Starts the channels and makes the first watch run.</summary>
    public async Task StartAsync()
    {
        ledger.ReclaimFromTheDead();
        loops = [.. channels.Select(channel => Task.Run(() => new ChannelLoop(channel, ledger, clock, signal, log).RunAsync(stopping.Token)))];
        Watch();
        await SettleAsync();
    }

    /// <summary>Lets time pass; returns when all that was due by then has been done.</summary>
    public async Task RunUntilAsync(Instant end)
    {
        await SettleAsync();
        while (true)
        {
            var next = channels.Select(channel => ledger.NextAt(channel.Name)).Append(runAt).Min() ?? runAt;
            if (next > end)
            {
                clock.JumpTo(end);
                return;
            }

            clock.JumpTo(next);
            if (clock.Now >= runAt)
            {
                Watch();
            }

            await SettleAsync();
        }
    }

    /// <summary>Waits, without time passing, until changes are followed and nothing due is waiting or under way.</summary>
    public async Task SettleAsync()
    {
        for (watcher.FollowChanges(stopping.Token); !ledger.IsQuiet(clock.Now) || watch.HasChanges(); watcher.FollowChanges(stopping.Token))
        {
            signal.Raise();
            await Task.Delay(1);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await Task.WhenAll(loops);
        stopping.Dispose();
    }

    private void Watch()
    {
        watcher.Run(stopping.Token);
        runAt = watcher.NextRunAt();
    }
}

/// <summary>A channel that tells what it sent.</summary>
internal sealed class ObservedChannel(IChannel inner, Action<Outgoing, SendResult> sent) : IChannel
{
    public string Name => inner.Name;

    public int Slots => inner.Slots;

    public int? SlotsPerLane => inner.SlotsPerLane;

    public async Task<SendResult> SendAsync(Outgoing message, CancellationToken cancel)
    {
        var result = await inner.SendAsync(message, cancel);
        sent(message, result);
        return result;
    }
}
