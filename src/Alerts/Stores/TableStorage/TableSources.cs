using System.Collections.Concurrent;
using Alerts.Sources;
using Azure.Data.Tables;

namespace Alerts.Stores.TableStorage;

/// <summary>
/// Stores sources, one row each; the dates read from them, one partition per source; and an index of open and past
/// proposals. An open proposal is indexed before the row that holds it is written, and leaves the index afterwards.
/// An indexed proposal that its row does not hold is not open.
/// </summary>
/// <param name="real">Real time, for claims.</param>
internal sealed class TableSources(Tables tables, TimeProvider real) : ISources
{
    private const string Sources = "sources";
    private const string Open = "proposals";
    private const string Past = "proposals-past";
    private const string Text = "State";

    /// <summary>How long, in real time, a claim lasts if its process ends. Reading a source takes less.</summary>
    private static readonly Duration ClaimHolds = Duration.FromMinutes(10);

    /// <summary>Identifies the claims of this process.</summary>
    private readonly string owner = Guid.NewGuid().ToString("N");

    private Instant RealNow => Instant.FromDateTimeOffset(real.GetUtcNow());

    public async Task<IReadOnlyList<SourceState>> ListAsync(CancellationToken cancel) =>
        [.. (await tables.State.ListAsync(Sources, "", cancel)).Select(entity => new SourceRow(entity))
            .Where(row => !row.IsRemoved).Select(row => row.State)];

    public async Task<SourceState?> FindAsync(string id, CancellationToken cancel) =>
        (await FindRowAsync(id, cancel))?.State;

    public async Task<SourceState?> SaveAsync(SourceState state, CancellationToken cancel)
    {
        var next = state with { Version = state.Version + 1 };
        for (var isSaved = false; !isSaved;)
        {
            var found = await FindRowAsync(state.Id, cancel);
            if ((found?.Version ?? 0) != state.Version)
            {
                return null;
            }

            var row = found ?? new SourceRow(new TableEntity(Sources, state.Id));
            row.State = next;
            isSaved = await tables.State.TryWriteAsync(row.Entity, isNew: found is null, cancel);
        }

        return next;
    }

    public async Task<bool> ClaimAsync(string id, CancellationToken cancel)
    {
        if (await FindRowAsync(id, cancel) is not { } row || (row.Owner is not null && row.ClaimedUntil > RealNow))
        {
            return false;
        }

        (row.Owner, row.ClaimedUntil) = (owner, RealNow + ClaimHolds);
        return await tables.State.TryReplaceAsync(row.Entity, cancel);
    }

    public async Task ReleaseAsync(string id, CancellationToken cancel)
    {
        for (var isDone = false; !isDone;)
        {
            if (await FindRowAsync(id, cancel) is not { } row || row.Owner != owner)
            {
                return;
            }

            row.Owner = null;
            isDone = await tables.State.TryReplaceAsync(row.Entity, cancel);
        }
    }

    public async Task<IReadOnlyList<SourceEntry>> EntriesAsync(string sourceId, CancellationToken cancel) =>
        [.. (await tables.State.ListAsync(Partition(sourceId), "", cancel)).Select(Entry)];

    public async Task<SourceEntry?> EntryAsync(string sourceId, string keyDateId, CancellationToken cancel) =>
        await tables.State.FindAsync(Partition(sourceId), keyDateId, cancel) is { } entity ? Entry(entity) : null;

    public async Task<IReadOnlyList<SourceEntry>> EntriesOfAsync(
        IReadOnlyList<string> keyDateIds, CancellationToken cancel)
    {
        var known = await KeysOf(Sources, cancel).ToHashSetAsync(StringComparer.Ordinal, cancel);
        var found = new ConcurrentBag<SourceEntry>();
        var places = keyDateIds.SelectMany(id =>
            SourceIds.SourcesOf(id).Where(known.Contains).Select(source => (source, id)));
        await Parallel.ForEachAsync(places, TableOperations.AtOnce, async (place, _) =>
        {
            if (await EntryAsync(place.source, place.id, cancel) is { } entry)
            {
                found.Add(entry);
            }
        });
        return [.. found];
    }

    public async Task<IReadOnlyList<SourceEntry?>> SaveEntriesAsync(
        IReadOnlyList<SourceEntry> entries, CancellationToken cancel)
    {
        await tables.State.UpsertAllAsync(
            entries.Where(entry => entry.Proposal is { } one && one.Id != entry.StoredProposal)
                .Select(entry => Indexed(Open, entry.Proposal!.Id, entry)), cancel);
        var rows = entries.Select(entry => (Entry: entry, Entity: ToEntity(entry))).ToList();
        var byIsNew = rows.ToLookup(row => row.Entry.Tag is null, row => row.Entity);
        var written = new ConcurrentDictionary<TableEntity, bool>();
        await TableOperations.ForEachBatchAsync(
            byIsNew[true], async batch => Note(batch, await InsertAsync(batch, cancel)));
        await TableOperations.ForEachBatchAsync(
            byIsNew[false], async batch => Note(batch, await tables.State.TryReplaceAllAsync(batch, cancel)));
        await CloseAsync([.. rows.Where(row => written[row.Entity]).Select(row => row.Entry)], cancel);
        return [.. rows.Select(row =>
            written[row.Entity] ? row.Entry.StoredAs(row.Entity.ETag.ToString()) : null)];

        void Note(IReadOnlyList<TableEntity> batch, IReadOnlyList<bool> areWritten)
        {
            foreach (var (entity, isWritten) in batch.Zip(areWritten))
            {
                written[entity] = isWritten;
            }
        }
    }

