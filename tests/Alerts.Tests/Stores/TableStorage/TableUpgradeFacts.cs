using Alerts.Dates;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Stores.TableStorage;
using Azure;
using Azure.Data.Tables;

namespace Alerts.Tests.Stores.TableStorage;

public sealed class TableUpgradeFacts
{
    [Fact]
    public async Task The_first_start_after_the_upgrade_owes_once_what_was_lost()
    {
        await using var world = await World.At(
            "2025-11-01 00:00", ("Store", "TableStorage"), ("Corrections:Hold", "PT1M"));
        await world.Date("truce", "2025-11-10 12:00");
        await world.Date("talks", "2025-11-11 12:00");
        var told = await world.Subscribe("P7D", address: "told@example.com");
        await world.RunUntil("2025-11-03 10:00"); // the subscriber has been reminded of the truce
        world.Answer = _ => Task.FromResult<SendResult>(new TryAgain(500, "no"));
        await world.Cancel("truce");
        await world.RunUntil("2025-11-04 09:00"); // the cancellation and the reminder of the talks are refused
        await world.Date("talks", "2025-11-11 12:00", status: DateStatus.Cancelled);
        await world.Date("talks", "2025-11-11 12:00"); // the cancellation is taken back within the hold
        await world.Settle();
        await LeaveBehindAsync(world.Get<Tables>());
        world.Alerts.Clear();
        world.Answer = _ => Task.FromResult<SendResult>(new Delivered(200, "ok"));
        await world.SleepUntil("2025-11-05 00:00");
        await world.RunUntil("2025-11-05 12:00");
        Assert.Equal(
            ["2025-11-05 00:00 P7D r3", "2025-11-05 00:00 cancelled r2 from r1"],
            world.Got(told).Order(StringComparer.Ordinal));

        await world.SleepUntil("2025-11-06 00:00");
        await world.RunUntil("2025-11-07 00:00");
        Assert.Equal(2, world.Got(told).Count);
    }

    /// <summary>
    /// Leaves the store as an earlier version would: without sequence numbers, and with the refused cancellation and
    /// the reminder of the reinstated date lost.
    /// </summary>
    private static async Task LeaveBehindAsync(Tables tables)
    {
        await tables.State.DeleteEntityAsync("watch", "lost-alerts-owed");
        foreach (var table in new[] { tables.Dates, tables.Subscriptions, tables.Ledger })
        {
            await foreach (var entity in table.QueryAsync<TableEntity>())
            {
                foreach (var name in new[] { "Order", "MovedOrder", "SinceOrder", "Begun" })
                {
                    entity.Remove(name);
                }

                if (entity.FindText("Versions") is { } versions)
                {
                    entity.SetText("Versions", string.Concat(
                        versions.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                            .Select(version => string.Join(' ', version.Split(' ').Take(4)) + "\n")));
                }

                if (table == tables.Ledger && entity.ContainsKey("State")
                    && await LoseAsync(table, new LedgerRow(entity)))
                {
                    continue;
                }

                await table.UpdateEntityAsync(entity, ETag.All, TableUpdateMode.Replace);
            }
        }
    }

    /// <returns>Whether the row was deleted.</returns>
    private static async Task<bool> LoseAsync(TableClient table, LedgerRow row)
    {
        if (row is { Kind: AlertKind.Reminder, Revision: 3 })
        {
            await table.DeleteEntityAsync(row.Entity.PartitionKey, row.Entity.RowKey);
            return true;
        }

        if (row is { Kind: AlertKind.Cancelled, State: DeliveryState.Retrying })
        {
            row.End(DeliveryState.Void, EndReasons.Superseded);
        }

        // An earlier version wrote log lines without an outcome.
        row.Log = row.Log is null ? null
            : string.Join('\n', AttemptLog.Read(row.Log).Select(one => AttemptLog.Line(one with { Outcome = null })));
        return false;
    }
}
