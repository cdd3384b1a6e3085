using Alerts.Ledger;
using Alerts.Senders;

namespace Alerts.Tests.EndToEnd;

/// <summary>A mail is in doubt after a time-out: it may or may not have been sent. Times are UTC.</summary>
public abstract class A_mail_in_doubt_waits_for_word_of_it(Worlds worlds)
{
    private static readonly InDoubt Doubt = new("no answer", Duration.FromMinutes(10));

    [Fact]
    public async Task Without_word_it_is_sent_again_after_ten_minutes_under_the_same_key()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 12:00");
        var subscriber = await world.Subscribe("P1D");
        world.Answer = AtFirst(1);
        await world.RunUntil("2025-11-09 09:09");

        var waiting = Assert.Single(await world.Ledger(subscriber));
        Assert.Equal(DeliveryState.Sending, waiting.State);
        Assert.Equal(World.Utc("2025-11-09 09:10"), waiting.NextAttemptAt);
        Assert.Equal("no answer", Assert.Single(waiting.Attempts).Response);

        await world.RunUntil("2025-11-10 12:00");

        Assert.Equal(["2025-11-09 09:00 P1D r1", "2025-11-09 09:10 P1D r1"], world.Got(subscriber));
        Assert.Single(world.Alerts.Select(alert => alert.Id).Distinct());
        Assert.Equal(DeliveryState.Delivered, Assert.Single(await world.Ledger(subscriber)).State);
    }

    [Fact]
    public async Task In_doubt_to_the_end_it_is_given_up_after_ten_attempts()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 12:00");
        var subscriber = await world.Subscribe("P1D");
        world.Answer = AtFirst(100);
        await world.RunUntil("2025-11-10 12:00");

        var failed = Assert.Single(await world.Ledger(subscriber));
        Assert.Equal((DeliveryState.Failed, 10), (failed.State, failed.Attempts.Count));
    }

    [Fact]
    public async Task A_reminder_in_doubt_is_not_repeated_after_its_deadline()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 12:00");
        var subscriber = await world.Subscribe("PT5M");
        world.Answer = AtFirst(100);
        await world.RunUntil("2025-11-11 12:00");

        Assert.Equal(["2025-11-10 11:55 PT5M r1"], world.Got(subscriber));
        Assert.Equal(DeliveryState.Expired, Assert.Single(await world.Ledger(subscriber)).State);
    }

    // The reminder may have arrived with the old date, so the subscriber is sent the correction.
    [Fact]
    public async Task A_reminder_in_doubt_counts_as_told_when_its_date_moves()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 12:00");
        var subscriber = await world.Subscribe("P1D");
        world.Answer = AtFirst(1);
        await world.RunUntil("2025-11-09 09:05");
        await world.Date("truce", "2025-12-10 12:00");
        await world.RunUntil("2025-11-10 12:00");

        Assert.Equal(["2025-11-09 09:00 P1D r1", "2025-11-09 09:05 rescheduled r2 from r1"], world.Got(subscriber));
    }

    [Fact]
    public async Task A_correction_in_doubt_is_sent_again_as_well()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 12:00");
        var subscriber = await world.Subscribe("P1D");
        await world.RunUntil("2025-11-09 09:05");
        world.Answer = AtFirst(1);
        await world.Date("truce", "2025-12-10 12:00");
        await world.RunUntil("2025-11-10 12:00");

        Assert.Equal(
            [
                "2025-11-09 09:00 P1D r1",
                "2025-11-09 09:05 rescheduled r2 from r1",
                "2025-11-09 09:15 rescheduled r2 from r1",
            ],
            world.Got(subscriber));
    }

    private static Func<OutboundMessage, Task<SendResult>> AtFirst(int times) => _ =>
        Task.FromResult<SendResult>(Interlocked.Decrement(ref times) >= 0 ? Doubt : new Delivered(202, "ok"));
}

/// <summary>Runs the tests on SQLite, which is both store and queue.</summary>
public sealed class A_mail_in_doubt_waits_for_word_of_it_on_SQLite()
    : A_mail_in_doubt_waits_for_word_of_it(Worlds.OnSqlite);

/// <summary>Runs the tests on Table Storage with a separate queue.</summary>
public sealed class A_mail_in_doubt_waits_for_word_of_it_on_Table_Storage()
    : A_mail_in_doubt_waits_for_word_of_it(Worlds.OnTableStorage);
