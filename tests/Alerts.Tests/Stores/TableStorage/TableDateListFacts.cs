using Alerts.Dates;
using Alerts.Stores.TableStorage;
using Azure;
using Azure.Data.Tables;

namespace Alerts.Tests.Stores.TableStorage;

/// <summary>Tests the indexes of the list of dates on Table Storage.</summary>
public sealed class TableDateListFacts
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_page_takes_one_request_however_many_dates_there_are()
    {
        var faults = new TableFaults(0);
        await using var world = await World.At("2025-11-01 00:00", faults, ("Store", "TableStorage"));
        for (var day = 1; day <= 28; day++)
        {
            string[] topics = day % 5 == 0 ? ["us-china"] : ["tariffs"];
            await world.Date($"past-{day}", $"2025-10-{day:D2} 12:00", topics: topics);
            await world.Date($"ahead-{day}", $"2025-11-{day:D2} 12:00", topics: topics);
        }

        var dates = world.Get<IKeyDates>();
        Assert.Equal(5, (await dates.ListAsync(new DateFilter(), null, 5, Cancel)).Dates.Count);
        DateFilter[] filters =
        [
            new(OverAfter: world.Now), new(Topic: "us-china"), new(From: new LocalDate(2025, 11, 20)),
            new(To: new LocalDate(2025, 10, 20)), new(Status: DateStatus.Confirmed),
        ];
        foreach (var filter in filters)
        {
            await CountAsync(async () => (await dates.ListAsync(filter, null, 5, Cancel)).Dates);
        }

        await CountAsync(() => dates.NewestPastAsync(world.Now, 5, Cancel));
        await CountAsync(() => dates.NewestRevisionsAsync(null, 5, Cancel));
        await CountAsync(() => dates.NewestRevisionsAsync("us-china", 5, Cancel));

        async Task CountAsync(Func<Task<IReadOnlyList<DateVersion>>> read)
        {
            var before = faults.Requests;
            Assert.Equal(5, (await read()).Count);
            Assert.Equal(1, faults.Requests - before);
        }
    }

    [Fact]
    public async Task Dates_that_an_earlier_version_listed_are_indexed_at_the_first_read()
    {
        await using var world = await World.At("2025-11-01 00:00", ("Store", "TableStorage"));
        var table = world.Get<Tables>().Dates;
        await world.Date("truce", "2025-11-10 12:00");
        var indexed = await IndexAsync(table);
        await world.Date("truce", "2025-11-12 12:00", title: "Moved");
        await world.Date("talks", "2025-11-11 12:00", title: "New");
        // An earlier version writes the rows by id only.
        foreach (var entry in await IndexAsync(table))
        {
            await table.DeleteEntityAsync("list", entry.RowKey);
        }

        foreach (var entry in indexed)
        {
            await table.AddEntityAsync(entry);
        }

        await foreach (var row in table.QueryAsync<TableEntity>("PartitionKey eq 'list' and RowKey lt '|'"))
        {
            row.Remove("IndexVersion");
            await table.UpdateEntityAsync(row, ETag.All, TableUpdateMode.Replace);
        }

        var list = new TableDateList(world.Get<Tables>());
        Assert.Equal(["New", "Moved"], Titles((await list.PageAsync(new DateFilter(), null, 10, Cancel)).Dates));
        Assert.Equal(
            ["Moved", "New", "Something happens"],
            Titles(await list.NewestRevisionsAsync(null, 10, Cancel)).Order(StringComparer.Ordinal));
        Assert.Equal(7, (await IndexAsync(table)).Count);
    }

    private static async Task<List<TableEntity>> IndexAsync(TableClient table) =>
        await table.QueryAsync<TableEntity>("PartitionKey eq 'list' and RowKey gt '|'").ToListAsync();

    private static IEnumerable<string> Titles(IEnumerable<DateVersion> versions) =>
        versions.Select(version => version.KeyDate.Title);
}
