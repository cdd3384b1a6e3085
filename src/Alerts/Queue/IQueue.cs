using Alerts.Senders;

namespace Alerts.Queue;

/// <summary>
/// Connects the ledger with the senders: claims due messages, and marks the results of attempts. Only SQLite has it,
/// whose ledger is the queue too. It is an interface because a module does not use the modules below it.
/// </summary>
internal interface IQueue
{
    /// <summary>
    /// Settles finished attempts, then claims at most <paramref name="free"/> due messages. Rows found to be not owed,
    /// overtaken or expired are settled in passing.
    /// </summary>
    /// <returns>
    /// One claim for each row; rows that travel as one message have the same <see cref="Claim.DigestId"/>.
    /// </returns>
    /// <param name="free">Maximum number of messages; one may hold several alerts.</param>
    /// <param name="shares">
    /// Decides which endpoints may have an attempt now; null to take the oldest messages first for any endpoint.
    /// </param>
    Task<IReadOnlyList<Claim>> SettleAndClaimAsync(
        IChannel channel, IReadOnlyList<Settlement> ended, int free, EndpointShares? shares, CancellationToken cancel);

    /// <summary>When the next message of a channel may be attempted; null when none is known to be waiting.</summary>
    /// <param name="shares">Restricts the result to messages that it has room for; null to consider all.</param>
    Task<Instant?> NextAtAsync(string channel, EndpointShares? shares, CancellationToken cancel);

    /// <summary>Whether nothing is due or being sent.</summary>
    Task<bool> IsQuietAsync(Instant now, CancellationToken cancel);

    /// <summary>
    /// Releases the claims of processes that have ended. Their attempts may have arrived, and are
    /// repeated with the same key.
    /// </summary>
    Task ReclaimAbandonedAsync(CancellationToken cancel);
}
