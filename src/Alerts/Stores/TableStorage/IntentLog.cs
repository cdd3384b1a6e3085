using Azure.Data.Tables;

namespace Alerts.Stores.TableStorage;

/// <summary>
/// A log of intended changes. An intent is written before its change. Any process that finds it carries out what
/// follows from the change, which may safely be repeated. So no transaction across partitions is needed.
/// </summary>
/// <param name="real">Real time, for deciding when an intent has waited too long for its change.</param>
internal sealed class IntentLog(Tables tables, TimeProvider real)
{
    /// <summary>
    /// How long the change of an intent may take. After that the intent is given up: its process has ended. One that
    /// only stalled announces its change again (<see cref="RenewAsync"/>).
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>How often an intent is written again while its changes are still to come.</summary>
    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(15);

    public Task<Intent> AnnounceDateAsync(string id, CancellationToken cancel) => AnnounceAsync("d", id, cancel);

    public Task<Intent> AnnounceSubscriptionAsync(string id, CancellationToken cancel) =>
        AnnounceAsync("s", id, cancel);

    public Task DoneAsync(Intent intent, CancellationToken cancel) =>
        tables.State.DropAsync(Intent.Partition, intent.RowKey, cancel);

    public async Task<bool> AnyAsync(CancellationToken cancel) =>
        await tables.State.QueryAsync<TableEntity>($"PartitionKey eq '{Intent.Partition}'", 1, ["RowKey"], cancel)
            .AnyAsync(cancel);

    public async Task<IReadOnlyList<Intent>> AllAsync(CancellationToken cancel) =>
        [.. (await tables.State.ListAsync(Intent.Partition, "", cancel)).Select(IntentOf)];

    /// <summary>The intent as it stands now; null if it is done.</summary>
    public async Task<Intent?> FindAsync(string rowKey, CancellationToken cancel) =>
        await tables.State.FindAsync(Intent.Partition, rowKey, cancel) is { } entity ? IntentOf(entity) : null;

    /// <summary>Announces changes of several dates, which are recorded one by one and followed together.</summary>
    public Task<Intent> AnnounceImportAsync(IReadOnlyList<string> dateIds, CancellationToken cancel) => WriteAsync(
        new Intent($"{Intent.Import}{Guid.NewGuid():N}", "", IsOld: false) { DateIds = dateIds }, cancel);

    /// <summary>
    /// Writes an intent again if it has waited for some time. Called after each change: a process that stalled for so
    /// long that its intent was given up announces the change again.
    /// </summary>
    public async Task<Intent> RenewAsync(Intent intent, CancellationToken cancel) =>
        real.GetUtcNow() - intent.WrittenAt > RenewEvery ? await WriteAsync(intent, cancel) : intent;

    /// <summary>Marks an import as complete: all its changes are recorded.</summary>
    public Task CompleteAsync(Intent import, CancellationToken cancel) =>
        WriteAsync(import with { IsComplete = true }, cancel);

    /// <summary>Marks an import as followed: all that its changes owe is enqueued.</summary>
    public Task FollowedAsync(Intent import, CancellationToken cancel) =>
        WriteAsync(import with { IsFollowed = true }, cancel);

    private async Task<Intent> WriteAsync(Intent intent, CancellationToken cancel)
    {
        var written = intent with { WrittenAt = real.GetUtcNow() };
        await tables.State.UpsertAsync(intent.ToEntity(), cancel);
        return written;
    }

    private Intent IntentOf(TableEntity entity) =>
        Intent.Read(entity, isOld: real.GetUtcNow() - entity.Timestamp > Patience);

    private Task<Intent> AnnounceAsync(string kind, string id, CancellationToken cancel) =>
        WriteAsync(new Intent($"{kind}|{Guid.NewGuid():N}", id, IsOld: false), cancel);
}

/// <summary>An intended change.</summary>
/// <param name="Id">The id of the date or subscription; empty for an import.</param>
/// <param name="IsOld">Whether its change should have come by now.</param>
internal sealed record Intent(string RowKey, string Id, bool IsOld)
{
    public const string Partition = "intents";
    public const string Import = "i|";

    public bool IsDate => RowKey.StartsWith("d|", StringComparison.Ordinal);

    public bool IsImport => IsOfImport(RowKey);

    /// <summary>The ids of the dates of an import.</summary>
    public IReadOnlyList<string> DateIds { get; init; } = [];

    /// <summary>When this process wrote it, in real time.</summary>
    public DateTimeOffset WrittenAt { get; init; }

    /// <summary>Whether all changes of an import are recorded.</summary>
    public bool IsComplete { get; init; }

    /// <summary>Whether all that the changes of an import owe is enqueued.</summary>
    public bool IsFollowed { get; init; }

    public static Intent Read(TableEntity entity, bool isOld) => new(entity.RowKey, entity.Text("Id"), isOld)
    {
        DateIds = entity.FindText("Ids")?.Split(' ') ?? [],
        IsComplete = entity.GetBoolean("Complete") ?? false,
        IsFollowed = entity.GetBoolean("Followed") ?? false,
    };

    public TableEntity ToEntity()
    {
        var entity = new TableEntity(Partition, RowKey) { ["Id"] = Id };
        if (IsImport)
        {
            entity["Complete"] = IsComplete;
            entity["Followed"] = IsFollowed;
            entity.SetText("Ids", string.Join(' ', DateIds));
        }

        return entity;
    }

    public static bool IsOfImport(string rowKey) => rowKey.StartsWith(Import, StringComparison.Ordinal);
}
