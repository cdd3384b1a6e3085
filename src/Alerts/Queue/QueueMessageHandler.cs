using System.Collections.Frozen;
using System.Diagnostics;
using Alerts.Senders;

namespace Alerts.Queue;

/// <summary>How long a handler retries during an outage of the store before it gives its message back.</summary>
/// <param name="Patience">
/// In real time; <see cref="Timeout.InfiniteTimeSpan"/> to retry for as long as the outage lasts.
/// </param>
internal sealed record QueueHandlerOptions(TimeSpan Patience)
{
    /// <summary>
    /// 2 min: the Functions host limits how long a call may take. Each delivery outlasts that much of an outage, so
    /// that the queue's maximum delivery count is not used up within seconds.
    /// </summary>
    public static readonly QueueHandlerOptions UnderFunctions = new(TimeSpan.FromMinutes(2));
}

/// <summary>
/// Handles one message pushed by a queue: claims its rows (which runs the pre-send check), sends, and marks the
/// results. Called by the stand-alone processor and by the Functions triggers. Messages handled at the same time share
/// store transactions for their claims and results.
/// </summary>
internal sealed class QueueMessageHandler(
    IEnumerable<IChannel> channels, IClaimStore store, IAlertQueueSender queues, ServiceClock clock,
    ServiceHealth health, ILogger<QueueMessageHandler> log, QueueHandlerOptions? options = null)
    : IDisposable
{
    /// <summary>Application property of a message that holds the sender's W3C trace context.</summary>
    public const string TraceParent = "traceparent";

    /// <summary>How far the queue's clock may be ahead. A message that arrives earlier gets a new not-before.</summary>
    private static readonly TimeSpan Early = TimeSpan.FromMinutes(1);

    private readonly FrozenDictionary<string, QueueWorker> workers =
        WorkersOf(channels, store, clock, health, options ?? new(Timeout.InfiniteTimeSpan), log);

    /// <summary>Handles a message. Returns when all that it names is durable: the queue may delete it.</summary>
    /// <param name="queue">The queue that delivered the message.</param>
    /// <param name="traceParent">The sender's W3C trace context; null for none.</param>
    /// <param name="cancel">
    /// Abandons work that has not begun. An attempt that has begun is finished and its result marked.
    /// </param>
    /// <exception cref="UnreadableMessageException">The message is not ours, or belongs to another queue.</exception>
    /// <exception cref="Exception">Not everything could be done; the message must be delivered again.</exception>
    public async Task HandleAsync(
        string queue, ReadOnlyMemory<byte> body, string? traceParent, CancellationToken cancel)
    {
        if (AlertMessage.Read(body) is not { } message || workers.GetValueOrDefault(queue) is not { } worker
            || worker.Channel.Name != message.Channel)
        {
            throw new UnreadableMessageException($"its body names no alerts for the queue {queue}");
        }

        // Continue the sender's trace, and link the host's own call to it.
        var host = Activity.Current;
        ActivityLink[]? links = host is null ? null : [new ActivityLink(host.Context)];
        using var span = ActivityContext.TryParse(traceParent, null, out var sender)
            ? AlertMetrics.Spans.StartActivity("receive " + queue, ActivityKind.Consumer, sender, links: links) : null;
        if (clock.RealTimeUntil(message.NotBefore, Early) is { Ticks: > 0 } wait)
        {
            await Task.Delay(wait, cancel);
        }

        message = message with { IsSlow = QueueNames.IsSlow(queue) };
        if (!await worker.SendAsync(message, cancel))
        {
            // The endpoint is slow or busy; it must not occupy the workers of other endpoints.
            await (message.IsSlow ? worker.PostponeAsync(message) : MoveAsync(message, cancel));
        }
    }

    /// <summary>
    /// Finishes and marks the attempts that go on although their messages have been handled. Call before the process
    /// ends, when no message is being handled.
    /// </summary>
    public Task FinishAsync() => Task.WhenAll(workers.Values.Select(worker => worker.FinishAsync()));

    /// <summary>Moves a message to the slow queue. It can keep its id, because it is another queue.</summary>
    private Task MoveAsync(AlertMessage message, CancellationToken cancel) =>
        queues.PostAsync([message with { IsSlow = true }], cancel);

    private static FrozenDictionary<string, QueueWorker> WorkersOf(
        IEnumerable<IChannel> channels, IClaimStore store, ServiceClock clock, ServiceHealth health,
        QueueHandlerOptions options, ILogger log)
    {
        var outages = new OutageLog(log);
        return channels.SelectMany(WorkersOf).ToFrozenDictionary(worker => worker.Queue);

        IEnumerable<QueueWorker> WorkersOf(IChannel channel)
        {
            var shares = EndpointShares.Of(channel, clock);
            return QueueNames.Of(channel).Select(
                queue => new QueueWorker(queue, channel, shares, store, clock, health, options, outages, log));
        }
    }

    public void Dispose()
    {
        foreach (var worker in workers.Values)
        {
            worker.Dispose();
        }
    }
}
