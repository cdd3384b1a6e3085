using Alerts.Ledger;
using Azure.Data.Tables;

namespace Alerts.Stores.TableStorage;

/// <summary>
/// The list of rows that have failed or expired, oldest first. An entry is written before its row ends. The row
/// stores the key of its newest entry; all other entries are skipped.
/// </summary>
internal sealed class GaveUpList(Tables tables, ServiceClock clock)
{
    private const string Partition = "_gaveup";

    /// <returns>The key of the entry, for the row to keep; null if the state is neither failed nor expired.</returns>
    public async Task<string?> EnterAsync(LedgerRow row, DeliveryState state, CancellationToken cancel)
    {
        if (state is not (DeliveryState.Failed or DeliveryState.Expired))
        {
            return null;
        }

        var entry = $"{Keys.Of(clock.Now)}|{row.Name.Key}";
        await tables.Ledger.UpsertAsync(
            new TableEntity(Partition, entry) { ["Partition"] = row.Entity.PartitionKey, ["Row"] = row.Entity.RowKey },
            cancel);
        return entry;
    }

    /// <param name="after">The last entry of the previous page; null for the first page.</param>
    public async Task<IReadOnlyList<ListedDelivery>> ListAsync(string? after, int limit, CancellationToken cancel)
    {
        var listed = new List<ListedDelivery>();
        await foreach (var entry in tables.Ledger.QueryAsync<TableEntity>(
            $"PartitionKey eq '{Partition}' and RowKey gt '{after}'", cancellationToken: cancel))
        {
            if (await tables.Ledger.FindAsync(entry.Text("Partition"), entry.Text("Row"), cancel) is { } entity
                && new LedgerRow(entity) is { State: DeliveryState.Failed or DeliveryState.Expired } row
                && row.GaveUp == entry.RowKey)
            {
                listed.Add(new ListedDelivery(entry.RowKey, row.ToDelivery()));
                if (listed.Count == limit)
                {
                    break;
                }
            }
        }

        return listed;
    }
}
