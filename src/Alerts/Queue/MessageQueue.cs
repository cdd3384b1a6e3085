using Alerts.App;
using Alerts.Due;
using Alerts.Senders;
using NodaTime;

namespace Alerts.Queue;

/// <summary>
/// The senders' side of a queue apart from the ledger, for the stand-alone loops: holds what the queue has handed out until it is
/// due and a slot is free, and lets the queue forget it when all of it is settled.
/// </summary>
internal sealed class MessageQueue(IClaimStore ledger, ServiceClock clock, ChangeSignal signal) : IQueue
{
    private readonly Lock gate = new();
    private readonly List<Held> held = [];

    /// <summary>Accepts a message; completes when all of it is done with, and fails when it could not be worked on.</summary>
    public Task ReceiveAsync(AlertMessage message)
    {
        var entry = new Held(message);
        lock (gate)
        {
            held.Add(entry);
        }

        signal.Raise();
        return entry.Done.Task;
    }

    public async Task<IReadOnlyList<Claim>> SettleAndClaimAsync(
        IChannel channel, IReadOnlyList<Settlement> ended, int free, IReadOnlyDictionary<long, int> lanes, CancellationToken cancel)
    {
        if (ended.Count > 0)
        {
            await ledger.SettleAsync(channel, ended, cancel);
            Release(ended);
        }

        var claims = new List<Claim>();
        var next = Next(channel, free, lanes);
        foreach (var ((entry, send), taken) in next.Zip(await TakeAsync(next, cancel)))
        {
            if (taken.Claim is { } claim)
            {
                claims.Add(claim);
            }
            else if (taken.Trouble is { } trouble)
            {
                // Whoever handed it in is told, and gives it back to its queue; what else was taken in this turn goes on.
                Fail(entry, trouble);
            }
            else
            {
                Release(entry, send.Alert);
            }
        }

        return claims;
    }

    public Task<Instant?> NextAtAsync(string channel, CancellationToken cancel)
    {
        lock (gate)
        {
            return Task.FromResult(held.Where(entry => entry.Message.Channel == channel && entry.Waiting.Count > 0).Min(entry => (Instant?)entry.Message.NotBefore));
        }
    }

    public Task<bool> IsQuietAsync(Instant now, CancellationToken cancel)
    {
        lock (gate)
        {
            return Task.FromResult(!held.Any(entry => entry.UnderWay.Count > 0 || (entry.Waiting.Count > 0 && entry.Message.NotBefore <= now)));
        }
    }

    /// <summary>Nothing to do: leases end by themselves, and the sweep of each watch run finds what they leave.</summary>
    public Task ReclaimFromTheDeadAsync(CancellationToken cancel) => Task.CompletedTask;

    private List<(Held, Send)> Next(IChannel channel, int free, IReadOnlyDictionary<long, int> lanes)
    {
        var busy = new Dictionary<long, int>(lanes);
        lock (gate)
        {
            var now = clock.Now;
            var next = new List<(Held, Send)>();
            foreach (var entry in held.Where(entry => entry.Message.Channel == channel.Name && entry.Message.NotBefore <= now).OrderBy(entry => entry.Message.NotBefore))
            {
                while (next.Count < free && !(busy.GetValueOrDefault(entry.Message.DestinationKey) >= channel.MaxPerDestination) && entry.Waiting.TryDequeue(out var send))
                {
                    busy[entry.Message.DestinationKey] = busy.GetValueOrDefault(entry.Message.DestinationKey) + 1;
                    entry.UnderWay.Add(send.Alert);
                    next.Add((entry, send));
                }
            }

            return next;
        }
    }

    private async Task<IReadOnlyList<Taken>> TakeAsync(IReadOnlyList<(Held Entry, Send Send)> next, CancellationToken cancel)
    {
        try
        {
            return await ledger.TakeAsync([.. next.Select(one => one.Send)], cancel);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return [.. next.Select(_ => new Taken(null, e))];
        }
    }

    private void Fail(Held entry, Exception why)
    {
        lock (gate)
        {
            held.Remove(entry);
        }

        entry.Done.TrySetException(why);
    }

    private void Release(IReadOnlyList<Settlement> ended)
    {
        foreach (var settlement in ended)
        {
            Held? entry;
            var alert = ((MessageClaim)settlement.Claim).Alert; // this queue makes no others
            lock (gate)
            {
                entry = held.Find(one => one.UnderWay.Contains(alert));
            }

            if (entry is not null)
            {
                Release(entry, alert);
            }
        }
    }

    private void Release(Held entry, LedgerName alert)
    {
        lock (gate)
        {
            entry.UnderWay.Remove(alert);
            if (entry.UnderWay.Count > 0 || entry.Waiting.Count > 0)
            {
                return;
            }

            held.Remove(entry);
        }

        entry.Done.TrySetResult();
    }

    private sealed class Held(AlertMessage message)
    {
        public AlertMessage Message => message;

        public Queue<Send> Waiting { get; } = new(message.Alerts.Select((_, place) => new Send(message, place)));

        public HashSet<LedgerName> UnderWay { get; } = [];

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
