using System.Diagnostics;
using System.Diagnostics.Metrics;
using Alerts.Ledger;
using Alerts.Senders;
using NodaTime;

namespace Alerts.Queue;

/// <summary>
/// What is measured and traced on the way of an alert. It costs next to nothing while nobody listens, and knows people only by alert keys:
/// no address, token or URL ever goes in here.
/// </summary>
internal static class AlertMetrics
{
    /// <summary>The name under which exporters find both.</summary>
    public const string Name = Core.ServiceHealth.MeterName;

    /// <summary>Spans: <c>watch run</c>, and <c>send email</c>, <c>send webhook</c> for each attempt.</summary>
    public static readonly ActivitySource Spans = new(Name);

    private static readonly Meter Meter = new(Name);

    private static readonly Counter<long> WatchRuns = Meter.CreateCounter<long>(
        "alerts.watch.runs",
        "{run}",
        "Watch runs that finished.");
    private static readonly Counter<long> Enqueued = Meter.CreateCounter<long>(
        "alerts.enqueued",
        "{alert}",
        "Alerts that watch runs put into the ledger.");
    private static readonly Counter<long> Due = Meter.CreateCounter<long>(
        "alerts.due",
        "{alert}",
        "Alerts whose first attempt began.");
    private static readonly Counter<long> Delivered = Meter.CreateCounter<long>(
        "alerts.delivered",
        "{alert}",
        "Alerts that the other side has.");
    private static readonly Counter<long> Failed = Meter.CreateCounter<long>(
        "alerts.failed",
        "{alert}",
        "Alerts given up.");
    private static readonly Counter<long> Expired = Meter.CreateCounter<long>(
        "alerts.expired",
        "{alert}",
        "Alerts whose deadline passed before they could be delivered.");
    private static readonly Counter<long> Retried = Meter.CreateCounter<long>(
        "alerts.retried",
        "{attempt}",
        "Attempts that failed and are to be made again.");

    private static readonly Histogram<double> Lateness = Meter.CreateHistogram(
        "alerts.lateness",
        "s",
        "From the due instant to the beginning of the attempt that delivered, by the service's clock.",
        advice: new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 600, 3600, 21_600, 86_400],
        }
    );

    private static readonly Gauge<double> QueueAge = Meter.CreateGauge<double>(
        "alerts.queue.age",
        "s",
        "How long the oldest message that may be sent has been waiting, by the service's clock; 0 when none waits.");

    /// <summary>Whether anybody reads the queue's age: asking for it costs a look into the store.</summary>
    public static bool WantsQueueAge => QueueAge.Enabled;

    public static void RunFinished(long enqueued)
    {
        WatchRuns.Add(1);
        Enqueued.Add(enqueued);
    }

    /// <param name="nextAt">When the next message of the channel may be attempted; null when none waits.</param>
    public static void Waiting(string channel, Instant? nextAt, Instant now) =>
        QueueAge.Record(nextAt is { } at && at < now ? (now - at).TotalSeconds : 0, Of(channel));

    /// <summary>The span of one attempt, of one message or of several that go together; null while nobody listens.</summary>
    /// <param name="firsts">How many of them are alerts that are attempted for the first time.</param>
    public static Activity? Attempt(string channel, IReadOnlyList<OutboundMessage> messages, int firsts)
    {
        if (firsts > 0)
        {
            Due.Add(firsts, Of(channel));
        }

        return Spans
            .StartActivity("send " + channel, ActivityKind.Client)
            ?.SetTag("alerts.channel", channel)
            .SetTag("alerts.key", messages[0].Id)
            .SetTag("alerts.together", messages.Count);
    }

    /// <summary>Tells on an attempt's span what it came to, for the message it names.</summary>
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

    /// <summary>Counts what an attempt came to; service messages are no alerts and are not counted.</summary>
    public static void Ended(string channel, OutboundMessage message, DeliveryState state)
    {
        if (message is OutboundAlert alert)
        {
            Ended(channel, state, alert.At - alert.DueAt);
        }
    }

    /// <summary>Counts what an alert came to without an attempt.</summary>
    public static void EndedUnsent(string channel, DeliveryState state) => Ended(channel, state, Duration.Zero);

    /// <summary>Counts what an alert came to.</summary>
    /// <param name="late">From the due instant to the beginning of the attempt; counted when delivered.</param>
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
