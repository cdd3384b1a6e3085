using Alerts.App;
using Alerts.Core;
using Alerts.Queue;
using Alerts.Senders;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Alerts.Tests.Support;

/// <summary>
/// A queue apart from the ledger, inside the process: messages travel as bytes, an id that is known is dropped, and one that could not
/// be worked on is delivered again, as often as Service Bus does. What it holds ends with the process.
/// </summary>
internal sealed class DirectPosts(IServiceProvider services, ServiceClock clock) : IAlertQueueSender, IAsyncDisposable
{
    /// <summary>As many as a queue of infra/servicebus.bicep allows are not needed to see it.</summary>
    private const int MostDeliveries = 10;

    private static readonly Duration Knows = Duration.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly Dictionary<(string Queue, string Id), Instant> known = [];
    private readonly List<AlertMessage> waiting = [];
    private readonly List<Task> underWay = [];
    private readonly CancellationTokenSource stopping = new();

    /// <summary>Which messages are taken and never delivered; none unless a test says otherwise.</summary>
    public Func<AlertMessage, bool> Loses { get; set; } = _ => false;

    public Task PostAsync(IReadOnlyList<AlertMessage> messages, CancellationToken cancel)
    {
        lock (gate)
        {
            waiting.AddRange(messages.Where(message => IsNew(message) && !Loses(message)));
        }

        return Task.CompletedTask;
    }

    /// <summary>Delivers what is due by now.</summary>
    public void Deliver()
    {
        lock (gate)
        {
            underWay.RemoveAll(one => one.IsCompletedSuccessfully);
            foreach (var message in waiting.Where(one => one.NotBefore <= clock.Now).OrderBy(one => one.NotBefore).ToList())
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

    /// <summary>Whether nothing is to be delivered that is due, or being worked on.</summary>
    public bool IsQuiet(Instant now)
    {
        lock (gate)
        {
            return underWay.All(one => one.IsCompletedSuccessfully) && !waiting.Exists(one => one.NotBefore <= now);
        }
    }

    /// <summary>The process ends: what is being worked on is finished or given up.</summary>
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
        for (var delivery = 1; delivery <= MostDeliveries && !stopping.IsCancellationRequested; delivery++)
        {
            try
            {
                await services.GetRequiredService<QueueMessageHandler>().HandleAsync(queue, body, null, stopping.Token);
                return;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // Given back; what cannot be worked on at all is put aside in the end.
            }
        }
    }
}

/// <summary>The queue as the simulated clock sees it: messages are delivered as it moves.</summary>
internal sealed class DirectQueue(DirectPosts posts) : IQueue
{
    public Task<IReadOnlyList<Claim>> SettleAndClaimAsync(
        IChannel channel, IReadOnlyList<Settlement> ended, int free, EndpointShares? shares, CancellationToken cancel)
    {
        posts.Deliver();
        return Task.FromResult<IReadOnlyList<Claim>>([]);
    }

    public Task<Instant?> NextAtAsync(string channel, EndpointShares? shares, CancellationToken cancel) => Task.FromResult(posts.NextAt(channel));

    public Task<bool> IsQuietAsync(Instant now, CancellationToken cancel) => Task.FromResult(posts.IsQuiet(now));

    public Task ReclaimFromTheDeadAsync(CancellationToken cancel) => Task.CompletedTask;
}
