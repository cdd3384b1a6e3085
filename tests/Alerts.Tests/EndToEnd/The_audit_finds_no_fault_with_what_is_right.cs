using Alerts.Due;
using Alerts.Ledger;

namespace Alerts.Tests.EndToEnd;

/// <summary>The audit uses the order of recording and the state at the start of each attempt. Times are UTC.</summary>
public abstract class The_audit_finds_no_fault_with_what_is_right(Worlds worlds)
{
    [Theory]
    [InlineData("15:00")]
    [InlineData("08:00")]
    public async Task A_retry_after_the_hour_was_edited(string hour)
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 12:00");
        var subscriber = await world.Subscribe("P1D");
        world.Answer = _ => Task.FromResult<SendResult>(new TryAgain(500, "no"));
        await world.RunUntil("2025-11-09 09:01");
        await world.Edit(subscriber, World.Preferences("P1D", at: hour));
        world.Answer = _ => Task.FromResult<SendResult>(new Delivered(200, "ok"));
        await world.RunUntil("2025-11-12 00:00");

        Assert.Equal(DeliveryState.Delivered, Assert.Single(await world.Ledger(subscriber)).State);
        await CleanAsync(world);
    }

    [Fact]
    public async Task A_correction_recorded_by_a_clock_set_back()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 12:00");
        var subscriber = await world.Subscribe("P7D P1D");
        await world.RunUntil("2025-11-03 10:00");
        await world.SleepUntil("2025-11-03 06:00");
        await world.Date("truce", "2025-11-20 12:00");
        await world.RunUntil("2025-12-01 00:00");

        Assert.Equal(
            ["2025-11-03 09:00 P7D r1", "2025-11-03 06:00 rescheduled r2 from r1", "2025-11-13 09:00 P7D r2",
                "2025-11-19 09:00 P1D r2"],
            world.Got(subscriber));
        await CleanAsync(world);
    }

    [Fact]
    public async Task A_reminder_sent_again_under_an_earlier_hour_than_the_one_it_was_sent_at()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 12:00");
        var subscriber = await world.Subscribe("P1D");
        await world.RunUntil("2025-11-09 10:00");
        await world.Edit(subscriber, World.Preferences("P1D", at: "11:00"));
        await world.RunUntil("2025-11-12 00:00");

        Assert.Equal(["2025-11-09 09:00 P1D r1"], world.Got(subscriber));
        await CleanAsync(world);
    }

    [Fact]
    public async Task A_correction_that_was_given_up_is_not_stale()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-20 12:00");
        var subscriber = await world.Subscribe("P14D");
        await world.RunUntil("2025-11-06 10:00");
        world.Answer = _ => Task.FromResult<SendResult>(new GaveUp(550, "no such mailbox",
            "refused by the mail server"));
        await world.Cancel("truce");
        await world.RunUntil("2025-11-07 00:00");

        Assert.Contains(await world.Ledger(subscriber), row =>
            row is { Kind: AlertKind.Cancelled, State: DeliveryState.Failed });
        await CleanAsync(world);
    }

    private static async Task CleanAsync(World world)
    {
        await world.Watcher.RunAsync(CancellationToken.None);
        var audit = await world.Audit();
        Assert.True(audit.IsClean, string.Join('\n', audit.Problems.Select(problem => problem.Problem)));
    }
}

/// <summary>Runs the tests on SQLite, which is both store and queue.</summary>
public sealed class The_audit_finds_no_fault_with_what_is_right_on_SQLite()
    : The_audit_finds_no_fault_with_what_is_right(Worlds.OnSqlite);

/// <summary>Runs the tests on Table Storage with a separate queue.</summary>
public sealed class The_audit_finds_no_fault_with_what_is_right_on_Table_Storage()
    : The_audit_finds_no_fault_with_what_is_right(Worlds.OnTableStorage);
