using Azure.Data.Tables;

namespace Alerts.Stores.TableStorage;

/// <summary>
/// What is going to be changed, written before the change: whatever follows from it is done by whoever finds the intent, as often
/// as needed. So nothing needs a transaction across partitions.
/// </summary>
/// <param name="real">Real time, for how long an intent without its change is waited for.</param>
internal sealed class IntentLog(Tables tables, TimeProvider real)
{
    private const string Partition = "intents";

    /// <summary>An intent whose change has not come by then never will: its process ended in between.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public Task<Intent> AnnounceDateAsync(string id, CancellationToken cancel) => AnnounceAsync("d", id, cancel);

    public Task<Intent> AnnounceSubscriptionAsync(string id, CancellationToken cancel) =>
        AnnounceAsync("s", id, cancel);

    public Task DoneAsync(Intent intent, CancellationToken cancel) =>
        tables.State.DropAsync(Partition, intent.RowKey, cancel);

    public async Task<bool> AnyAsync(CancellationToken cancel)
    {
        await foreach (
            var _ in tables.State.QueryAsync<TableEntity>($"PartitionKey eq '{Partition}'", 1, ["RowKey"], cancel))
        {
            return true;
        }

        return false;
    }

    public async Task<IReadOnlyList<Intent>> AllAsync(CancellationToken cancel) =>
        [.. (await tables.State.ListAsync(Partition, "", cancel)).Select(entity =>
            new Intent(entity.RowKey, entity.Text("Id"), real.GetUtcNow() - entity.Timestamp > Patience)
            {
                DateIds = entity.FindText("Ids")?.Split(' ') ?? [],
                IsComplete = entity.GetBoolean("Complete") ?? false,
            })];

    /// <summary>Announces changes of several dates that are recorded one after the other and followed as one.</summary>
    public async Task<Intent> AnnounceImportAsync(IReadOnlyList<string> dateIds, CancellationToken cancel)
    {
        var intent = new Intent($"{Intent.Import}{Guid.NewGuid():N}", "", IsOld: false) { DateIds = dateIds };
        await WriteAsync(intent, cancel);
        return intent;
    }

    /// <summary>Its changes are still to come: it is young again.</summary>
    public Task RenewAsync(Intent import, CancellationToken cancel) => WriteAsync(import, cancel);

    /// <summary>All its changes are recorded.</summary>
    public Task CompleteAsync(Intent import, CancellationToken cancel) =>
        WriteAsync(import with { IsComplete = true }, cancel);

    private Task WriteAsync(Intent import, CancellationToken cancel)
    {
        var entity = new TableEntity(Partition, import.RowKey) { ["Id"] = "", ["Complete"] = import.IsComplete };
        entity.SetText("Ids", string.Join(' ', import.DateIds));
        return tables.State.UpsertAsync(entity, cancel);
    }

    private async Task<Intent> AnnounceAsync(string kind, string id, CancellationToken cancel)
    {
        var intent = new Intent($"{kind}|{Guid.NewGuid():N}", id, IsOld: false);
        await tables.State.UpsertAsync(new TableEntity(Partition, intent.RowKey) { ["Id"] = id }, cancel);
        return intent;
    }
}

/// <summary>One intent.</summary>
/// <param name="Id">Of the date or subscription; empty for an import.</param>
/// <param name="IsOld">Whether its change would have come by now.</param>
internal sealed record Intent(string RowKey, string Id, bool IsOld)
{
    public const string Import = "i|";

    public bool IsDate => RowKey.StartsWith("d|", StringComparison.Ordinal);

    public bool IsImport => IsOfImport(RowKey);

    /// <summary>The dates of an import.</summary>
    public IReadOnlyList<string> DateIds { get; init; } = [];

    /// <summary>Whether all changes of an import are recorded.</summary>
    public bool IsComplete { get; init; }

    public static bool IsOfImport(string rowKey) => rowKey.StartsWith(Import, StringComparison.Ordinal);
}
