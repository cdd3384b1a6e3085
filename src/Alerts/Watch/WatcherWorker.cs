using Alerts.Core;
using Alerts.Queue;
using Alerts.Senders;

namespace Alerts.Watch;

/// <summary>The watcher's loop of a stand-alone service.</summary>
/// <param name="queue">Null when the queue is apart from the ledger: leases end by themselves there, and the broker knows its messages' age.</param>
internal sealed class WatcherWorker(
    Watcher watcher, IEnumerable<IChannel> channels, ServiceClock clock, ChangeSignal signal, ServiceHealth health,
    IQueue? queue = null) : BackgroundService
{
    /// <summary>
    /// Changes by other processes are found so soon, in real time; and a watcher on a fast clock runs no more often
    /// than this.
    /// </summary>
    private static readonly TimeSpan LookAtLeastEvery = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan RunAtMostEvery = TimeSpan.FromMilliseconds(20);

    private readonly PartHealth turns = health.Worker("watcher");

    /// <summary>
    /// The host starts it before the web server: the first run, which covers the time the service was down, comes
    /// before any request.
    /// While the store cannot be reached there is no such run, and the next one covers that time.
    /// </summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ReclaimAsync(cancellationToken);
            await watcher.RunAsync(cancellationToken);
        }
        catch (Exception e) when (Outage.CauseOf(e) is not null)
        {
            Note(e); // the loop does it once the store can be used
        }

        await base.StartAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.Run(() => WatchAsync(stoppingToken), CancellationToken.None);

    private async Task WatchAsync(CancellationToken cancel)
    {
        var runAt = watcher.HasFailed || turns.IsFailing ? clock.Now : watcher.NextRunAt();
        while (!cancel.IsCancellationRequested)
        {
            var next = signal.Next;
            try
            {
                await ReclaimAsync(cancel);
                await watcher.FollowChangesAsync(cancel);
                if (clock.Now >= runAt || watcher.HasFailed)
                {
                    await watcher.RunAsync(cancel);
                    runAt = watcher.NextRunAt();
                    await MeasureQueuesAsync(cancel);
                    signal.Raise();
                    next = signal.Next;
                    await Task.Delay(RunAtMostEvery, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }

                turns.Succeeded();
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // The loop's edge: the run ends as failed and the next one begins where the last finished one ended.
                await Task.Delay(Note(e), cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            await ChangeSignal.Wait(next, clock.RealTimeUntil(runAt, LookAtLeastEvery), cancel);
        }
    }

    /// <summary>Notes a failed turn, unless the watcher itself has, and says how long to wait.</summary>
    private TimeSpan Note(Exception e)
    {
        if (watcher.Pause > TimeSpan.Zero)
        {
            return watcher.Pause;
        }

        turns.Failed(e);
        return turns.Pause;
    }

    private Task ReclaimAsync(CancellationToken cancel) => queue?.ReclaimFromTheDeadAsync(cancel) ?? Task.CompletedTask;

    private async Task MeasureQueuesAsync(CancellationToken cancel)
    {
        if (queue is not null && AlertMetrics.WantsQueueAge)
        {
            foreach (var channel in channels)
            {
                AlertMetrics.Waiting(channel.Name, await queue.NextAtAsync(channel.Name, null, cancel), clock.Now);
            }
        }
    }
}
