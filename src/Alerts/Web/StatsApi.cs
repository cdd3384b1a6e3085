using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using Alerts.Dates;
using Alerts.Ledger;
using Alerts.Sources;
using Alerts.Subscriptions;
using Alerts.Watch;
using Alerts.Web.OpenApi;

namespace Alerts.Web;

/// <summary><c>GET /api/stats</c>: the service's statistics, for operators.</summary>
internal sealed class StatsApi(Stats stats, SourceFailures failures) : IEndpoints
{
    private const string Example =
        """
        {"at":"2025-11-09T14:00:00Z","dates":{"upcoming":5,"occurred":7,"cancelled":1},
         "subscriptions":{"email":{"pending":2,"active":40,"disabled":0,"ended":3},
                          "webhook":{"pending":0,"active":8,"disabled":1,"ended":0}},
         "deliveries":{"queued":12,"sending":0,"retrying":1,"delivered":310,"failed":2,"expired":0,"void":9},
         "serviceMessages":{"queued":0,"sending":0,"retrying":1,"delivered":52,"failed":1,"expired":0,"void":2},
         "lateness":{"deliveries":313,"late":0,"medianSeconds":0.02,"p95Seconds":0.3},
         "lastRun":{"startedAt":"2025-11-09T13:59:45Z","to":"2025-11-09T14:09:45Z"},
         "failures":[{"part":"email","kind":"channel","since":"2025-11-09T13:20:00Z",
                      "cause":"535 5.7.8 Authentication failed"}]}
        """;

    public void Map(IEndpointRouteBuilder app) =>
        app.MapMethods("/api/stats", Verbs.Read, GetAsync).WithName("getStats").WithTags(Tags.Deliveries)
            .ForOperators().ProducesJson<StatsResponse>(200, Example);

    /// <summary>Get service statistics.</summary>
    /// <remarks>Counted periodically; <c>at</c> is the time of the count.</remarks>
    /// <response code="200">The statistics.</response>
    internal async Task<IResult> GetAsync(CancellationToken cancel)
    {
        var figures = await stats.FiguresAsync(cancel);
        var failing = await failures.AllAsync(cancel);
        return new JsonResult(StatusCodes.Status200OK, StatsResponse.Of(figures, failing));
    }
}

/// <summary>Service statistics.</summary>
internal sealed record StatsResponse
{
    /// <summary>Time of the count.</summary>
    public required Instant At { get; init; }

    /// <summary>Key dates by phase.</summary>
    public required DateCounts Dates { get; init; }

    /// <summary>Subscriptions by channel.</summary>
    public required IReadOnlyDictionary<string, StatusCounts> Subscriptions { get; init; }

    /// <summary>Alerts by state.</summary>
    public required StateCounts Deliveries { get; init; }

    /// <summary>Service messages by state.</summary>
    public required StateCounts ServiceMessages { get; init; }

    /// <summary>Delay of the newest 1,000 deliveries after they were due.</summary>
    public required LatenessFigures Lateness { get; init; }

    /// <summary>The last finished run of the watcher.</summary>
    public required Run? LastRun { get; init; }

    /// <summary>Current failures, oldest first.</summary>
    public required IReadOnlyList<FailingPart> Failures { get; init; }

    /// <param name="failing">The current failures, even if the figures were counted earlier.</param>
    public static StatsResponse Of(StatsFigures figures, IReadOnlyList<Failure> failing) => new()
    {
        At = figures.At,
        Dates = new DateCounts(figures.UpcomingDates, figures.OccurredDates, figures.CancelledDates),
        Subscriptions = figures.Subscriptions
            .GroupBy(count => count.Channel).ToDictionary(channel => channel.Key, StatusCounts.Of),
        Deliveries = StateCounts.Of(figures.Deliveries.Alerts),
        ServiceMessages = StateCounts.Of(figures.Deliveries.ServiceMessages),
        Lateness = LatenessFigures.Of(figures.Lateness),
        LastRun = figures.LastRun is { } run ? new Run(run.StartedAt, run.To) : null,
        Failures = [.. failing.Select(one => new FailingPart(one.Part, one.Kind, one.Since, one.Cause))],
    };

    /// <param name="Upcoming">Number of future dates, not cancelled.</param>
    /// <param name="Occurred">Number of past dates, not cancelled.</param>
    /// <param name="Cancelled">Number of cancelled dates.</param>
    internal sealed record DateCounts(long Upcoming, long Occurred, long Cancelled);

