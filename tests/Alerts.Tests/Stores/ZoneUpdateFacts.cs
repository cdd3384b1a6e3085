using Alerts.Dates;
using Alerts.Stores.Sqlite;
using Alerts.Stores.TableStorage;
using Azure;
using Azure.Data.Tables;

namespace Alerts.Tests.Stores;

/// <summary>
/// Tests an update of the time zone data. The data cannot be changed here, so the stored instants are changed to those
/// of an earlier version with other offsets.
/// </summary>
public abstract class ZoneUpdateFacts(Worlds worlds)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Moves all starts and ends in the list of dates, or all due instants in the plan.</summary>
    private protected abstract Task MoveAsync(World world, Duration? dates, Duration? plan);

    /// <summary>Marks what is stored as computed with another version of the data.</summary>
    private protected abstract Task MarkAsync(World world);

    [Theory]
    [InlineData(-60)]
    [InlineData(60)]
    [InlineData(1200)]
    public async Task Reminders_leave_when_they_are_due_by_the_new_data(int minutes)
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 12:00");
        await world.Date("talks", "2025-11-10 12:00");
        var subscriber = await world.Subscribe("P1D PT20H");
        await world.RunUntil("2025-11-02 00:00");
        await MoveAsync(world, null, Duration.FromMinutes(minutes));
        await MarkAsync(world);
        await world.SleepUntil("2025-11-02 10:00");
        await world.RunUntil("2025-11-11 00:00");
        Assert.Equal(
            [
                "2025-11-09 09:00 P1D r1", "2025-11-09 09:00 P1D r1", "2025-11-09 16:00 PT20H r1",
                "2025-11-09 16:00 PT20H r1",
            ],
            world.Got(subscriber));
    }

    [Fact]
    public async Task A_reminder_that_is_late_by_the_new_data_leaves_at_once()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-12 12:00");
        var subscriber = await world.Subscribe("P1D");
        await world.RunUntil("2025-11-02 00:00");
        await MoveAsync(world, null, Duration.FromHours(20));
        await world.RunUntil("2025-11-11 10:00");
        Assert.Empty(world.Got(subscriber));
        await MarkAsync(world);
        await world.SleepUntil("2025-11-11 10:30");
        await world.RunUntil("2025-11-11 12:00");
        Assert.Equal(["2025-11-11 10:30 P1D r1 late"], world.Got(subscriber));
    }

    [Theory]
    [InlineData(-60)]
    [InlineData(60)]
    public async Task Pages_show_every_date_once_with_either_data(int minutes)
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        for (var day = 1; day <= 7; day++)
        {
            await world.Date($"past-{day}", "2025-10-10 12:00");
            await world.Date($"ahead-{day}", "2025-11-10 12:00");
        }

        await MoveAsync(world, Duration.FromMinutes(minutes), null);
        var dates = world.Get<IKeyDates>();
        var all = await IdsAsync(dates);
        Assert.Equal(14, all.Count);
        Assert.Equal(all, all.Distinct());

        await MarkAsync(world);
        await world.SleepUntil("2025-11-10 11:30");
        await world.RunUntil("2025-11-10 11:45");
        dates = world.Get<IKeyDates>();
        Assert.Equal(all, await IdsAsync(dates));
        Assert.Equal(7, (await dates.ListAsync(new DateFilter(OverAfter: world.Now), null, 20, Cancel)).Dates.Count);
        Assert.Equal(7, (await dates.NewestPastAsync(world.Now, 20, Cancel)).Count);
        var first = await dates.ListAsync(new DateFilter(), null, 1, Cancel);
        Assert.Equal(first.Dates[0].KeyDate.Start, first.Next?.Start);
    }

    private static async Task<List<string>> IdsAsync(IKeyDates dates)
    {
        var ids = new List<string>();
        DateCursor? after = null;
        do
        {
            var page = await dates.ListAsync(new DateFilter(), after, 3, Cancel);
            ids.AddRange(page.Dates.Select(version => version.KeyDate.Id));
            after = page.Next;
        }
        while (after is not null && ids.Count < 100);
        return ids;
    }
}

public sealed class ZoneUpdateOnSqliteFacts() : ZoneUpdateFacts(Worlds.OnSqlite)
{
    private protected override Task MoveAsync(World world, Duration? dates, Duration? plan)
    {
        world.Get<Database>().Write((session, _) =>
        {
            session.Execute("UPDATE dates SET start_at = start_at + @1, over_at = over_at + @1", Milliseconds(dates));
            session.Execute("UPDATE plan SET due_at = due_at + @1", Milliseconds(plan));
        });
        return Task.CompletedTask;
    }

    private protected override Task MarkAsync(World world)
    {
        world.Get<Database>().Write((session, _) =>
            session.Execute("UPDATE settings SET value = '2020a' WHERE name = 'tzdb'"));
        return Task.CompletedTask;
    }

    private static long Milliseconds(Duration? by) => (long)(by ?? Duration.Zero).TotalMilliseconds;
}

public sealed class ZoneUpdateOnTableStorageFacts() : ZoneUpdateFacts(Worlds.OnTableStorage)
{
    private protected override async Task MoveAsync(World world, Duration? dates, Duration? plan)
    {
        var tables = world.Get<Tables>();
        if (dates is { } by)
        {
            foreach (var entity in await AllAsync(tables.Dates, "PartitionKey eq 'list' and RowKey lt '|'"))
            {
                entity["IndexedStart"] = entity.Instant("IndexedStart").Plus(by).ToUnixTimeMilliseconds();
                await tables.Dates.UpdateEntityAsync(entity, ETag.All, TableUpdateMode.Replace);
            }

            foreach (var entity in await AllAsync(tables.Dates, "PartitionKey eq 'list' and RowKey gt '|'"))
            {
                var parts = entity.RowKey.Split('|');
                var start = Instant.FromUnixTimeMilliseconds(entity.GetInt64("Over")!.Value) + by;
                entity["Over"] = start.ToUnixTimeMilliseconds();
                await tables.Dates.DeleteEntityAsync("list", entity.RowKey);
                parts[2] = parts[1] switch
                {
                    "s" => Keys.Of(start),
                    "p" => Keys.Descending(start),
                    _ => parts[2],
                };
                entity.RowKey = string.Join('|', parts);
                await tables.Dates.AddEntityAsync(entity);
            }
        }

        foreach (var line in await AllAsync(tables.Plan, "PartitionKey ge 'p|' and PartitionKey lt 'q'"))
        {
            var due = line.Instant("DueAt") + (plan ?? Duration.Zero);
            await tables.Plan.DeleteEntityAsync(line.PartitionKey, line.RowKey);
            line["DueAt"] = due.ToUnixTimeMilliseconds();
            line.PartitionKey = "p|" + Keys.Day(due);
            line.RowKey = Keys.Of(due) + line.RowKey[line.RowKey.IndexOf('|')..];
            await tables.Plan.AddEntityAsync(line);
        }
    }

    private protected override async Task MarkAsync(World world) =>
        await world.Get<Tables>().State.UpsertEntityAsync(
            new TableEntity("watch", "tzdb") { ["Version"] = "2020a" }, TableUpdateMode.Replace);

    private static ValueTask<List<TableEntity>> AllAsync(TableClient table, string where) =>
        table.QueryAsync<TableEntity>(where).ToListAsync();
}
