using System.Diagnostics;
using Alerts.Dates;
using Alerts.Ledger;
using Alerts.Queue;
using Alerts.Subscriptions;

namespace Alerts.Watch;

/// <summary>
/// Finds the reminders that become due next and enqueues them in the ledger. Each window starts where the last finished
/// run ended and reaches ahead of the current time, so messages are queued before they are due even if the watcher runs
/// rarely.
/// </summary>
/// <param name="catalogue">The shipped entries to save when their time comes, in that order; empty for none.</param>
internal sealed partial class Watcher(
    IWatch store, IKeyDates dates, ISubscriptions subscriptions, IDeliveries deliveries, ServiceClock clock,
    WatchOptions options, IReadOnlyList<ShippedEntry> catalogue, ServiceHealth health,
    ILogger<Watcher> log) : IDisposable
{
    private readonly SemaphoreSlim running = new(1);
    private readonly PartHealth runs = health.Worker("watch run");
    private readonly PartHealth following = health.Worker("date changes");
    private int entered;
    private bool isUpgraded;
    private bool hasUpdatedZones;

    /// <summary>Whether the last run failed.</summary>
    public bool HasFailed => runs.IsFailing;

    /// <summary>How long to wait before the next run or check for changes, in real time; 0 while both work.</summary>
    public TimeSpan Pause => runs.Pause > following.Pause ? runs.Pause : following.Pause;

    /// <summary>Performs one complete run. The run succeeds only when all its steps do.</summary>
    public Task RunAsync(CancellationToken cancel) => runs.ObserveAsync(() => RunOnceAsync(cancel), cancel);

    /// <summary>Processes the date changes that were recorded since the last call.</summary>
    public Task FollowChangesAsync(CancellationToken cancel) =>
        following.ObserveAsync(() => FollowOnceAsync(cancel), cancel);

    /// <summary>Call before a change: puts all that is due under the state to be replaced into the ledger.</summary>
    public async Task CatchUpAsync(CancellationToken cancel)
    {
        if (await store.LastRunAsync(cancel) is not { } run || run.To < clock.Now)
        {
            await RunAsync(cancel);
        }

        await FollowChangesAsync(cancel);
    }

    /// <summary>When the next run is due: after the interval, or earlier when a shipped entry must be saved.</summary>
    public Instant NextRunAt()
    {
        var next = clock.Now + options.Every;
        return entered < catalogue.Count ? Instant.Min(next, catalogue[entered].EntersAt) : next;
    }

    public void Dispose() => running.Dispose();

    private async Task RunOnceAsync(CancellationToken cancel)
    {
        await running.WaitAsync(cancel);
        try
        {
            // An error unless the run reaches its end.
            using var span = AlertMetrics.Spans.StartActivity("watch run")?.SetStatus(ActivityStatusCode.Error);
            var now = clock.Now;
            var last = await store.LastRunAsync(cancel);
            var to = now + options.LookAhead;
            // The last run covered (its start, its end]. If the clock was set back to before that start, begin again
            // from now.
            var from = last is not { } run ? now : now < run.StartedAt ? Instant.Min(now, run.To) : run.To;
            var ended = Instant.Max(to, from);
            if (!hasUpdatedZones)
            {
                await store.UpdateZonesAsync(from, cancel);
                hasUpdatedZones = true;
            }

            await store.BeginAsync(ended, cancel);
            var enqueued = await store.EnqueueAsync(from, ended, cancel);
            await store.FinishAsync(new WatchRun(now, ended), cancel);
            await EnterCatalogueAsync(now, cancel);
            await store.FollowChangesAsync(cancel);
            await EnqueueLostAsync(cancel);
            await subscriptions.PurgeExpiredAsync(cancel);
            await deliveries.EraseOldAnswersAsync(cancel);
            AlertMetrics.RunFinished(enqueued);
            span?.SetTag("alerts.enqueued", enqueued).SetStatus(ActivityStatusCode.Ok);
        }
        finally
        {
            running.Release();
        }
    }

    private async Task FollowOnceAsync(CancellationToken cancel)
    {
        if (!await store.HasChangesAsync(cancel))
        {
            return;
        }

        await running.WaitAsync(cancel);
        try
        {
            await store.FollowChangesAsync(cancel);
        }
        finally
        {
            running.Release();
        }
    }

    private async Task EnterCatalogueAsync(Instant now, CancellationToken cancel)
    {
        var due = catalogue.Skip(entered).TakeWhile(entry => entry.EntersAt <= now).ToList();
        foreach (var entry in due.Count == 0 ? [] : await dates.EnterAsync(due, cancel))
        {
            LogLeftAlone(entry.DateId);
        }

        entered += due.Count;
    }

    private async Task EnqueueLostAsync(CancellationToken cancel)
    {
        if (!isUpgraded && await store.EnqueueLostAsync(cancel) is { } lost)
        {
            LogLost(lost.Corrections, lost.Reminders);
        }

        isUpgraded = true;
    }

    [LoggerMessage(LogLevel.Information,
        "Upgrade: {Corrections} corrections and {Reminders} reminders that an earlier version lost are queued now.")]
    private partial void LogLost(long corrections, long reminders);

    [LoggerMessage(
        LogLevel.Information,
        "The shipped date {DateId} was changed by an operator: its later entries are left alone.")]
    private partial void LogLeftAlone(string dateId);
}
