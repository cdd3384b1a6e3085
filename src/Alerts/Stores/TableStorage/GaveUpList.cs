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

    /// <summary>The deliveries of all rows that have failed or expired.</summary>
    public IAsyncEnumerable<Delivery> AllAsync(CancellationToken cancel) =>
        tables.Ledger.QueryAsync<TableEntity>($"PartitionKey eq '{Partition}'", cancellationToken: cancel)
            .Select(async (TableEntity entry, CancellationToken stop) =>
                await tables.Ledger.FindAsync(entry.Text("Partition"), entry.Text("Row"), stop) is { } entity
                && new LedgerRow(entity) is { State: DeliveryState.Failed or DeliveryState.Expired } row
                && row.GaveUp == entry.RowKey ? row.ToDelivery() : null)
            .OfType<Delivery>();
}