    /// <summary>Subscriptions by status.</summary>
    /// <param name="Pending">Number pending.</param>
    /// <param name="Active">Number active.</param>
    /// <param name="Disabled">Number disabled.</param>
    /// <param name="Ended">Number ended.</param>
    internal sealed record StatusCounts(long Pending, long Active, long Disabled, long Ended)
    {
        public static StatusCounts Of(IEnumerable<SubscriptionCount> counts)
        {
            var known = counts.ToLookup(count => count.Status, count => count.Count);
            long Count(SubscriptionStatus status) => known[status].Sum();
            return new(
                Count(SubscriptionStatus.Pending), Count(SubscriptionStatus.Active),
                Count(SubscriptionStatus.Disabled), Count(SubscriptionStatus.Ended));
        }
    }

    /// <param name="Queued">Number queued.</param>
    /// <param name="Sending">Number sending.</param>
    /// <param name="Retrying">Number retrying.</param>
    /// <param name="Delivered">Number delivered.</param>
    /// <param name="Failed">Number failed.</param>
    /// <param name="Expired">Number expired.</param>
    /// <param name="Void">Number void.</param>
    internal sealed record StateCounts(
        long Queued, long Sending, long Retrying, long Delivered, long Failed, long Expired, long Void)
    {
        public static StateCounts Of(IReadOnlyDictionary<DeliveryState, long> counts) => new(
            counts.GetValueOrDefault(DeliveryState.Queued),
            counts.GetValueOrDefault(DeliveryState.Sending),
            counts.GetValueOrDefault(DeliveryState.Retrying),
            counts.GetValueOrDefault(DeliveryState.Delivered),
            counts.GetValueOrDefault(DeliveryState.Failed),
            counts.GetValueOrDefault(DeliveryState.Expired),
            counts.GetValueOrDefault(DeliveryState.Void));
    }

    /// <param name="Deliveries">Number of deliveries with an attempt.</param>
    /// <param name="Late">Number of those sent more than 10 minutes late.</param>
    /// <param name="MedianSeconds">Median delay.</param>
    /// <param name="P95Seconds">95th percentile of the delay.</param>
    internal sealed record LatenessFigures(int Deliveries, int Late, double MedianSeconds, double P95Seconds)
    {
        public static LatenessFigures Of(Lateness lateness) => new(
            lateness.Deliveries, lateness.Late, lateness.Median.TotalSeconds, lateness.Percentile95.TotalSeconds);
    }

    /// <param name="StartedAt">Start of the run.</param>
    /// <param name="To">The ledger has all deliveries due by this time.</param>
    internal sealed record Run(Instant StartedAt, Instant To);

    /// <summary>A failing part of the service.</summary>
    /// <param name="Part">Name of the part, such as <c>store</c>, <c>watch run</c> or a channel.</param>
    /// <param name="Kind">Kind of part.</param>
    /// <param name="Since">Start of the failure.</param>
    /// <param name="Cause">First cause of the failure.</param>
    internal sealed record FailingPart(
        [property: MinLength(1)] string Part, PartKind Kind, Instant Since, [property: MinLength(1)] string Cause);
}

/// <summary>
/// The service's statistics. Counting may read all rows, so the result is kept for 20 times as long as counting took.
/// So counting takes at most a twentieth of the time, however much there is and however often it is requested.
/// </summary>
internal sealed class Stats(
    IKeyDates dates, ISubscriptions subscriptions, IDeliveries deliveries, IWatch watch,
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
        var all = await dates.AllAsync(new DateFilter(), cancel).Select(version => version.KeyDate).ToListAsync(cancel);
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
    Instant At, int UpcomingDates, int OccurredDates, int CancelledDates,
    IReadOnlyList<SubscriptionCount> Subscriptions, DeliveryCounts Deliveries, Lateness Lateness, WatchRun? LastRun);

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
            .Order().ToList();
        var late = sorted.Count(delay => delay > Delivery.LateAfter);
        return new Lateness(sorted.Count, late, At(sorted, 0.5), At(sorted, 0.95));
    }

    /// <summary>The percentile (nearest rank) of sorted durations; zero if there are none.</summary>
    private static Duration At(List<Duration> sorted, double part) =>
        sorted.Count == 0 ? Duration.Zero : sorted[Math.Max(0, (int)Math.Ceiling(sorted.Count * part) - 1)];
}
