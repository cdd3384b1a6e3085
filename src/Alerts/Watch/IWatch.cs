using Alerts.Dates;
using Alerts.Due;
using NodaTime;

namespace Alerts.Watch;

/// <summary>The watcher's part of a store: windows of the plan to rows of the ledger, and changes to corrections.</summary>
internal interface IWatch
{
    /// <summary>When the last finished run began and where its window ended; null before the first.</summary>
    Task<WatchRun?> LastRunAsync(CancellationToken cancel);

    /// <summary>
    /// Says how far a run is going to look, before it looks: a change enqueues what it makes due up to there itself, so that either
    /// the change sees the run's end or the run sees the change. It never goes back: another process may be looking further.
    /// </summary>
    Task BeginAsync(Instant to, CancellationToken cancel);

    /// <summary>Puts every reminder due in <c>(from, to]</c> into the ledger; those that are there already are left alone.</summary>
    /// <returns>How many rows were new or changed.</returns>
    Task<long> EnqueueAsync(Instant from, Instant to, CancellationToken cancel);

    /// <summary>Keeps where a run ended: the next window begins there.</summary>
    Task FinishAsync(WatchRun run, CancellationToken cancel);

    /// <summary>
    /// Goes through the followers of every changed date, oldest change first: voids what older revisions still had waiting, tells those
    /// who were last told something else, gives short notice, and enqueues what the change made due before the horizon.
    /// Broken off at any point, the whole change is gone through again: nothing in it happens twice.
    /// </summary>
    /// <returns>How many changes were gone through.</returns>
    Task<int> FollowChangesAsync(CancellationToken cancel);

    /// <summary>
    /// Once for each store: queues what earlier versions lost of dates still ahead, corrections and reminders.
    /// </summary>
    /// <returns>
    /// What was queued; null when it was done before, or when no earlier version wrote to this store.
    /// </returns>
    Task<LostAlerts?> OweLostAsync(CancellationToken cancel);

    Task<bool> HasChangesAsync(CancellationToken cancel);

    /// <summary>
    /// How many subscriptions would be notified at once if this version were recorded; stores nothing.
    /// </summary>
    Task<IReadOnlyDictionary<Notified,
        long>> ImpactAsync(DateVersion? current, DateVersion next, CancellationToken cancel);
}

/// <summary>Of what, and over which channel, a change notifies subscriptions.</summary>
internal readonly record struct Notified(AlertKind Kind, string Channel);

/// <summary>A finished watch run.</summary>
/// <param name="StartedAt">By the service's clock.</param>
/// <param name="To">The end of its window, inclusive.</param>
internal sealed record WatchRun(Instant StartedAt, Instant To);
