using Alerts.Ledger;
using Alerts.Senders;

namespace Alerts.Tests.EndToEnd;

/// <summary>
/// Quiet hours that end when the date starts, leads that fall due at the same instant, and leads or topics that an edit
/// removes and another restores. Times are UTC.
/// </summary>
public abstract class Edits_and_quiet_hours_lose_no_reminder(Worlds worlds)
{
    private static readonly Func<OutboundMessage, Task<SendResult>> Refuses = _ =>
        Task.FromResult<SendResult>(new TryAgain(500, "no"));
    private static readonly Func<OutboundMessage, Task<SendResult>> Accepts = _ =>
        Task.FromResult<SendResult>(new Delivered(200, "ok"));

    [Fact]
    public async Task A_late_reminder_goes_at_once_when_the_date_starts_as_quiet_hours_end()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 07:00");
        var subscriber = await world.Subscribe("PT3H", quiet: "22:00-07:00");
        await world.RunUntil("2025-11-10 03:00");
        await world.SleepUntil("2025-11-10 05:30");
        await world.RunUntil("2025-11-12 00:00");

        Assert.Equal(["2025-11-10 05:30 PT3H r1 late"], world.Got(subscriber));
    }

    [Fact]
    public async Task A_reminder_in_quiet_hours_goes_when_due_when_the_date_starts_as_they_end()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 07:00");
        var subscriber = await world.Subscribe("PT3H P1D", quiet: "22:00-07:00");
        await world.RunUntil("2025-11-12 00:00");

        Assert.Equal(["2025-11-09 09:00 P1D r1", "2025-11-10 04:00 PT3H r1"], world.Got(subscriber));
    }

    [Fact]
    public async Task What_waits_for_quiet_hours_goes_when_they_are_edited_away()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 12:00");
        var subscriber = await world.Subscribe("PT10H", quiet: "22:00-07:00");
        await world.RunUntil("2025-11-10 03:00");
        await world.Edit(subscriber, World.Preferences("PT10H"));
        await world.RunUntil("2025-11-12 00:00");

        Assert.Equal(["2025-11-10 03:00 PT10H r1"], world.Got(subscriber).Select(WithoutLate));
    }

    [Fact]
    public async Task A_lead_ahead_is_still_owed_when_its_instant_becomes_that_of_one_delivered()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 09:05");
        var subscriber = await world.Subscribe("P1D PT24H");
        await world.RunUntil("2025-11-09 09:02");
        await world.Edit(subscriber, World.Preferences("P1D PT24H", at: "09:05"));
        await world.RunUntil("2025-11-12 00:00");

        Assert.Equal(["2025-11-09 09:00 P1D r1", "2025-11-09 09:05 PT24H r1"], world.Got(subscriber));
    }

    [Fact]
    public async Task A_lead_takes_the_place_of_an_undelivered_one_of_the_same_instant_that_is_put_away()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-12 12:00"); // a Wednesday: both 1BD and P1D are due on Tuesday at 09:00
        var subscriber = await world.Subscribe("1BD P1D");
        world.Answer = Refuses;
        await world.RunUntil("2025-11-11 09:01");
        world.Answer = Accepts;
        await world.Edit(subscriber, World.Preferences("P1D"));
        await world.RunUntil("2025-11-14 00:00");

        Assert.Equal("P1D r1", world.Got(subscriber)[^1][17..23]);
        var delivered = Assert.Single(await world.Ledger(subscriber), row => row.State == DeliveryState.Delivered);
        Assert.Equal("P1D", delivered.Lead);
    }

    [Theory]
    [InlineData("P1D", "elsewhere")] // the topics are removed and restored
    [InlineData("PT1H", "tariffs")] // the lead is removed and restored
    public async Task A_reminder_in_back_off_survives_what_is_put_away_and_back(string leads, string topic)
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 12:00");
        var subscriber = await world.Subscribe("P1D", topics: ["tariffs"]);
        world.Answer = Refuses;
        await world.RunUntil("2025-11-09 09:01");
        await world.Edit(subscriber, World.Preferences(leads, topics: [topic]));
        await world.RunUntil("2025-11-09 09:02");
        world.Answer = Accepts;
        await world.Edit(subscriber, World.Preferences("P1D", topics: ["tariffs"]));
        await world.RunUntil("2025-11-10 06:00");

        Assert.Equal(DeliveryState.Delivered, Assert.Single(await world.Ledger(subscriber), row =>
            row.Lead == "P1D").State);
    }

    // P1D is enqueued early, then removed by an edit before it falls due. At its instant nobody asks for it.
    [Fact]
    public async Task A_void_reminder_overtakes_nothing()
    {
        await using var world = await worlds.At("2025-11-01 00:00", ("Watch:Every", "P1D"));
        await world.Date("truce", "2025-11-10 12:00");
        var subscriber = await world.Subscribe("P3D P1D");
        world.Answer = Refuses;
        await world.RunUntil("2025-11-09 08:00"); // P3D is in back-off, P1D is enqueued
        await world.Edit(subscriber, World.Preferences("P3D"));
        await world.RunUntil("2025-11-09 09:30");
        world.Answer = Accepts;
        await world.RunUntil("2025-11-10 11:00");

        Assert.Equal(DeliveryState.Delivered, Assert.Single(await world.Ledger(subscriber), row =>
            row.Lead == "P3D").State);
    }

    [Fact]
    public async Task A_date_whose_new_topics_match_is_told_at_short_notice()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 12:00", topics: ["unrelated"]);
        var subscriber = await world.Subscribe("P7D P1D", topics: ["tariffs"]);
        await world.RunUntil("2025-11-05 10:00");
        await world.Date("truce", "2025-11-10 12:00", topics: ["tariffs"]);
        await world.RunUntil("2025-11-12 00:00");

        Assert.Equal(["2025-11-05 10:00 P7D r1", "2025-11-09 09:00 P1D r1"], world.Got(subscriber));
    }

    // Later changes are ordered by sequence, not by the clock: the edit was made at 12:00, a time that the clock then
    // shows again.
    [Fact]
    public async Task A_clock_set_back_loses_nothing_that_follows()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-20 12:00");
        await world.Date("summit", "2025-11-30 12:00");
        var subscriber = await world.Subscribe("P16D P2D");
        await world.RunUntil("2025-11-04 12:00");
        await world.Edit(subscriber, World.Preferences("P16D P5D P2D"));
        await world.SleepUntil("2025-11-03 10:00");
        await world.Cancel("truce");
        await world.Date("summit", "2025-11-20 10:00");
        await world.RunUntil("2025-11-05 00:00");

        Assert.Equal(
            ["2025-11-04 09:00 P16D r1", "2025-11-03 10:00 cancelled r2 from r1", "2025-11-04 09:00 P16D r2"],
                world.Got(subscriber));
    }

    private static string WithoutLate(string line) => line.Replace(" late", "", StringComparison.Ordinal);
}

/// <summary>Runs the tests on SQLite, which is both store and queue.</summary>
public sealed class Edits_and_quiet_hours_lose_no_reminder_on_SQLite()
    : Edits_and_quiet_hours_lose_no_reminder(Worlds.OnSqlite);

/// <summary>Runs the tests on Table Storage with a separate queue.</summary>
public sealed class Edits_and_quiet_hours_lose_no_reminder_on_Table_Storage()
    : Edits_and_quiet_hours_lose_no_reminder(Worlds.OnTableStorage);
