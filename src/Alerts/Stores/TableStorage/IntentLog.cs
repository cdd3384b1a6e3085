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

    public Task<Intent> AnnounceSubscriptionAsync(string id, CancellationToken cancel) => AnnounceAsync("s", id, cancel);

    public Task DoneAsync(Intent intent, CancellationToken cancel) => tables.State.DropAsync(Partition, intent.RowKey, cancel);

    public async Task<bool> AnyAsync(CancellationToken cancel)
    {
        await foreach (var _ in tables.State.QueryAsync<TableEntity>($"PartitionKey eq '{Partition}'", 1, ["RowKey"], cancel))
        {
            return true;
        }

        return false;
    }

    public async Task<IReadOnlyList<Intent>> AllAsync(CancellationToken cancel) =>
        [.. (await tables.State.ListAsync(Partition, "", cancel)).Select(entity =>
            new Intent(entity.RowKey, entity.RowKey.StartsWith("d|", StringComparison.Ordinal), entity.Text("Id"), real.GetUtcNow() - entity.Timestamp > Patience))];

    private async Task<Intent> AnnounceAsync(string kind, string id, CancellationToken cancel)
    {
        var intent = new Intent($"{kind}|{Guid.NewGuid():N}", kind == "d", id, IsOld: false);
        await tables.State.UpsertAsync(new TableEntity(Partition, intent.RowKey) { ["Id"] = id }, cancel);
        return intent;
    }
}

/// <summary>One intent.</summary>
/// <param name="IsOld">Whether its change would have come by now.</param>
internal sealed record Intent(string RowKey, bool IsDate, string Id, bool IsOld);
