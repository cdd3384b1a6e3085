using Alerts.Queue;
using Alerts.Senders;
using Microsoft.Extensions.DependencyInjection;

namespace Alerts.Tests.Support;

/// <summary>
/// A queue separate from the ledger, inside the process. Messages are transferred as bytes, a known id is dropped, and
/// a message that failed is delivered again, up to a maximum. Its messages are lost when the process ends.
/// </summary>
internal sealed class DirectPosts(IServiceProvider services, ServiceClock clock) : IAlertQueueSender, IAsyncDisposable
{
    /// <summary>
    /// Maximum deliveries of one message. The queues of infra/servicebus.bicep allow more; tests need fewer.
    /// </summary>
    private const int MaxDeliveries = 10;

    private static readonly Duration Knows = Duration.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly Dictionary<(string Queue, string Id), Instant> known = [];
    private readonly List<AlertMessage> waiting = [];
    private readonly List<Task> underWay = [];
    private readonly CancellationTokenSource stopping = new();

    /// <summary>Whether a message is accepted and never delivered; false for all unless a test sets it.</summary>
    public Func<AlertMessage, bool> Loses { get; set; } = _ => false;

    public Task PostAsync(IReadOnlyList<AlertMessage> messages, CancellationToken cancel)
    {
        lock (gate)
        {
            waiting.AddRange(messages.Where(message => IsNew(message) && !Loses(message)));
        }

        return Task.CompletedTask;
    }

    /// <summary>Starts the delivery of every message that is due.</summary>
    public void Deliver()
    {
        lock (gate)
        {
            underWay.RemoveAll(one => one.IsCompletedSuccessfully);
            foreach (var message in waiting
                .Where(one => one.NotBefore <= clock.Now).OrderBy(one => one.NotBefore).ToList())
            {
                waiting.Remove(message);
                underWay.Add(Task.Run(() => DeliverAsync(QueueNames.Of(message), message.ToBody())));
            }
        }
    }

    public Instant? NextAt(string channel)
    {
        lock (gate)
        {
            return waiting.Where(one => one.Channel == channel).Min(one => (Instant?)one.NotBefore);
        }
    }

    /// <summary>Whether no message is due or being processed.</summary>
    public bool IsQuiet(Instant now)
    {
        lock (gate)
        {
            return underWay.All(one => one.IsCompletedSuccessfully) && !waiting.Exists(one => one.NotBefore <= now);
        }
    }

    /// <summary>Ends the process: messages being processed are completed or abandoned.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await Task.WhenAll(underWay);
    }

    private bool IsNew(AlertMessage message)
    {
        var name = (QueueNames.Of(message), message.Id);
        var isNew = !known.TryGetValue(name, out var at) || at + Knows <= clock.Now;
        known[name] = isNew ? clock.Now : at;
        return isNew;
    }

    private async Task DeliverAsync(string queue, byte[] body)
    {
        for (var delivery = 1; delivery <= MaxDeliveries && !stopping.IsCancellationRequested; delivery++)
        {
            try
            {
                var handler = services.GetRequiredService<QueueMessageHandler>();
                await handler.HandleAsync(queue, body, null, stopping.Token);
                await handler.FinishAsync();
                return;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // Abandoned: the message is delivered again, and dropped after the last delivery.
            }
        }
    }
}

/// <summary>The queue for the simulated clock: messages are delivered as the clock advances.</summary>
internal sealed class DirectQueue(DirectPosts posts) : IQueue
{
    public Task<IReadOnlyList<Claim>> SettleAndClaimAsync(
        IChannel channel, IReadOnlyList<Settlement> ended, int free, EndpointShares? shares, CancellationToken cancel)
    {
        posts.Deliver();
        return Task.FromResult<IReadOnlyList<Claim>>([]);
    }

    public Task<Instant?> NextAtAsync(string channel, EndpointShares? shares, CancellationToken cancel) =>
        Task.FromResult(posts.NextAt(channel));

    public Task<bool> IsQuietAsync(Instant now, CancellationToken cancel) => Task.FromResult(posts.IsQuiet(now));

    public Task ReclaimAbandonedAsync(CancellationToken cancel) => Task.CompletedTask;
}
