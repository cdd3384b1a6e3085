using System.Collections.Concurrent;
using Alerts.App;
using Alerts.Queue;
using Alerts.Senders;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Alerts.Tests.Support;

/// <summary>
/// A queue apart from the ledger, inside the process: messages travel as bytes, an id that is known is dropped, and one that could not
/// be worked on is handed out again, as often as Service Bus does. What it holds ends with the process.
/// </summary>
internal sealed class DirectPosts(IServiceProvider services, ServiceClock clock) : IAlertQueueSender
{
    /// <summary>As infra/servicebus.bicep sets them.</summary>
    private const int MostDeliveries = 10;

    private static readonly Duration Knows = Duration.FromMinutes(1);

    private readonly Dictionary<string, Instant> known = [];
    private readonly ConcurrentDictionary<AlertMessage, bool> outstanding = new(ReferenceEqualityComparer.Instance);

    /// <summary>Which messages are taken and never handed out; none unless a test says otherwise.</summary>
    public Func<AlertMessage, bool> Loses { get; set; } = _ => false;

    /// <summary>Whether nothing is to be handed out that is due.</summary>
    public bool IsQuiet(Instant now) => !outstanding.Keys.Any(message => message.NotBefore <= now);

    public Task PostAsync(IReadOnlyList<AlertMessage> messages, CancellationToken cancel)
    {
        foreach (var message in messages.Where(IsNew))
        {
            if (!Loses(message))
            {
                _ = HandOutAsync(AlertMessage.Read(message.ToBody()) ?? throw new InvalidOperationException("A message could not be read back."));
            }
        }

        return Task.CompletedTask;
    }

    private bool IsNew(AlertMessage message)
    {
        lock (known)
        {
            var isNew = !known.TryGetValue(message.Id, out var at) || at + Knows <= clock.Now;
            known[message.Id] = isNew ? clock.Now : at;
            return isNew;
        }
    }

    private async Task HandOutAsync(AlertMessage message)
    {
        outstanding[message] = true;
        for (var delivery = 1; delivery <= MostDeliveries; delivery++)
        {
            try
            {
                await services.GetRequiredService<MessageQueue>().ReceiveAsync(message);
                break;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // Given back; what cannot be worked on at all is put aside in the end.
            }
        }

        outstanding.TryRemove(message, out _);
    }
}

/// <summary>The senders' side, quiet only when the queue has nothing left to hand out.</summary>
internal sealed class DirectQueue(MessageQueue inner, DirectPosts posts) : IQueue
{
    public Task<IReadOnlyList<Claim>> SettleAndClaimAsync(
        IChannel channel, IReadOnlyList<Settlement> ended, int free, IReadOnlyDictionary<long, int> lanes, CancellationToken cancel) =>
        inner.SettleAndClaimAsync(channel, ended, free, lanes, cancel);

    public Task<Instant?> NextAtAsync(string channel, CancellationToken cancel) => inner.NextAtAsync(channel, cancel);

    public async Task<bool> IsQuietAsync(Instant now, CancellationToken cancel) => posts.IsQuiet(now) && await inner.IsQuietAsync(now, cancel);

    public Task ReclaimFromTheDeadAsync(CancellationToken cancel) => inner.ReclaimFromTheDeadAsync(cancel);
}
