using Alerts.Senders;
using NodaTime;

namespace Alerts.Queue;

/// <summary>From the ledger to the senders: claims what is due, and marks the results of attempts.</summary>
internal interface IQueue
{
    /// <summary>
    /// Settles what has ended, then claims at most <paramref name="free"/> messages that are due; what is found not
    /// owed,
    /// overtaken or expired is settled on the way.
    /// </summary>
    /// <returns>
    /// One for each row; those that travel as one message have the same <see cref="Claim.DigestId"/>.
    /// </returns>
    /// <param name="free">How many messages; one may hold several alerts.</param>
    /// <param name="shares">
    /// Decides which endpoint has its turn; null when the oldest go first, whoever they are for.
    /// </param>
    Task<IReadOnlyList<Claim>> SettleAndClaimAsync(
        IChannel channel, IReadOnlyList<Settlement> ended, int free, EndpointShares? shares, CancellationToken cancel);

    /// <summary>When the next message of a channel may be attempted; null when none is known to wait.</summary>
    /// <param name="shares">Then only messages for which there is room count; null for all.</param>
    Task<Instant?> NextAtAsync(string channel, EndpointShares? shares, CancellationToken cancel);

    /// <summary>Whether nothing is due or under way.</summary>
    Task<bool> IsQuietAsync(Instant now, CancellationToken cancel);

    /// <summary>
    /// Gives back the claims of processes that have ended: their attempts may have arrived, and are made again with the
    /// same key.
    /// </summary>
    Task ReclaimFromTheDeadAsync(CancellationToken cancel);
}
