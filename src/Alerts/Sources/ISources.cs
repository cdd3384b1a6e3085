namespace Alerts.Sources;

/// <summary>Stores sources and the entries of their dates.</summary>
internal interface ISources
{
    /// <summary>Lists all sources in order of their ids, without removed ones.</summary>
    Task<IReadOnlyList<SourceState>> ListAsync(CancellationToken cancel);

    /// <summary>Finds a source by id, including a removed one; null when it never existed.</summary>
    Task<SourceState?> FindAsync(string id, CancellationToken cancel);

    /// <summary>Saves a source if the stored version is the one it was made from.</summary>
    /// <returns>The source as saved; null when it has changed in the meantime (nothing is saved).</returns>
    Task<SourceState?> SaveAsync(SourceState state, CancellationToken cancel);

    /// <summary>
    /// Claims a source for this process until <see cref="ReleaseAsync"/>, or until the process ends. Use it through
    /// <see cref="SourceClaims"/>.
    /// </summary>
    /// <returns>False while another process holds the claim, and for an unknown source.</returns>
    Task<bool> ClaimAsync(string id, CancellationToken cancel);

    Task ReleaseAsync(string id, CancellationToken cancel);

    /// <summary>Lists all entries of a source.</summary>
    Task<IReadOnlyList<SourceEntry>> EntriesAsync(string sourceId, CancellationToken cancel);

    Task<SourceEntry?> EntryAsync(string sourceId, string keyDateId, CancellationToken cancel);

    /// <summary>Lists the entries of those key dates that come from a source.</summary>
    Task<IReadOnlyList<SourceEntry>> EntriesOfAsync(IReadOnlyList<string> keyDateIds, CancellationToken cancel);

    /// <summary>
    /// Saves each entry if the stored version is the one it was made from. Proposals that the entries no longer hold
    /// are closed.
    /// </summary>
    /// <returns>The entries as saved, in the given order; null for one that has changed in the meantime.</returns>
    Task<IReadOnlyList<SourceEntry?>> SaveEntriesAsync(IReadOnlyList<SourceEntry> entries, CancellationToken cancel);

    /// <summary>Lists the proposals that wait for review, in order of when they were found, then by id.</summary>
    Task<IReadOnlyList<ProposalPlace>> ProposalsAsync(ProposalPlace? after, int limit, CancellationToken cancel);

    /// <summary>Finds the place of an open or closed proposal; null for an unknown id.</summary>
    Task<ProposalPlace?> FindProposalAsync(string id, CancellationToken cancel);

    /// <summary>Counts the proposals that wait for review.</summary>
    Task<int> CountProposalsAsync(CancellationToken cancel);
}

/// <summary>The place of an open or closed proposal: its source and key date.</summary>
internal sealed record ProposalPlace(string Id, string SourceId, string KeyDateId, Instant FoundAt);

/// <summary>Changes stored sources.</summary>
internal static class SourceUpdates
{
    /// <summary>
    /// Applies a change to a source; repeats it when someone else changes the source at the same time.
    /// </summary>
    /// <param name="state">The source as it was read.</param>
    /// <param name="change">Returns the state to save.</param>
    /// <returns>The source as saved; null when it does not exist any more.</returns>
    public static async Task<SourceState?> UpdateAsync(
        this ISources sources, SourceState state, Func<SourceState, SourceState> change, CancellationToken cancel)
    {
        for (SourceState? current = state; current is not null;
            current = await sources.FindAsync(state.Id, cancel))
        {
            if (await sources.SaveAsync(change(current), cancel) is { } saved)
            {
                return saved;
            }
        }

        return null;
    }
}
