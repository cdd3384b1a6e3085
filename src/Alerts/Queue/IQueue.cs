using Alerts.Senders;
using NodaTime;

namespace Alerts.Queue;

/// <summary>From the ledger to the senders: what is due is claimed, and what became of it is marked.</summary>
internal interface IQueue
{
    /// <summary>
    /// Settles what has ended, then claims at most <paramref name="free"/> messages that are due, oldest first; what is found not owed,
    /// overtaken or expired is settled on the way.
    /// </summary>
    /// <param name="lanes">How many are under way per lane.</param>
    Task<IReadOnlyList<Claim>> SettleAndClaimAsync(
        IChannel channel, IReadOnlyList<Settlement> ended, int free, IReadOnlyDictionary<long, int> lanes, CancellationToken cancel);

    /// <summary>When the next message of a channel may be attempted; null when none is known to wait.</summary>
    Task<Instant?> NextAtAsync(string channel, CancellationToken cancel);

    /// <summary>Whether nothing is due or under way.</summary>
    Task<bool> IsQuietAsync(Instant now, CancellationToken cancel);

    /// <summary>Gives back what processes had claimed that live no more: their attempts may have arrived, and are made again with the same key.</summary>
    Task ReclaimFromTheDeadAsync(CancellationToken cancel);
}
