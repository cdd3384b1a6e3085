using Alerts.Dates;
using Alerts.Ledger;
using Alerts.Subscriptions;
using Alerts.Watch;

namespace Alerts.Tests.EndToEnd;

/// <summary>
/// Sections 3, 7 and 11 of the contract on a whole service: lateness, edits, retries and disabled endpoints. Times are
/// UTC.
/// </summary>
public abstract class A_reminder_leaves_when_due_and_only_while_it_is_owed(Worlds worlds)
{
    [Theory]
    [InlineData(
        "2025-11-03 09:30",
        "2025-11-03 09:30 P7D r1 late",
        "2025-11-09 09:00 P1D r1",
        "2025-11-10 11:00 PT1H r1")] // P7D is half an hour late
    [InlineData("2025-11-09 10:00", "2025-11-09 10:00 P1D r1 late", "2025-11-10 11:00 PT1H r1")] // P1D supersedes P7D
    [InlineData("2025-11-10 11:59", "2025-11-10 11:59 PT1H r1 late")] // only the lead nearest to the date is sent
    [InlineData("2025-11-10 12:00", "2025-11-10 12:00 PT1H r1 late")] // an alert at its deadline is still in time
    [InlineData("2025-12-20 00:00")] // nothing is sent for a date that has passed
    public async Task After_downtime_only_the_nearest_goes_out(string until, params string[] expected)
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 12:00");
        var subscriber = await world.Subscribe("P7D P1D PT1H");
        await world.SleepUntil(until);
        await world.RunUntil("2025-12-31 00:00");

