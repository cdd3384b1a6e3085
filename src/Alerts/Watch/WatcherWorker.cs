using Alerts.Queue;
using Alerts.Senders;

namespace Alerts.Watch;

/// <summary>Runs the watcher in a loop in the stand-alone service.</summary>
/// <param name="queue">
/// Null when the queue is separate from the ledger. The broker then ends leases itself and knows the age of its
/// messages.
/// </param>
internal sealed class WatcherWorker(
    Watcher watcher, IEnumerable<IChannel> channels, ServiceClock clock, ChangeSignal signal, ServiceHealth health,
    IQueue? queue = null) : BackgroundService
{
    /// <summary>Upper bound on how long another process's change goes unnoticed, in real time.</summary>
    private static readonly TimeSpan LookAtLeastEvery = TimeSpan.FromMilliseconds(500);

    /// <summary>Minimum pause after a run, in real time, for when the service's clock runs fast.</summary>
    private static readonly TimeSpan RunAtMostEvery = TimeSpan.FromMilliseconds(20);

    private readonly PartHealth turns = health.Worker("watcher");

    /// <summary>
    /// Performs the first run. The host starts this worker before the web server, so that the run, which covers the
    /// time when the service was down, precedes all requests. While the store is unavailable there is no such run; the
    /// next one covers that time.
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
            Note(e); // the loop retries once the store is available
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
                // Keep the loop running. The run counts as failed, and the next one starts where the last finished run
                // ended.
                await Task.Delay(Note(e), cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            await ChangeSignal.Wait(next, clock.RealTimeUntil(runAt, LookAtLeastEvery), cancel);
        }
    }

    /// <summary>Records a failure unless the watcher has done so itself, and returns how long to wait.</summary>
    private TimeSpan Note(Exception e)
    {
        if (watcher.Pause > TimeSpan.Zero)
        {
            return watcher.Pause;
        }

        turns.Failed(e);
        return turns.Pause;
    }

    private Task ReclaimAsync(CancellationToken cancel) => queue?.ReclaimAbandonedAsync(cancel) ?? Task.CompletedTask;

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

/// <summary>Settings of the watcher (<c>Alerts:Watch</c>).</summary>
/// <param name="Every">Interval between runs, by the service's clock; 1 s to 1 day, default 30 s.</param>
internal sealed record WatchOptions(Duration Every)
{
    /// <summary>How far ahead of the current time a run looks: twice the interval, at least 10 minutes.</summary>
    public Duration LookAhead => Duration.Max(Every * 2, Duration.FromMinutes(10));

    public static WatchOptions From(Settings settings)
    {
        settings.CheckSchedule("Watch:Schedule");
        return new WatchOptions(settings.Span(
            "Watch:Every", Duration.FromSeconds(30), Duration.FromSeconds(1), Duration.FromDays(1)));
    }
}
