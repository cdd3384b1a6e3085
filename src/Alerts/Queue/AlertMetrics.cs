using System.Diagnostics;
using System.Diagnostics.Metrics;
using Alerts.Ledger;
using Alerts.Senders;

namespace Alerts.Queue;

/// <summary>
/// Metrics and traces of alert delivery. They cost next to nothing while no exporter listens. People appear only as
/// alert keys: addresses, tokens and URLs are never recorded.
/// </summary>
internal static class AlertMetrics
{
    /// <summary>Name of the meter and the activity source, for exporters.</summary>
    public const string Name = Core.ServiceHealth.MeterName;

    /// <summary>Source of the spans <c>watch run</c>, <c>send email</c> and <c>send webhook</c>.</summary>
    public static readonly ActivitySource Spans = new(Name);

    private static readonly Meter Meter = new(Name);

    private static readonly Counter<long> WatchRuns = Meter.CreateCounter<long>(
        "alerts.watch.runs", "{run}", "Watch runs that finished.");
    private static readonly Counter<long> Enqueued = Meter.CreateCounter<long>(
        "alerts.enqueued", "{alert}", "Alerts that watch runs put into the ledger.");
    private static readonly Counter<long> Due = Meter.CreateCounter<long>(
        "alerts.due", "{alert}", "Alerts whose first attempt began.");
    private static readonly Counter<long> Delivered = Meter.CreateCounter<long>(
        "alerts.delivered", "{alert}", "Alerts that the other side has.");
    private static readonly Counter<long> Failed = Meter.CreateCounter<long>(
        "alerts.failed", "{alert}", "Alerts given up.");
    private static readonly Counter<long> Expired = Meter.CreateCounter<long>(
        "alerts.expired", "{alert}", "Alerts whose deadline passed before they could be delivered.");
    private static readonly Counter<long> Retried = Meter.CreateCounter<long>(
        "alerts.retried", "{attempt}", "Attempts that failed and are to be made again.");

    private static readonly Histogram<double> Lateness = Meter.CreateHistogram(
        "alerts.lateness", "s",
        "From the due instant to the beginning of the attempt that delivered, by the service's clock.",
        advice: new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 600, 3600, 21_600, 86_400],
        });

    private static readonly Gauge<double> QueueAge = Meter.CreateGauge<double>(
        "alerts.queue.age", "s",
        "How long the oldest message that may be sent has been waiting, by the service's clock; 0 when none waits.");

    /// <summary>Whether a listener reads the queue age; measuring it takes a query to the store.</summary>
    public static bool WantsQueueAge => QueueAge.Enabled;

    public static void RunFinished(long enqueued)
    {
        WatchRuns.Add(1);
        Enqueued.Add(enqueued);
    }

    /// <summary>Records the queue age of a channel.</summary>
    /// <param name="nextAt">When the channel's next message may be attempted; null when none waits.</param>
    public static void Waiting(string channel, Instant? nextAt, Instant now) =>
        QueueAge.Record(nextAt is { } at && at < now ? (now - at).TotalSeconds : 0, Of(channel));

    /// <summary>Starts the span of one call, with one or several messages; null while no listener records it.</summary>
    /// <param name="firsts">Number of alerts among them that are attempted for the first time.</param>
    public static Activity? Attempt(string channel, IReadOnlyList<OutboundMessage> messages, int firsts)
    {
        if (firsts > 0)
        {
            Due.Add(firsts, Of(channel));
        }

        return Spans.StartActivity("send " + channel, ActivityKind.Client)
            ?.SetTag("alerts.channel", channel)
            .SetTag("alerts.key", messages[0].Id)
            .SetTag("alerts.together", messages.Count);
    }

    /// <summary>Records the result of an attempt on its span, for the message that the span names.</summary>
    public static void Answered(Activity? attempt, SendResult result) => attempt?
        .SetTag("alerts.result", result switch
        {
            Ledger.Delivered => "delivered",
            TryAgain => "try again",
            GaveUp => "gave up",
            Gone => "gone",
            InDoubt => "in doubt",
            Postponed => "postponed",
            _ => "unknown",
        })
        .SetTag("alerts.status", result.Status)
        .SetStatus(result is Ledger.Delivered or Postponed ? ActivityStatusCode.Ok : ActivityStatusCode.Error);

    /// <summary>Counts the result of an attempt. Service messages are not alerts and are not counted.</summary>
    public static void Ended(string channel, OutboundMessage message, DeliveryState state)
    {
        if (message is OutboundAlert alert)
        {
            Ended(channel, state, alert.At - alert.DueAt);
        }
    }

    /// <summary>Counts the final state of an alert that ended without an attempt.</summary>
    public static void EndedUnsent(string channel, DeliveryState state) => Ended(channel, state, Duration.Zero);

    /// <summary>Counts an alert by its new state.</summary>
    /// <param name="late">From the due instant to the beginning of the attempt; recorded only when delivered.</param>
    private static void Ended(string channel, DeliveryState state, Duration late)
    {
        switch (state)
        {
            case DeliveryState.Delivered:
                Delivered.Add(1, Of(channel));
                Lateness.Record(Math.Max(0, late.TotalSeconds), Of(channel));
                break;
            case DeliveryState.Failed:
                Failed.Add(1, Of(channel));
                break;
            case DeliveryState.Expired:
                Expired.Add(1, Of(channel));
                break;
            case DeliveryState.Retrying:
                Retried.Add(1, Of(channel));
                break;
            case DeliveryState.Queued or DeliveryState.Sending or DeliveryState.Void:
                break;
        }
    }

    private static KeyValuePair<string, object?> Of(string channel) => new("alerts.channel", channel);
}