        Assert.Equal(expected, world.Got(subscriber));
        var states = (await world.Ledger(subscriber)).ToDictionary(
            delivery => delivery.Lead, delivery => delivery.State);
        Assert.Equal(3, states.Count); // every alert that fell due has a row, sent or not
        Assert.All(states, one =>
            Assert.True(one.Value is DeliveryState.Delivered or DeliveryState.Void or DeliveryState.Expired));
        Assert.Equal(expected.Length, states.Values.Count(state => state == DeliveryState.Delivered));
    }

    [Fact]
    public async Task A_late_first_attempt_waits_for_the_end_of_quiet_hours()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 12:00");
        var subscriber = await world.Subscribe("P7D", quiet: "22:00-07:00");
        await world.SleepUntil("2025-11-03 23:30");
        await world.RunUntil("2025-11-05 00:00");

        Assert.Equal(["2025-11-04 07:00 P7D r1 late"], world.Got(subscriber));
    }

    [Fact]
    public async Task A_lead_taken_out_is_not_sent_and_one_put_back_is()
    {
        await using var world = await worlds.At("2025-11-01 00:00", ("Watch:Every", "P1D"));
        await world.Date("truce", "2025-11-10 12:00");
        var out_ = await world.Subscribe("P7D P1D");
        var back = await world.Subscribe("P7D P1D");
        await world.RunUntil("2025-11-03 08:30"); // P7D of both subscribers is in the queue
        await world.Edit(out_, World.Preferences("P1D"));
        await world.Edit(back, World.Preferences("P1D"));
        await world.RunUntil("2025-11-03 08:40");
        await world.Edit(back, World.Preferences("P7D P1D"));
        await world.RunUntil("2025-11-20 00:00");

        Assert.Equal(["2025-11-09 09:00 P1D r1"], world.Got(out_));
        Assert.Equal(["2025-11-03 09:00 P7D r1", "2025-11-09 09:00 P1D r1"], world.Got(back));
    }

    [Fact]
    public async Task Another_hour_moves_what_is_ahead_and_repeats_nothing()
    {
        await using var world = await worlds.At("2025-11-01 00:00", ("Watch:Every", "P1D"));
        await world.Date("truce", "2025-11-10 12:00");
        var later = await world.Subscribe("P7D P1D");
        var intoThePast = await world.Subscribe("P7D P1D");
        var afterwards = await world.Subscribe("P7D P1D");
        await world.RunUntil("2025-11-03 08:30");
        await world.Edit(later, World.Preferences("P7D P1D", at: "15:00"));
        await world.Edit(intoThePast, World.Preferences("P7D P1D", at: "08:00"));
        await world.RunUntil("2025-11-03 10:00");
        // P7D was sent at 09:00, and each lead is sent only once
        await world.Edit(afterwards, World.Preferences("P7D P1D", at: "11:00"));
        await world.RunUntil("2025-11-20 00:00");

        Assert.Equal(["2025-11-03 15:00 P7D r1", "2025-11-09 15:00 P1D r1"], world.Got(later));
        Assert.Equal(["2025-11-03 08:30 P7D r1", "2025-11-09 08:00 P1D r1"], world.Got(intoThePast));
        Assert.Equal(["2025-11-03 09:00 P7D r1", "2025-11-09 11:00 P1D r1"], world.Got(afterwards));
    }

    [Fact]
    public async Task Retries_end_at_the_deadline()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 12:00");
        var subscriber = await world.Subscribe("PT1H");
        world.Answer = _ => Task.FromResult<SendResult>(new TryAgain(500, "no"));
        await world.RunUntil("2025-11-20 00:00");

        var delivery = Assert.Single(await world.Ledger(subscriber));
        Assert.True(delivery.State is DeliveryState.Expired or DeliveryState.Failed);
        Assert.All(delivery.Attempts, attempt => Assert.True(attempt.At <= World.Utc("2025-11-10 12:00")));
        Assert.True(delivery.Attempts.Count >= 4);
    }

    [Fact]
    public async Task Ten_failures_give_up_and_resending_uses_the_same_key()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2026-11-10 12:00");
        var subscriber = await world.Subscribe("P12M");
        await world.Edit(subscriber, World.Preferences("P11M"));
        world.Answer = _ => Task.FromResult<SendResult>(new TryAgain(500, "no"));
        await world.RunUntil("2025-12-31 00:00");
        var failed = Assert.Single(await world.Ledger(subscriber));
        Assert.Equal((DeliveryState.Failed, 10), (failed.State, failed.Attempts.Count));

        world.Answer = _ => Task.FromResult<SendResult>(new Delivered(200, "ok"));
        Assert.Equal(Resent.Queued, await world.Get<IDeliveries>().ResendAsync(failed, CancellationToken.None));
        await world.Settle();
        var resent = Assert.Single(await world.Ledger(subscriber));
        Assert.Equal((DeliveryState.Delivered, failed.Key, 11), (resent.State, resent.Key, resent.Attempts.Count));
        // What is sent again on request has no deadline, in the list and in the message.
        Assert.NotNull(failed.Expires);
        Assert.Null(resent.Expires);
        Assert.Null(world.Alerts.Last().Expires);
    }

    [Fact]
    public async Task Resending_what_is_not_followed_any_more_sends_it_once_and_an_edit_does_not_again()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 12:00", topics: ["tariffs"]);
        var subscriber = await world.Subscribe("P7D", topics: ["tariffs"]);
        await world.RunUntil("2025-11-03 10:00");
        await world.Edit(subscriber, World.Preferences("P7D", topics: ["other"]));
        var delivered = Assert.Single(await world.Ledger(subscriber));
        Assert.Equal(Resent.Queued, await world.Get<IDeliveries>().ResendAsync(delivered, CancellationToken.None));
        await world.Settle();
        Assert.Equal(["2025-11-03 09:00 P7D r1", "2025-11-03 10:00 P7D r1 late"], world.Got(subscriber));

        // Requested again, but the subscriber follows the date again before it is sent.
        Assert.Equal(Resent.Queued, await world.Get<IDeliveries>().ResendAsync(delivered, CancellationToken.None));
        await world.Edit(subscriber, World.Preferences("P7D", topics: ["tariffs"]));
        await world.RunUntil("2025-11-20 00:00");
        Assert.Equal(3, world.Got(subscriber).Count);
        Assert.Equal(DeliveryState.Delivered, Assert.Single(await world.Ledger(subscriber)).State);
    }

    [Fact]
    public async Task A_gone_endpoint_is_disabled_at_once_and_what_it_missed_can_be_recovered()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 12:00");
        var pending = await world.Subscriptions.SubscribeWebhookAsync(
            "https://example.com/hook", World.Preferences("P7D P3D P1D"), CancellationToken.None);
        await world.Settle(); // the recording channel consents to the verification
        Assert.Equal(
            SubscriptionStatus.Active,
            (await world.Subscriptions.FindAsync(pending.Id, CancellationToken.None))!.Status);
        world.Answer = _ => Task.FromResult<SendResult>(new Gone(410, "gone"));
        await world.RunUntil("2025-11-08 00:00");
        Assert.Equal(
            SubscriptionStatus.Disabled,
            (await world.Subscriptions.FindAsync(pending.Id, CancellationToken.None))!.Status);
        Assert.Equal(
            ["endpoint disabled", "endpoint disabled"],
            (await world.Ledger(pending)).Select(delivery => delivery.Reason));
        Assert.Single(world.Got(pending)); // P3D was kept without an attempt

        world.Answer = _ => Task.FromResult<SendResult>(new Delivered(200, "ok"));
        await world.Subscriptions.TestAsync(pending.Id, CancellationToken.None);
        await world.Settle();
        // P3D supersedes P7D, which is no longer owed.
        Assert.Equal(
            1,
            await world.Subscriptions.RecoverAsync(pending.Id, World.Utc("2025-11-01 00:00"), CancellationToken.None));
        await world.RunUntil("2025-11-20 00:00");
        Assert.Equal(
            ["2025-11-03 09:00 P7D r1", "2025-11-08 00:00 P3D r1 late", "2025-11-09 09:00 P1D r1"], world.Got(pending));
    }

    [Fact]
    public async Task What_receivers_answered_is_forgotten_after_30_days_and_when_it_was_sent_is_not()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-12-10 12:00");
        var subscriber = await world.Subscribe("P30D P1D");
        await world.RunUntil("2025-12-09 10:00");
        Assert.Equal(["ok", "ok"], (await world.Ledger(subscriber)).Select(delivery => delivery.Attempts[0].Response));
        await world.RunUntil("2025-12-20 00:00");

        // Rows are listed newest first.
        Assert.Equal(["ok", null], (await world.Ledger(subscriber)).Select(delivery => delivery.Attempts[0].Response));
        Assert.Equal(World.Utc("2025-11-10 09:00"), (await world.Ledger(subscriber))[1].Attempts[0].At);
    }

    [Fact]
    public async Task A_second_run_owes_nothing_new_also_with_the_clock_set_back()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 12:00");
        var subscriber = await world.Subscribe("P7D P1D");
        await world.RunUntil("2025-11-04 00:00");
        await world.SleepUntil("2025-11-02 00:00");
        await world.RunUntil("2025-11-20 00:00");

        Assert.Equal(["2025-11-03 09:00 P7D r1", "2025-11-09 09:00 P1D r1"], world.Got(subscriber));
    }

    [Fact]
    public async Task Leads_that_come_to_the_same_instant_are_one_alert()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-12 12:00");
        var subscriber = await world.Subscribe("P1D 1BD PT27H P0D PT0S");
        await world.RunUntil("2025-11-20 00:00");

        Assert.Equal(
            ["2025-11-11 09:00 1BD r1", "2025-11-12 09:00 P0D r1", "2025-11-12 12:00 PT0S r1"], world.Got(subscriber));
    }

    [Fact]
    public async Task A_slow_channel_never_holds_the_other_one_back()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 12:00");
        var email = await world.Subscribe("P7D");
        var webhook = await world.Subscriptions.SubscribeWebhookAsync(
            "https://example.com/hook", World.Preferences("P7D"), CancellationToken.None);
        await world.Settle();
        var slow = new TaskCompletionSource<SendResult>();
        var other = new TaskCompletionSource();
        world.Answer = message =>
        {
            if (message.Subscription.Channel.Name == "email")
            {
                return slow.Task;
            }

            other.SetResult();
            return Task.FromResult<SendResult>(new Delivered(200, "ok"));
        };
        var run = world.RunUntil("2025-11-04 00:00");
        await other.Task;
        slow.SetResult(new Delivered(200, "ok"));
        await run;

        Assert.Single(world.Got(email));
        Assert.Single(world.Got(webhook));
        Assert.Equal(Duration.Zero, world.Alerts.Max(alert => alert.At) - world.Alerts.Min(alert => alert.At));
    }

    [Fact]
    public async Task A_date_added_between_a_runs_look_and_its_end_is_not_lost()
    {
        await using var world = await worlds.At("2025-11-01 00:00", ("Watch:Every", "P1D"));
        var subscriber = await world.Subscribe("P1D");
        var (watch, horizon) = (world.Get<IWatch>(), World.Utc("2025-11-06 00:00"));
        await watch.BeginAsync(horizon, CancellationToken.None); // a run covers the time up to the horizon …
        await watch.EnqueueAsync(
            (await watch.LastRunAsync(CancellationToken.None))!.To,
            horizon,
            CancellationToken.None); // … and has enqueued what it found …
        await world
            .Get<IKeyDates>()
            .SaveAsync(
                new KeyDate(
                    "truce",
                    "Truce",
                    null,
                    [],
                    new Moment(new LocalDate(2025, 11, 6), new LocalTime(12, 0), DateTimeZone.Utc),
                    null,
                    DateStatus.Confirmed,
                    null,
                    null,
                    0),
                null,
                null,
                CancellationToken.None);
        // … but ends only after a date was added whose P1D is due within its window
        await watch.FinishAsync(new WatchRun(world.Now, horizon), CancellationToken.None);
        await world.RunUntil("2025-11-20 00:00");

        Assert.Equal(["2025-11-05 09:00 P1D r1"], world.Got(subscriber));
    }
}

/// <summary>Runs the tests on SQLite, which is both store and queue.</summary>
public sealed class A_reminder_leaves_when_due_and_only_while_it_is_owed_on_SQLite()
    : A_reminder_leaves_when_due_and_only_while_it_is_owed(Worlds.OnSqlite);

/// <summary>Runs the tests on Table Storage with a separate queue.</summary>
public sealed class A_reminder_leaves_when_due_and_only_while_it_is_owed_on_Table_Storage()
    : A_reminder_leaves_when_due_and_only_while_it_is_owed(Worlds.OnTableStorage);
