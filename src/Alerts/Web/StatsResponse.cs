using System.ComponentModel.DataAnnotations;
using Alerts.Core;
using Alerts.Ledger;
using Alerts.Subscriptions;
using NodaTime;

namespace Alerts.Web;

/// <summary>The service in figures.</summary>
internal sealed record StatsResponse
{
    /// <summary>When it was counted.</summary>
    public required Instant At { get; init; }

    /// <summary>Key dates.</summary>
    public required DateCounts Dates { get; init; }

    /// <summary>By channel.</summary>
    public required IReadOnlyDictionary<string, StatusCounts> Subscriptions { get; init; }

    /// <summary>Alerts by state.</summary>
    public required StateCounts Deliveries { get; init; }

    /// <summary>Service messages by state.</summary>
    public required StateCounts ServiceMessages { get; init; }

    /// <summary>How long after they were due the newest 1,000 left.</summary>
    public required LatenessFigures Lateness { get; init; }

    /// <summary>The last finished run of the watcher.</summary>
    public required Run? LastRun { get; init; }

    /// <summary>What fails at this moment, the oldest first.</summary>
    public required IReadOnlyList<FailingPart> Failures { get; init; }

    /// <param name="failing">The current failures, even if the figures were counted earlier.</param>
    public static StatsResponse Of(StatsFigures figures, IReadOnlyList<Failure> failing) => new()
    {
        At = figures.At,
        Dates = new DateCounts(figures.UpcomingDates, figures.OccurredDates, figures.CancelledDates),
        Subscriptions = figures.Subscriptions
            .GroupBy(count => count.Channel)
            .ToDictionary(channel => channel.Key, StatusCounts.Of),
        Deliveries = StateCounts.Of(figures.Deliveries.Alerts),
        ServiceMessages = StateCounts.Of(figures.Deliveries.ServiceMessages),
        Lateness = LatenessFigures.Of(figures.Lateness),
        LastRun = figures.LastRun is { } run ? new Run(run.StartedAt, run.To) : null,
        Failures = [.. failing.Select(one => new FailingPart(one.Part, one.Kind, one.Since, one.Cause))],
    };

    /// <param name="Upcoming">Ahead, and not cancelled.</param>
    /// <param name="Occurred">Past, and not cancelled.</param>
    /// <param name="Cancelled">Cancelled.</param>
    internal sealed record DateCounts(long Upcoming, long Occurred, long Cancelled);

    /// <summary>By status.</summary>
    /// <param name="Pending">That are pending.</param>
    /// <param name="Active">That are active.</param>
    /// <param name="Disabled">That are disabled.</param>
    /// <param name="Ended">That are ended.</param>
    internal sealed record StatusCounts(long Pending, long Active, long Disabled, long Ended)
    {
        public static StatusCounts Of(IEnumerable<SubscriptionCount> counts)
        {
            var known = counts.ToLookup(count => count.Status, count => count.Count);
            long Count(SubscriptionStatus status) => known[status].Sum();
            return new(
                Count(SubscriptionStatus.Pending),
                Count(SubscriptionStatus.Active),
                Count(SubscriptionStatus.Disabled),
                Count(SubscriptionStatus.Ended));
        }
    }

    /// <param name="Queued">That are queued.</param>
    /// <param name="Sending">That are sending.</param>
    /// <param name="Retrying">That are retrying.</param>
    /// <param name="Delivered">That are delivered.</param>
    /// <param name="Failed">That are failed.</param>
    /// <param name="Expired">That are expired.</param>
    /// <param name="Void">That are void.</param>
    internal sealed record StateCounts(
        long Queued,
        long Sending,
        long Retrying,
        long Delivered,
        long Failed,
        long Expired,
        long Void)
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

    /// <param name="Deliveries">How many of them had an attempt.</param>
    /// <param name="Late">How many of those left more than 10 minutes late.</param>
    /// <param name="MedianSeconds">Half of them left within it.</param>
    /// <param name="P95Seconds">19 of 20 left within it.</param>
    internal sealed record LatenessFigures(int Deliveries, int Late, double MedianSeconds, double P95Seconds)
    {
        public static LatenessFigures Of(Lateness lateness) => new(
            lateness.Deliveries, lateness.Late, lateness.Median.TotalSeconds, lateness.Percentile95.TotalSeconds);
    }

    /// <param name="StartedAt">When it began.</param>
    /// <param name="To">What fell due by then is in the ledger.</param>
    internal sealed record Run(Instant StartedAt, Instant To);

    /// <summary>A part of the service that fails.</summary>
    /// <param name="Part">Its name, such as <c>store</c>, <c>watch run</c> or a channel.</param>
    /// <param name="Kind">What it is.</param>
    /// <param name="Since">When it began to fail.</param>
    /// <param name="Cause">The first cause.</param>
    internal sealed record FailingPart(
        [property: MinLength(1)] string Part,
        PartKind Kind,
        Instant Since,
        [property: MinLength(1)] string Cause);
}
