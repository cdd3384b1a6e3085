using Alerts.Dates;
using Alerts.Due;

namespace Alerts.Watch;

/// <summary>The watcher's operations on a store: enqueues due reminders, and processes changes of dates.</summary>
internal interface IWatch
{
    /// <summary>Start time and window end of the last finished run; null before the first.</summary>
    Task<WatchRun?> LastRunAsync(CancellationToken cancel);

    /// <summary>
    /// Records how far a run will look ahead, before it starts. A change enqueues everything that it makes due up to
    /// that instant, so either the change sees the run's end or the run sees the change. The recorded instant never
    /// moves back, because another process may be looking further ahead.
    /// </summary>
    Task BeginAsync(Instant to, CancellationToken cancel);

    /// <summary>
    /// After an update of the time zone data, computes again what was stored with the version before: the order of the
    /// dates and the due instants of reminders still ahead. Reminders that are due by <paramref name="watchedTo"/> now,
    /// but were not before, are enqueued. If interrupted, it runs again from the start; repeating it has no further
    /// effect.
    /// </summary>
    /// <param name="watchedTo">Where the next window starts.</param>
    Task UpdateZonesAsync(Instant watchedTo, CancellationToken cancel);

    /// <summary>Enqueues every reminder due in <c>(from, to]</c>. Existing rows are not changed.</summary>
    /// <returns>The number of rows that were added or changed.</returns>
    Task<long> EnqueueAsync(Instant from, Instant to, CancellationToken cancel);

    /// <summary>Records a finished run. The next window starts at its end.</summary>
    Task FinishAsync(WatchRun run, CancellationToken cancel);

    /// <summary>
    /// Processes all changed dates, oldest change first. For their followers, voids waiting alerts of older revisions,
    /// sends corrections to those last notified of something different, gives short notice, and enqueues what the
    /// change made due before the horizon. An interrupted change is processed again from the start; repeating it has no
    /// further effect.
    /// </summary>
    Task FollowChangesAsync(CancellationToken cancel);

    /// <summary>Runs once per store: queues alerts for future dates that earlier product versions lost.</summary>
    /// <returns>
    /// What was queued; null when this was done before, or when no earlier product version wrote to this store.
    /// </returns>
    Task<LostAlerts?> EnqueueLostAsync(CancellationToken cancel);

    Task<bool> HasChangesAsync(CancellationToken cancel);

    /// <summary>Counts the subscriptions that recording a version would notify at once. Stores nothing.</summary>
    Task<IReadOnlyDictionary<Notified, long>> ImpactAsync(
        DateVersion? current, DateVersion next, CancellationToken cancel);
}

/// <summary>The kind of alert and the channel over which a change notifies subscriptions.</summary>
internal readonly record struct Notified(AlertKind Kind, string Channel);

/// <summary>A finished watch run.</summary>
/// <param name="StartedAt">By the service's clock.</param>
/// <param name="To">The end of its window, inclusive.</param>
internal sealed record WatchRun(Instant StartedAt, Instant To);

/// <summary>The number of alerts that earlier product versions lost and that are queued now.</summary>
internal sealed record LostAlerts(long Corrections, long Reminders);
