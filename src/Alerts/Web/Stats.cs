using System.Diagnostics;
using Alerts.Dates;
using Alerts.Ledger;
using Alerts.Subscriptions;
using Alerts.Watch;

namespace Alerts.Web;

/// <summary>
/// The service's statistics. Counting may read all rows, so the result is kept for 20 times as long as counting took.
/// So counting takes at most a twentieth of the time, however much there is and however often it is requested.
/// </summary>
internal sealed class Stats(
    IKeyDates dates,
    ISubscriptions subscriptions,
    IDeliveries deliveries,
    IWatch watch,
    ServiceClock clock) : IDisposable
{
    private const int KeptTimesAsLong = 20;

    /// <summary>Number of the newest deliveries from which the lateness is computed.</summary>
    private const int Newest = 1000;

    private readonly SemaphoreSlim counting = new(1);
    private StatsFigures? kept;
    private long keptUntil;

    public async Task<StatsFigures> FiguresAsync(CancellationToken cancel)
    {
        await counting.WaitAsync(cancel);
        try
        {
            var began = Stopwatch.GetTimestamp();
            if (kept is null || began >= keptUntil)
            {
                kept = await CountAsync(cancel);
                var ended = Stopwatch.GetTimestamp();
                keptUntil = ended + (KeptTimesAsLong * (ended - began));
            }

            return kept;
        }
        finally
        {
            counting.Release();
        }
    }

    public void Dispose() => counting.Dispose();

    private async Task<StatsFigures> CountAsync(CancellationToken cancel)
    {
        var now = clock.Now;
        var all = await dates.AllAsync(new DateFilter(), cancel).Select(version => version.KeyDate)
            .ToListAsync(cancel);
        return new StatsFigures(
            now,
            all.Count(date => !date.IsCancelled && date.Over > now),
            all.Count(date => !date.IsCancelled && date.Over <= now),
            all.Count(date => date.IsCancelled),
            await subscriptions.CountAsync(cancel),
            await deliveries.CountAsync(cancel),
            Lateness.Of(await deliveries.ListAsync(DeliveryFilter.Alerts, null, Newest, cancel)),
            await watch.LastRunAsync(cancel));
    }
}

/// <summary>The statistics at one instant.</summary>
/// <param name="At">When they were counted, by the service's clock.</param>
/// <param name="LastRun">The last finished run of the watcher; null before the first.</param>
internal sealed record StatsFigures(
    Instant At,
    int UpcomingDates,
    int OccurredDates,
    int CancelledDates,
    IReadOnlyList<SubscriptionCount> Subscriptions,
    DeliveryCounts Deliveries,
    Lateness Lateness,
    WatchRun? LastRun);

/// <summary>How late the newest deliveries were sent: from <c>dueAt</c> to the start of the first attempt.</summary>
/// <param name="Deliveries">Number of those deliveries that had an attempt.</param>
/// <param name="Late">Number of those sent late; see <see cref="Delivery.LateAfter"/>.</param>
internal sealed record Lateness(int Deliveries, int Late, Duration Median, Duration Percentile95)
{
    public static Lateness Of(IReadOnlyList<ListedDelivery> newest)
    {
        var sorted = newest
            .Where(one => one.Delivery.Attempts.Count > 0)
            .Select(one => one.Delivery.Attempts[0].At - one.Delivery.DueAt)
            .Order()
            .ToList();
        var late = sorted.Count(delay => delay > Delivery.LateAfter);
        return new Lateness(sorted.Count, late, At(sorted, 0.5), At(sorted, 0.95));
    }

    /// <summary>The percentile (nearest rank) of sorted durations; zero if there are none.</summary>
    private static Duration At(List<Duration> sorted, double part) =>
        sorted.Count == 0 ? Duration.Zero : sorted[Math.Max(0, (int)Math.Ceiling(sorted.Count * part) - 1)];
}
