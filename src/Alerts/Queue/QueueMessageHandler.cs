using System.Collections.Frozen;
using System.Diagnostics;
using Alerts.Core;
using Alerts.Senders;

namespace Alerts.Queue;

/// <summary>How long a handler repeats what fails by an outage of the store; then its message goes back.</summary>
/// <param name="Patience"><see cref="Timeout.InfiniteTimeSpan"/>: as long as the outage lasts.</param>
internal sealed record QueueHandlerOptions(TimeSpan Patience)
{
    /// <summary>
    /// Under the Functions host a call has to end in time. Each delivery outlasts this much of an outage, so that a
    /// queue's maximum of deliveries is not used up within seconds.
    /// </summary>
    public static readonly QueueHandlerOptions UnderFunctions = new(TimeSpan.FromMinutes(2));
}

/// <summary>
/// Handles one message as a queue pushed it: claims its rows (which makes the pre-send check), sends, and marks the
/// results. Both the stand-alone processor and the Functions triggers call it; claims and results of messages that are
/// handled at the same time share the store's transactions.
/// </summary>
internal sealed class QueueMessageHandler(
    IEnumerable<IChannel> channels, IClaimStore store, IAlertQueueSender queues, ServiceClock clock,
    ServiceHealth health, ILogger<QueueMessageHandler> log, QueueHandlerOptions? options = null)
    : IDisposable
{
    /// <summary>How far the queue's clock may be ahead of ours; what comes earlier gets another not-before.</summary>
    private static readonly TimeSpan Early = TimeSpan.FromMinutes(1);

    private readonly FrozenDictionary<string, QueueWorker> workers =
        WorkersOf(channels, store, clock, health, options ?? new(Timeout.InfiniteTimeSpan), log);

    /// <summary>Returns when all that the message names is durable; the queue may forget it then.</summary>
    /// <param name="queue">The queue it came from.</param>
    /// <param name="traceParent">The W3C trace context of its sender; null for none.</param>
    /// <param name="cancel">
    /// Gives up what has not begun. An attempt that has begun is finished and its result marked.
    /// </param>
    /// <exception cref="UnreadableMessageException">It is none of ours, or belongs to another queue.</exception>
    /// <exception cref="Exception">Not all of it could be done: the message is to be delivered again.</exception>
    public async Task HandleAsync(
        string queue, ReadOnlyMemory<byte> body, string? traceParent, CancellationToken cancel)
    {
        if (AlertMessage.Read(body) is not { } message || workers.GetValueOrDefault(queue) is not { } worker
            || worker.Channel.Name != message.Channel)
        {
            throw new UnreadableMessageException($"its body names no alerts for the queue {queue}");
        }

        // The sender's trace goes on here; the host's own call is linked to it.
        var host = Activity.Current;
        ActivityLink[]? links = host is null ? null : [new ActivityLink(host.Context)];
        using var span = ActivityContext.TryParse(traceParent, null, out var sender)
            ? AlertMetrics.Spans.StartActivity("receive " + queue, ActivityKind.Consumer, sender, links: links)
            : null;
        if (clock.RealTimeUntil(message.NotBefore, Early) is { Ticks: > 0 } wait)
        {
            await Task.Delay(wait, cancel);
        }

        message = message with { IsSlow = QueueNames.IsSlow(queue) };
        // What has no mails in it names one alert, of one endpoint.
        using var place = await worker.EnterAsync(message.Alerts[0].SubscriptionId, cancel);
        if (place is { IsAcquired: false })
        {
            // Its endpoint is busy: it must not take the workers of the others.
            await (message.IsSlow ? worker.PostponeAsync(message, cancel) : MoveAsync(message, cancel));
        }
        else if (!await worker.SendAsync(message, cancel))
        {
            await MoveAsync(message, cancel);
        }
    }

    /// <summary>To the queue for slow endpoints, under the same id: it is another queue.</summary>
    private Task MoveAsync(AlertMessage message, CancellationToken cancel) =>
        queues.PostAsync([message with { IsSlow = true }], cancel);

    private static FrozenDictionary<string, QueueWorker> WorkersOf(
        IEnumerable<IChannel> channels, IClaimStore store, ServiceClock clock, ServiceHealth health,
        QueueHandlerOptions options, ILogger log)
    {
        var outages = new OutageLog(log);
        return channels
            .SelectMany(channel => QueueNames.Of(channel.Name)
                .Select(queue => new QueueWorker(queue, channel, store, clock, health, options, outages, log)))
            .ToFrozenDictionary(worker => worker.Queue);
    }

    public void Dispose()
    {
        foreach (var worker in workers.Values)
        {
            worker.Dispose();
        }
    }
}