    public async Task<IReadOnlyList<ProposalPlace>> ProposalsAsync(
        ProposalPlace? after, int limit, CancellationToken cancel) =>
        [.. (await tables.State.ListAsync(Open, "", cancel)).Select(Place)
            .OrderBy(place => place.FoundAt).ThenBy(place => place.Id, StringComparer.Ordinal)
            .Where(place => after is null || place.FoundAt > after.FoundAt
                || (place.FoundAt == after.FoundAt && string.CompareOrdinal(place.Id, after.Id) > 0))
            .Take(limit)];

    public async Task<ProposalPlace?> FindProposalAsync(string id, CancellationToken cancel)
    {
        if (id.Any(c => !char.IsAsciiLetterOrDigit(c) && c != '_'))
        {
            return null; // Table Storage rejects some characters in keys
        }

        var entity = await tables.State.FindAsync(Open, id, cancel) ?? await tables.State.FindAsync(Past, id, cancel);
        return entity is null ? null : Place(entity);
    }

    public async Task<int> CountProposalsAsync(CancellationToken cancel) =>
        await KeysOf(Open, cancel).CountAsync(cancel);

    private IAsyncEnumerable<string> KeysOf(string partition, CancellationToken cancel) =>
        tables.State.QueryAsync<TableEntity>(
            $"PartitionKey eq '{partition}'", select: ["RowKey"], cancellationToken: cancel).Select(one => one.RowKey);

    /// <returns>Whether each was inserted; false for one that exists.</returns>
    private async Task<IReadOnlyList<bool>> InsertAsync(IReadOnlyList<TableEntity> batch, CancellationToken cancel) =>
        batch.Count > 1 && await tables.State.TryInsertAllAsync(batch, cancel) ? [.. batch.Select(_ => true)]
            : await Task.WhenAll(batch.Select(entity => tables.State.TryInsertAsync(entity, cancel)));

    /// <summary>Moves proposals that their rows no longer hold to the past ones.</summary>
    private async Task CloseAsync(IReadOnlyList<SourceEntry> saved, CancellationToken cancel)
    {
        var closed = saved.Where(entry => entry.StoredProposal is { } old && old != entry.Proposal?.Id).ToList();
        await tables.State.UpsertAllAsync(closed.Select(entry => Indexed(Past, entry.StoredProposal!, entry)), cancel);
        await Parallel.ForEachAsync(closed, TableOperations.AtOnce, async (entry, _) =>
            await tables.State.DropAsync(Open, entry.StoredProposal!, cancel));
    }

    private static string Partition(string sourceId) => "source|" + sourceId;

    private static TableEntity Indexed(string partition, string id, SourceEntry entry) => new(partition, id)
    {
        ["SourceId"] = entry.SourceId,
        ["KeyDateId"] = entry.KeyDateId,
        ["FoundAt"] = (entry.Proposal?.FoundAt ?? Instant.FromUnixTimeMilliseconds(0)).ToUnixTimeMilliseconds(),
    };

    private static TableEntity ToEntity(SourceEntry entry)
    {
        var entity = new TableEntity(Partition(entry.SourceId), entry.KeyDateId);
        entity.SetText(Text, entry.ToStored());
        if (entry.Tag is { } tag)
        {
            entity.ETag = new Azure.ETag(tag);
        }

        return entity;
    }

    private async Task<SourceRow?> FindRowAsync(string id, CancellationToken cancel) =>
        await tables.State.FindAsync(Sources, id, cancel) is { } entity ? new SourceRow(entity) : null;

    private static SourceEntry Entry(TableEntity entity) =>
        SourceEntry.FromStored(entity.FindText(Text) ?? "null", entity.ETag.ToString());

    private static ProposalPlace Place(TableEntity entity) => new(
        entity.RowKey, entity.Text("SourceId"), entity.Text("KeyDateId"), entity.Instant("FoundAt"));

    /// <summary>The row of a source, backed by its entity.</summary>
    private sealed class SourceRow(TableEntity entity)
    {
        public TableEntity Entity => entity;

        public SourceState State
        {
            get => SourceState.FromStored(entity.FindText(Text) ?? "null", Version);
            set
            {
                entity.SetText(Text, value.ToStored());
                (Version, IsRemoved) = (value.Version, value.IsRemoved);
            }
        }

        public long Version
        {
            get => entity.GetInt64("Version") ?? 0;
            private set => entity["Version"] = value;
        }

        public bool IsRemoved
        {
            get => entity.GetBoolean("Removed") ?? false;
            private set => entity["Removed"] = value;
        }

        /// <summary>The process that has claimed the source; null if none has.</summary>
        public string? Owner
        {
            get => entity.GetString("Owner");
            set => entity["Owner"] = value;
        }

        public Instant? ClaimedUntil
        {
            get => entity.InstantOrNull("ClaimedUntil");
            set => entity.SetInstant("ClaimedUntil", value);
        }
    }
}
