using Alerts.Sources;

namespace Alerts.Tests.Support;

/// <summary>A store of sources in which something happens right before entries are first saved.</summary>
internal sealed class InterruptedSources(ISources inner, Func<Task> before) : ISources
{
    private bool isDone;

    public Task<IReadOnlyList<SourceState>> ListAsync(CancellationToken cancel) => inner.ListAsync(cancel);

    public Task<SourceState?> FindAsync(string id, CancellationToken cancel) => inner.FindAsync(id, cancel);

    public Task<SourceState?> SaveAsync(SourceState state, CancellationToken cancel) =>
        inner.SaveAsync(state, cancel);

    public Task<bool> ClaimAsync(string id, CancellationToken cancel) => inner.ClaimAsync(id, cancel);

    public Task ReleaseAsync(string id, CancellationToken cancel) => inner.ReleaseAsync(id, cancel);

    public Task<IReadOnlyList<SourceEntry>> EntriesAsync(string sourceId, CancellationToken cancel) =>
        inner.EntriesAsync(sourceId, cancel);

    public Task<SourceEntry?> EntryAsync(string sourceId, string keyDateId, CancellationToken cancel) =>
        inner.EntryAsync(sourceId, keyDateId, cancel);

    public Task<IReadOnlyList<SourceEntry>> EntriesOfAsync(
        IReadOnlyList<string> keyDateIds, CancellationToken cancel) => inner.EntriesOfAsync(keyDateIds, cancel);

    public async Task<IReadOnlyList<SourceEntry?>> SaveEntriesAsync(
        IReadOnlyList<SourceEntry> entries, CancellationToken cancel)
    {
        if (!isDone)
        {
            isDone = true;
            await before();
        }

        return await inner.SaveEntriesAsync(entries, cancel);
    }

    public Task<IReadOnlyList<ProposalPlace>> ProposalsAsync(
        ProposalPlace? after, int limit, CancellationToken cancel) => inner.ProposalsAsync(after, limit, cancel);

    public Task<ProposalPlace?> FindProposalAsync(string id, CancellationToken cancel) =>
        inner.FindProposalAsync(id, cancel);

    public Task<int> CountProposalsAsync(CancellationToken cancel) => inner.CountProposalsAsync(cancel);
}
