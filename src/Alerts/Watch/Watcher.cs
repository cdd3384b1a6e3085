using System.Diagnostics;
using Alerts.Core;
using Alerts.Dates;
using Alerts.Ledger;
using Alerts.Queue;
using Alerts.Subscriptions;
using NodaTime;

namespace Alerts.Watch;

/// <summary>
/// Looks at what falls due next and puts it into the ledger. A window begins where the last finished run ended and reaches
/// ahead of now, so that messages wait in the queue for their instant however seldom the watcher runs.
/// </summary>
/// <param name="catalogue">The shipped entries to load as their time comes; empty for none.</param>
internal sealed partial class Watcher(
    IWatch store,
    IKeyDates dates,
    ISubscriptions subscriptions,
    IDeliveries deliveries,
    ServiceClock clock,
    WatchOptions options,
    IReadOnlyList<ShippedEntry> catalogue,
    ServiceHealth health,
    ILogger<Watcher> log) : IDisposable
{
    private readonly SemaphoreSlim running = new(1);
    private readonly PartHealth runs = health.Worker("watch run");
    private readonly PartHealth following = health.Worker("date changes");
    private int entered;
    private bool isUpgraded;

    /// <summary>Whether the last run failed.</summary>
    public bool HasFailed => runs.IsFailing;

    /// <summary>How long to wait before the next run or look for changes, in real time; zero while both work.</summary>
    public TimeSpan Pause => runs.Pause > following.Pause ? runs.Pause : following.Pause;

    /// <summary>One whole run. Ends as finished only when every part of it was done.</summary>
    public Task RunAsync(CancellationToken cancel) => runs.ObserveAsync(() => RunOnceAsync(cancel), cancel);

    /// <summary>Goes through what was changed since.</summary>
    public Task FollowChangesAsync(CancellationToken cancel) =>
        following.ObserveAsync(() => FollowOnceAsync(cancel), cancel);

    /// <summary>Before a change: all that fell due under what it replaces stands in the ledger.</summary>
    public async Task CatchUpAsync(CancellationToken cancel)
    {
        if (await store.LastRunAsync(cancel) is not { } run || run.To < clock.Now)
        {
            await RunAsync(cancel);
        }

        await FollowChangesAsync(cancel);
    }

    /// <summary>When a run is wanted next: at its interval, or when a shipped entry enters.</summary>
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
            using var span = AlertMetrics.Spans.StartActivity("watch run")?.SetStatus(ActivityStatusCode.Error); // until it has finished
            var now = clock.Now;
            var last = await store.LastRunAsync(cancel);
            var to = now + options.LookAhead;
            // The last run covered (its start, its end]; a clock set back behind its start begins again from now.
            var from = last is not { } run ? now : now < run.StartedAt ? Instant.Min(now, run.To) : run.To;
            var ended = Instant.Max(to, from);
            await store.BeginAsync(ended, cancel);
            var enqueued = await store.EnqueueAsync(from, ended, cancel);
            await store.FinishAsync(new WatchRun(now, ended), cancel);
            await EnterCatalogueAsync(now, cancel);
            await store.FollowChangesAsync(cancel);
            await OweLostAsync(cancel);
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
        for (; entered < catalogue.Count && catalogue[entered].EntersAt <= now; entered++)
        {
            if (!await dates.EnterAsync(catalogue[entered], cancel))
            {
                LogLeftAlone(catalogue[entered].DateId);
            }
        }
    }

    private async Task OweLostAsync(CancellationToken cancel)
    {
        if (!isUpgraded && await store.OweLostAsync(cancel) is { } lost)
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
