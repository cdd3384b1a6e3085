using NodaTime;

namespace Alerts.Sources;

/// <summary>Sources and what was read of them, as a store keeps them.</summary>
internal interface ISources
{
    /// <summary>All sources by id, without removed ones.</summary>
    Task<IReadOnlyList<SourceState>> ListAsync(CancellationToken cancel);

    /// <summary>The source of an id, also a removed one; null when there never was one.</summary>
    Task<SourceState?> FindAsync(string id, CancellationToken cancel);

    /// <summary>Saves a source over the version it was made from.</summary>
    /// <param name="endsClaim">Whether this process's claim ends with it.</param>
    /// <returns>As it is now; null when it has changed meanwhile, which changes nothing.</returns>
    Task<SourceState?> SaveAsync(SourceState state, bool endsClaim, CancellationToken cancel);

    /// <summary>
    /// Claims the reading of a source, until a save or <see cref="ReleaseAsync"/> ends it, or this process ends.
    /// </summary>
    /// <returns>False while another process, or another task of this one, reads it.</returns>
    Task<bool> ClaimAsync(string id, CancellationToken cancel);

    Task ReleaseAsync(string id, CancellationToken cancel);

    /// <summary>All that is known of a source's dates.</summary>
    Task<IReadOnlyList<SourceEntry>> EntriesAsync(string sourceId, CancellationToken cancel);

    Task<SourceEntry?> EntryAsync(string sourceId, string keyDateId, CancellationToken cancel);

    /// <summary>What is known of those of the dates that come from a source.</summary>
    Task<IReadOnlyList<SourceEntry>> EntriesOfAsync(IReadOnlyList<string> keyDateIds, CancellationToken cancel);

    /// <summary>
    /// Saves each entry over the version it was made from; proposals that are no longer in them are past.
    /// </summary>
    /// <returns>As they are now, in their order; null for one that has changed meanwhile.</returns>
    Task<IReadOnlyList<SourceEntry?>> SaveEntriesAsync(
        IReadOnlyList<SourceEntry> entries, CancellationToken cancel);

    /// <summary>Changes that wait for review, in order of when they were found, then of their ids.</summary>
    Task<IReadOnlyList<ProposalPlace>> ProposalsAsync(ProposalPlace? after, int limit, CancellationToken cancel);

    /// <summary>Where a proposal is or was; null for an unknown id.</summary>
    Task<ProposalPlace?> FindProposalAsync(string id, CancellationToken cancel);

    /// <summary>How many changes wait for review.</summary>
    Task<int> CountProposalsAsync(CancellationToken cancel);
}

/// <summary>Where a proposal is or was.</summary>
internal sealed record ProposalPlace(string Id, string SourceId, string KeyDateId, Instant FoundAt);
