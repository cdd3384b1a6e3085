using Alerts.Ledger;

namespace Alerts.Tests.Stores;

/// <summary>
/// What was recorded before the clock was set back comes before everything that follows, whatever time it carries.
/// Each world is audited at the end. Times are UTC.
/// </summary>
public abstract class ClockSetBackFacts(Worlds worlds)
{
    [Fact]
    public async Task A_subscription_confirmed_at_a_later_time_gets_what_falls_due_after_it()
    {
        await using var world = await worlds.At("2025-11-05 12:00");
        await world.Date("truce", "2025-11-10 12:00");
        var reader = await world.Subscribe("P6D P1D");
        await world.SleepUntil("2025-11-03 12:00");
        await world.RunUntil("2025-11-12 00:00");

        Assert.Equal(["2025-11-04 09:00 P6D r1", "2025-11-09 09:00 P1D r1"], world.Got(reader));
    }

    [Fact]
    public async Task An_edit_of_the_title_does_not_lose_a_reminder_that_falls_due_again()
    {
        await using var world = await worlds.At("2025-11-05 12:00");
        await world.Date("truce", "2025-11-10 12:00");
        var reader = await world.Subscribe("P6D P1D");
        await world.SleepUntil("2025-11-03 12:00");
        await world.Date("truce", "2025-11-10 12:00", title: "Something else happens");
        await world.RunUntil("2025-11-12 00:00");

        Assert.Equal(["2025-11-04 09:00 P6D r1", "2025-11-09 09:00 P1D r1"], world.Got(reader));
    }

    // The date was added at 12:00 on the 5th, which the clock then shows again.
    [Theory]
    [InlineData("ended")]
    [InlineData("edited")]
    [InlineData("confirmed")]
    public async Task A_subscription_changed_at_an_earlier_time_than_its_date_gets_what_falls_due_after_it(string what)
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        var reader = await world.Subscribe("P7D P6D P1D");
        await world.RunUntil("2025-11-05 12:00");
        await world.Date("truce", "2025-11-10 12:00");
        await world.RunUntil("2025-11-05 13:00");
        await world.SleepUntil("2025-11-02 12:00");
        if (what == "ended")
        {
            await world.Subscriptions.EndAsync(reader.Id, CancellationToken.None);
            await world.Subscriptions.ResumeAsync(reader.Id, CancellationToken.None);
        }
        else if (what == "edited")
        {
            await world.Edit(reader, World.Preferences("P7D P6D PT1H"));
        }
        else
        {
            reader = await world.Subscribe("P7D P1D");
        }

        await world.RunUntil("2025-11-12 00:00");

        Assert.Contains("2025-11-03 09:00 P7D r1", world.Got(reader));
    }

    // The reminder of 09:00 is refused until the clock is set back; then the subscription ends and is resumed.
    [Theory]
    [InlineData("2025-11-03 08:00", "2025-11-03 08:30", "2025-11-03 09:00")]
    [InlineData("2025-11-03 08:00", "2025-11-03 09:30", "2025-11-03 09:30")]
    [InlineData("2025-11-03 09:05", "2025-11-03 09:05", "2025-11-03 09:05")]
    public async Task A_subscription_that_is_resumed_keeps_a_reminder_that_was_retried_before(
        string endedAt, string resumedAt, string sentAt)
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 12:00");
        var reader = await world.Subscribe("P7D");
        world.Answer = _ => Task.FromResult<SendResult>(new TryAgain(500, "no"));
        await world.RunUntil("2025-11-03 10:00");
        await world.Date("truce", "2025-11-10 12:00", title: "Something else happens");
        await world.RunUntil("2025-11-03 11:00");
        await world.SleepUntil(endedAt);
        await world.Subscriptions.EndAsync(reader.Id, CancellationToken.None);
        world.Answer = _ => Task.FromResult<SendResult>(new Delivered(200, "ok"));
        await world.RunUntil(resumedAt);
        await world.Subscriptions.ResumeAsync(reader.Id, CancellationToken.None);
        await world.RunUntil("2025-11-12 00:00");

        Assert.Equal(World.Utc(sentAt), world.Alerts.Last().At);
        Assert.Equal(DeliveryState.Delivered, Assert.Single(await world.Ledger(reader)).State);
    }

    // The lead was removed and added again at earlier times than that of the date's version.
    [Fact]
    public async Task A_lead_that_is_put_back_goes_when_it_falls_due()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        var reader = await world.Subscribe("P7D P6D P1D");
        await world.RunUntil("2025-11-05 12:00");
        await world.Date("truce", "2025-11-10 12:00");
        await world.RunUntil("2025-11-05 13:00");
        await world.SleepUntil("2025-11-03 08:50");
        await world.Settle();
        await world.Edit(reader, World.Preferences("P6D P1D"));
        await world.Settle();
        await world.Edit(reader, World.Preferences("P7D P6D P1D"));
        await world.RunUntil("2025-11-12 00:00");

        Assert.Equal(
            ["2025-11-05 12:00 P6D r1", "2025-11-03 09:00 P7D r1", "2025-11-09 09:00 P1D r1"], world.Got(reader));
    }
}

/// <summary>Runs the tests on SQLite, which is both store and queue.</summary>
public sealed class ClockSetBackFactsOnSqlite() : ClockSetBackFacts(Worlds.OnSqlite);

/// <summary>Runs the tests on Table Storage with a separate queue.</summary>
public sealed class ClockSetBackFactsOnTableStorage() : ClockSetBackFacts(Worlds.OnTableStorage);
