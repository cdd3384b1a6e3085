using Alerts.Dates;
using Alerts.Ledger;
using Alerts.Senders;

namespace Alerts.Tests.EndToEnd;

/// <summary>
/// Section 4 of the contract, case by case. Times are UTC; the date is at 12:00 unless a case says otherwise.
/// </summary>
public abstract class When_a_date_changes_those_told_something_else_hear_of_it_once(Worlds worlds)
{
    [Fact]
    public async Task Moved_later_after_a_reminder()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 12:00");
        var told = await world.Subscribe("P7D P1D");
        var notTold = await world.Subscribe("P1D");
        await world.RunUntil("2025-11-04 00:00");
        await world.Date("truce", "2025-11-20 12:00");
        await world.RunUntil("2025-12-01 00:00");

        Assert.Equal(
            [
                "2025-11-03 09:00 P7D r1",
                "2025-11-04 00:00 rescheduled r2 from r1",
                "2025-11-13 09:00 P7D r2",
                "2025-11-19 09:00 P1D r2",
            ],
            world.Got(told));
        Assert.Equal(["2025-11-19 09:00 P1D r2"], world.Got(notTold));
    }

    [Fact]
    public async Task The_state_before_is_the_one_that_was_told()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 12:00", status: DateStatus.Tentative);
        await world.Subscribe("P7D");
        await world.RunUntil("2025-11-04 00:00");
        await world.Date("truce", "2025-11-10 12:00"); // confirmed: not a new revision
        await world.Date("truce", "2025-11-20 12:00");
        await world.RunUntil("2025-11-05 00:00");

        Assert.Equal(DateStatus.Tentative, world.Alerts.ElementAt(1).Previous?.Status);
    }

    [Fact]
    public async Task Moved_earlier_past_some_leads()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-20 12:00");
        var told = await world.Subscribe("P14D P7D P1D");
        var notTold = await world.Subscribe("P7D P3D P1D");
        await world.RunUntil("2025-11-07 00:00");
        await world.Date("truce", "2025-11-09 12:00");
        await world.RunUntil("2025-12-01 00:00");

        Assert.Equal(
            ["2025-11-06 09:00 P14D r1", "2025-11-07 00:00 rescheduled r2 from r1", "2025-11-08 09:00 P1D r2"],
            world.Got(told));
        // P7D and P3D of the new date have passed. The nearer of the two is due at once for a subscriber who was not
        // yet notified.
        Assert.Equal(["2025-11-07 00:00 P3D r2", "2025-11-08 09:00 P1D r2"], world.Got(notTold));
    }

    [Fact]
    public async Task Moved_twice_before_the_correction_went_out()
    {
        await using var world = await worlds.At("2025-11-01 00:00", ("Corrections:Hold", "PT10M"));
        await world.Date("truce", "2025-11-10 12:00");
        var told = await world.Subscribe("P7D P1D");
        await world.RunUntil("2025-11-04 00:00");
        await world.Date("truce", "2025-11-20 12:00");
        await world.RunUntil("2025-11-04 00:05");
        await world.Date("truce", "2025-11-25 12:00");
        await world.RunUntil("2025-12-01 00:00");

        Assert.Equal(
            [
                "2025-11-03 09:00 P7D r1",
                "2025-11-04 00:15 rescheduled r3 from r1",
                "2025-11-18 09:00 P7D r3",
                "2025-11-24 09:00 P1D r3",
            ],
            world.Got(told));
    }

    [Fact]
    public async Task Moved_and_moved_back_within_the_hold_was_never_said()
    {
        await using var world = await worlds.At("2025-11-01 00:00", ("Corrections:Hold", "PT10M"));
        await world.Date("truce", "2025-11-10 12:00");
        var told = await world.Subscribe("P7D P1D");
        await world.RunUntil("2025-11-04 00:00");
        await world.Date("truce", "2025-11-20 12:00");
        await world.RunUntil("2025-11-04 00:05");
        await world.Date("truce", "2025-11-10 12:00");
        await world.RunUntil("2025-12-01 00:00");

        Assert.Equal(["2025-11-03 09:00 P7D r1", "2025-11-09 09:00 P1D r3"], world.Got(told));
    }

    [Fact]
    public async Task Moved_and_moved_back_after_the_correction_is_corrected_again()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 12:00");
        var told = await world.Subscribe("P7D");
        await world.RunUntil("2025-11-04 00:00");
        await world.Date("truce", "2025-11-20 12:00");
        await world.RunUntil("2025-11-05 00:00");
        await world.Date("truce", "2025-11-10 12:00");
        await world.RunUntil("2025-12-01 00:00");

        Assert.Equal(
            [
                "2025-11-03 09:00 P7D r1",
                "2025-11-04 00:00 rescheduled r2 from r1",
                "2025-11-05 00:00 rescheduled r3 from r2",
            ],
            world.Got(told));
    }

    [Fact]
    public async Task Cancelled_and_reinstated()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 12:00");
        var told = await world.Subscribe("P7D P1D");
        var notTold = await world.Subscribe("P1D");
        await world.RunUntil("2025-11-04 00:00");
        await world.Cancel("truce");
        await world.Cancel("truce");
        await world.RunUntil("2025-11-05 00:00");
        await world.Date("truce", "2025-11-10 12:00");
        await world.RunUntil("2025-12-01 00:00");

        Assert.Equal(
            [
                "2025-11-03 09:00 P7D r1",
                "2025-11-04 00:00 cancelled r2 from r1",
                "2025-11-05 00:00 rescheduled r3 from r2",
                "2025-11-09 09:00 P1D r3",
            ],
            world.Got(told));
        Assert.Equal(["2025-11-09 09:00 P1D r3"], world.Got(notTold));
    }

    [Fact]
    public async Task Moved_while_cancelled_is_told_when_it_is_reinstated()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 12:00");
        var told = await world.Subscribe("P7D");
        await world.RunUntil("2025-11-04 00:00");
        await world.Cancel("truce");
        await world.RunUntil("2025-11-05 00:00");
        await world.Date("truce", "2025-11-12 12:00", status: DateStatus.Cancelled);
        await world.RunUntil("2025-11-06 00:00");
        await world.Date("truce", "2025-11-12 12:00");
        await world.RunUntil("2025-12-01 00:00");

        Assert.Equal(
            [
                "2025-11-03 09:00 P7D r1",
                "2025-11-04 00:00 cancelled r2 from r1",
                "2025-11-06 00:00 rescheduled r4 from r2",
            ],
            world.Got(told));
    }

    [Fact]
    public async Task Edits_alone_correct_nobody_and_reminders_carry_the_new_text()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 12:00", status: DateStatus.Tentative, title: "Old");
        var told = await world.Subscribe("P7D P1D");
        await world.RunUntil("2025-11-04 00:00");
        // same instant, another time zone
        await world.Date("truce", "2025-11-10 07:00", "America/New_York", title: "New");
        await world.RunUntil("2025-12-01 00:00");

        Assert.Equal(["2025-11-03 09:00 P7D r1", "2025-11-09 09:00 P1D r1"], world.Got(told));
        Assert.Equal("New", world.Alerts.Last().Date.KeyDate.Title);
    }

    [Fact]
    public async Task Added_at_short_notice()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        var follower = await world.Subscribe("P7D P3D P1D");
        var inQuietHours = await world.Subscribe("P7D P3D P1D", quiet: "22:00-07:00");
        await world.RunUntil("2025-11-08 03:00");
        await world.Date("truce", "2025-11-10 12:00");
        var later = await world.Subscribe("P7D P3D P1D");
        await world.RunUntil("2025-12-01 00:00");

        Assert.Equal(["2025-11-08 03:00 P3D r1", "2025-11-09 09:00 P1D r1"], world.Got(follower));
        Assert.Equal(["2025-11-08 07:00 P3D r1", "2025-11-09 09:00 P1D r1"], world.Got(inQuietHours));
        // confirming a subscription sends nothing for the past
        Assert.Equal(["2025-11-09 09:00 P1D r1"], world.Got(later));
    }

    [Fact]
    public async Task A_date_added_after_it_has_passed_owes_nothing()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        var follower = await world.Subscribe("P7D P1D P0D PT0S");
        await world.Date("past", "2025-10-30 12:00");
        await world.RunUntil("2025-12-01 00:00");

        Assert.Empty(world.Got(follower));
    }

    [Fact]
    public async Task Unsubscribed_in_between_hears_nothing_more()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 12:00");
        var told = await world.Subscribe("P7D P1D");
        await world.RunUntil("2025-11-04 00:00");
        await world.Subscriptions.EndAsync(told.Id, CancellationToken.None);
        await world.Date("truce", "2025-11-20 12:00");
        await world.RunUntil("2025-12-01 00:00");

        Assert.Equal(["2025-11-03 09:00 P7D r1"], world.Got(told));
    }

    [Fact]
    public async Task Who_no_longer_follows_the_date_is_corrected_all_the_same()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 12:00", topics: ["tariffs"]);
        var told = await world.Subscribe("P7D P1D", topics: ["tariffs"]);
        await world.RunUntil("2025-11-04 00:00");
        await world.Edit(told, World.Preferences("P7D P1D", topics: ["summits"]));
        await world.Date("truce", "2025-11-20 12:00", topics: ["tariffs"]);
        await world.RunUntil("2025-12-01 00:00");

        Assert.Equal(["2025-11-03 09:00 P7D r1", "2025-11-04 00:00 rescheduled r2 from r1"], world.Got(told));
    }

    [Fact]
    public async Task No_correction_when_it_had_passed_as_told_and_as_it_stands_now()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 12:00");
        var told = await world.Subscribe("P7D");
        await world.RunUntil("2025-11-12 00:00");
        await world.Date("truce", "2025-11-11 12:00");
        await world.RunUntil("2025-12-01 00:00");

        Assert.Equal(["2025-11-03 09:00 P7D r1"], world.Got(told));
    }

    [Fact]
    public async Task An_attempt_that_failed_counts_as_told()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 12:00");
        var told = await world.Subscribe("P7D");
        world.Answer = message => Task.FromResult<SendResult>(
            ((OutboundAlert)message).Date.KeyDate.Revision == 1 ? new TryAgain(503, "busy") : new Delivered(200, "ok"));
        await world.RunUntil("2025-11-03 09:01");
        await world.Date("truce", "2025-11-20 12:00");
        await world.RunUntil("2025-11-13 00:00");

        Assert.Equal("2025-11-03 09:01 rescheduled r2 from r1", world.Got(told)[^1]);
        Assert.Equal(2, world.Got(told).Count(line => line.EndsWith(" P7D r1", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_correction_waits_for_what_is_at_the_wire()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 12:00");
        var told = await world.Subscribe("P7D");
        var atTheWire = new TaskCompletionSource();
        var answer = new TaskCompletionSource<SendResult>();
        world.Answer = message =>
        {
            if (((OutboundAlert)message).Date.KeyDate.Revision > 1)
            {
                return Task.FromResult<SendResult>(new Delivered(200, "ok"));
            }

            atTheWire.SetResult();
            return answer.Task;
        };
        var run = world.RunUntil("2025-11-20 00:00");
        await atTheWire.Task;
        await world.Date("truce", "2025-11-25 12:00");
        Assert.Equal(["2025-11-03 09:00 P7D r1"], world.Got(told));
        answer.SetResult(new Delivered(200, "ok"));
        await run;

        Assert.Equal(
            ["2025-11-03 09:00 P7D r1", "2025-11-03 09:00 rescheduled r2 from r1", "2025-11-18 09:00 P7D r2"],
            world.Got(told));
    }
}

/// <summary>Runs the tests on SQLite, which is both store and queue.</summary>
public sealed class When_a_date_changes_those_told_something_else_hear_of_it_once_on_SQLite()
    : When_a_date_changes_those_told_something_else_hear_of_it_once(Worlds.OnSqlite);

/// <summary>Runs the tests on Table Storage with a separate queue.</summary>
public sealed class When_a_date_changes_those_told_something_else_hear_of_it_once_on_Table_Storage()
    : When_a_date_changes_those_told_something_else_hear_of_it_once(Worlds.OnTableStorage);
