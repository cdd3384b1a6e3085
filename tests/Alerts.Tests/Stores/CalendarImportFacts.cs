using System.Text;
using Alerts.Dates;
using Alerts.Watch;

namespace Alerts.Tests.Stores;

/// <summary>
/// What a store keeps of imported calendars, and which alerts an import causes; every store must behave alike.
/// </summary>
public abstract class CalendarImportFacts(Worlds worlds)
{
    private const string Head = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\n";
    private const string Tail = "\nEND:VEVENT\nEND:VCALENDAR\n";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_older_entry_is_known_as_such_also_after_a_restart()
    {
        await using var world = await worlds.At("2026-11-01 00:00");
        Assert.Equal("added 1, revised 0, edited 0, unchanged 0",
            await ImportAsync(world,
                $"{Head}SUMMARY:S\nSEQUENCE:3\nDTSTAMP:20261020T000000Z\nDTSTART:20261117T050100Z{Tail}"));
        Assert.Equal("added 0, revised 0, edited 0, unchanged 1",
            await ImportAsync(world,
                $"{Head}SEQUENCE:4\nLAST-MODIFIED:20261021T000000Z\nDTSTART:20261117T050100Z{Tail}"));
        await world.SleepUntil("2026-11-02 00:00");

        Assert.Equal("added 0, revised 0, edited 0, unchanged 1",
            await ImportAsync(world,
                $"{Head}SUMMARY:T\nSEQUENCE:3\nDTSTAMP:20261020T000000Z\nDTSTART:20261110T050100Z{Tail}"));

        var date = await world.Get<IKeyDates>().FindAsync("a", Cancel);
        Assert.Equal(("S", 1), (date!.KeyDate.Title, date.Number));
        Assert.Equal(4, (await world.Get<IKeyDates>().LastReadAsync("a", Cancel))!.Sequence);
    }

    [Fact]
    public async Task A_date_that_an_operator_wrote_is_never_stale_and_a_json_file_leaves_no_stamp()
    {
        await using var world = await worlds.At("2026-11-01 00:00");
        await world.Date("a", "2026-11-17 05:01");
        await ImportAsync(
            world, """{"id":"a","title":"J","when":{"date":"2026-11-18","time":"05:01","timeZone":"UTC"}}""");
        Assert.Null(await world.Get<IKeyDates>().LastReadAsync("a", Cancel));
        Assert.Equal("added 0, revised 1, edited 0, unchanged 0",
            await ImportAsync(world, $"{Head}DTSTAMP:20200101T000000Z\nDTSTART:20261110T050100Z{Tail}"));
        Assert.Equal("J", (await world.Get<IKeyDates>().FindAsync("a", Cancel))!.KeyDate.Title);
    }

    [Fact]
    public async Task A_repeated_cancellation_notifies_nobody_again()
    {
        await using var world = await worlds.At("2026-11-01 00:00");
        var reader = await world.Subscribe("P7D");
        await ImportAsync(world, $"{Head}SUMMARY:S\nDTSTART:20261110T050100Z{Tail}");
        await world.RunUntil("2026-11-04 00:00");
        await ImportAsync(world, $"{Head}SEQUENCE:1\nSTATUS:CANCELLED\nDTSTART:20261110T050100Z{Tail}");
        await world.Settle();
        await ImportAsync(world, $"BEGIN:VCALENDAR\nMETHOD:CANCEL\nBEGIN:VEVENT\nUID:a\nSEQUENCE:1{Tail}");
        await world.Settle();

        Assert.Equal(["2026-11-03 09:00 P7D r1", "2026-11-04 00:00 cancelled r2 from r1"], world.Got(reader));
    }

    [Fact]
    public async Task A_preview_counts_who_is_notified_by_channel_and_stores_nothing()
    {
        await using var world = await worlds.At("2026-11-01 00:00");
        await world.Subscribe("P30D");
        await world.Subscribe("P30D");
        var imports = world.Get<DateImports>();
        var plan =
            await imports.PlanAsync(
                DatesFile.Read(Encoding.UTF8.GetBytes($"{Head}SUMMARY:S\nDTSTART:20261110T050100Z{Tail}")), Cancel);

        var change = Assert.Single(plan.Changes);
        Assert.Equal("On saving, 2 notifications go out: 2 by email.",
            ImpactText.Total(await imports.ImpactAsync(change, Cancel)));
        Assert.Equal("added 1, revised 0, edited 0, unchanged 0", plan.Count.ToString());
        Assert.Null(await world.Get<IKeyDates>().FindAsync("a", Cancel));
    }

    private static async Task<string> ImportAsync(World world, string file)
    {
        var imports = world.Get<DateImports>();
        var plan = await imports.PlanAsync(DatesFile.Read(Encoding.UTF8.GetBytes(file)), Cancel);
        Assert.Empty(plan.Errors);
        return ImportCount.Of(await imports.SaveAsync(plan, Cancel)).ToString();
    }
}

public sealed class CalendarImportOnSqliteFacts() : CalendarImportFacts(Worlds.OnSqlite);

public sealed class CalendarImportOnTableStorageFacts() : CalendarImportFacts(Worlds.OnTableStorage);
