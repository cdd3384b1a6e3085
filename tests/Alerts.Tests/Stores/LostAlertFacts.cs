using Alerts.Dates;
using Alerts.Ledger;
using Alerts.Senders;
using Alerts.Subscriptions;

namespace Alerts.Tests.Stores;

/// <summary>
/// Alerts that an earlier version lost because they were refused, taken back or edited at the wrong moment. The date is
/// at 12:00 UTC unless a test says otherwise. What a subscriber got includes refused alerts.
/// </summary>
public abstract class LostAlertFacts(Worlds worlds)
{
    private static readonly Func<OutboundMessage, Task<SendResult>> Refused = _ =>
        Task.FromResult<SendResult>(new TryAgain(500, "no"));
    private static readonly Func<OutboundMessage, Task<SendResult>> TimedOut = _ =>
        Task.FromResult<SendResult>(new TryAgain(null, "no answer"));
    private static readonly Func<OutboundMessage, Task<SendResult>> Accepts = _ =>
        Task.FromResult<SendResult>(new Delivered(200, "ok"));

    [Fact]
    public async Task A_refused_cancellation_comes_after_the_cancelled_date_was_moved()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 12:00");
        var told = await world.Subscribe("P7D");
        await world.RunUntil("2025-11-04 00:00");
        world.Answer = Refused;
        await world.Cancel("truce");
        await world.Settle();
        world.Answer = Accepts;
        await world.Date("truce", "2025-11-12 12:00", status: DateStatus.Cancelled);
        await world.Settle();
        await world.Date("truce", "2025-11-13 12:00", status: DateStatus.Cancelled);
        await world.RunUntil("2025-12-01 00:00");

        Assert.Equal(["2025-11-03 09:00 P7D r1", "2025-11-04 00:00 cancelled r2 from r1",
            "2025-11-04 00:00 cancelled r3 from r1"], world.Got(told).Take(3));
        // The second move of the cancelled date changes nothing for a subscriber who knows that it is cancelled.
        Assert.Equal(3, world.Got(told).Count);
    }

    [Fact]
    public async Task A_refused_cancellation_is_taken_back_for_who_may_have_got_it()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 12:00");
        var told = await world.Subscribe("P7D");
        await world.RunUntil("2025-11-04 00:00");
        world.Answer = TimedOut;
        await world.Cancel("truce");
        await world.Settle();
        await world.Date("truce", "2025-11-10 12:00");
        await world.Settle();
        await world.Cancel("truce");
        await world.Settle();
        world.Answer = Accepts;
        await world.RunUntil("2025-11-10 12:00");

        Assert.Equal(
            ["2025-11-03 09:00 P7D r1", "2025-11-04 00:00 cancelled r2 from r1",
                "2025-11-04 00:00 rescheduled r3 from r2", "2025-11-04 00:00 cancelled r4 from r1"],
            world.Got(told).Take(4));
        Assert.Equal(DeliveryState.Delivered, (await world.Ledger(told)).Single(row => row.Revision == 4).State);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_reminder_is_not_lost_by_a_change_that_is_taken_back(bool isCancelled)
    {
        await using var world = await worlds.At("2025-11-01 00:00", ("Corrections:Hold", "PT1M"));
        await world.Date("truce", "2025-11-10 12:00");
        var refused = await world.Subscribe("P7D P1D");
        world.Answer = Refused;
        await world.RunUntil("2025-11-03 09:00");
        world.Answer = Accepts;
        await world.Date("truce", isCancelled ? "2025-11-10 12:00" : "2025-11-20 12:00", status: isCancelled
            ? DateStatus.Cancelled : DateStatus.Confirmed);
        await world.Date("truce", "2025-11-10 12:00");
        await world.RunUntil("2025-12-01 00:00");

        Assert.Equal(["2025-11-03 09:00 P7D r1", "2025-11-03 09:00 P7D r3", "2025-11-09 09:00 P1D r3"],
            world.Got(refused));
    }

    [Fact]
    public async Task A_change_that_is_taken_back_repeats_no_lead_that_was_delivered()
    {
        await using var world = await worlds.At("2025-11-01 00:00", ("Corrections:Hold", "PT1M"));
        await world.Date("truce", "2025-11-10 12:00");
        var told = await world.Subscribe("P7D P1D");
        await world.RunUntil("2025-11-04 00:00");
        await world.Cancel("truce");
        await world.Date("truce", "2025-11-10 12:00");
        await world.RunUntil("2025-12-01 00:00");

        Assert.Equal(["2025-11-03 09:00 P7D r1", "2025-11-09 09:00 P1D r3"], world.Got(told));
    }

    [Fact]
    public async Task A_late_reminder_goes_at_once_when_the_date_starts_as_quiet_hours_end()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 07:00");
        var late = await world.Subscribe("PT8H", quiet: "22:00-07:00");
        await world.SleepUntil("2025-11-10 05:00");
        await world.RunUntil("2025-11-11 00:00");

        Assert.Equal(["2025-11-10 05:00 PT8H r1 late"], world.Got(late));
    }

    [Fact]
    public async Task What_waits_for_quiet_hours_is_computed_anew_when_they_are_edited()
    {
        await using var world = await worlds.At("2025-11-08 03:00");
        var added = await world.Subscribe("P3D", quiet: "22:00-07:00");
        await world.Date("truce", "2025-11-10 12:00"); // the alert at short notice waits until 07:00
        await world.RunUntil("2025-11-08 04:00");
        await world.Edit(added, World.Preferences("P3D", quiet: "22:00-05:00"));
        await world.RunUntil("2025-11-20 00:00");

        Assert.Equal(["2025-11-08 05:00 P3D r1"], world.Got(added));
    }

    [Fact]
    public async Task A_lead_ahead_stays_owed_when_another_of_its_instant_was_delivered()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 09:05");
        var subscriber = await world.Subscribe("P1D PT24H");
        await world.RunUntil("2025-11-09 09:01");
        await world.Edit(subscriber, World.Preferences("P1D PT24H", at: "09:05"));
        await world.RunUntil("2025-11-20 00:00");

        Assert.Equal(["2025-11-09 09:00 P1D r1", "2025-11-09 09:05 PT24H r1"], world.Got(subscriber));
    }

    [Fact]
    public async Task What_was_delivered_before_a_reminder_was_due_does_not_overtake_it()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 12:00");
        var subscriber = await world.Subscribe("P1D PT24H");
        await world.RunUntil("2025-11-09 10:00");
        await world.Edit(subscriber, World.Preferences("P1D PT24H", at: "15:00")); // P1D would now fall due after PT24H
        await world.SleepUntil("2025-11-09 16:00");
        await world.RunUntil("2025-11-20 00:00");

        Assert.Equal(["2025-11-09 09:00 P1D r1", "2025-11-09 16:00 PT24H r1 late"], world.Got(subscriber));
    }

    [Fact]
    public async Task A_lead_takes_the_place_of_another_of_its_instant_that_an_edit_takes_away()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-12 12:00");
        var subscriber = await world.Subscribe("P1D 1BD");
        world.Answer = Refused;
        await world.RunUntil("2025-11-11 09:00");
        world.Answer = Accepts;
        await world.Edit(subscriber, World.Preferences("P1D"));
        await world.RunUntil("2025-11-20 00:00");

        Assert.Equal(["2025-11-11 09:00 1BD r1", "2025-11-11 09:00 P1D r1"], world.Got(subscriber));
    }

    [Fact]
    public async Task Follower_edits_while_dates_are_added_lose_nothing()
    {
        await using var world = await worlds.At("2025-11-08 00:00");
        var subscriber = await world.Subscribe("P7D P3D");
        var replaced = await world.Subscribe("P3D");
        await world.Watcher.CatchUpAsync(CancellationToken.None);
        await world.Get<IKeyDates>().SaveAsync(
            new KeyDate("truce", "Truce", null, [], new Moment(
                new LocalDate(2025, 11, 10), new LocalTime(12, 0), DateTimeZone.Utc), null, DateStatus.Confirmed, null,
                null, 0),
            null, null, CancellationToken.None);
        // The edits are recorded after the date but processed before it.
        await world.Subscriptions.EditAsync(subscriber.Id, _ => World.Preferences("P7D P3D", at: "08:00"),
            CancellationToken.None);
        await world.Subscriptions.EditAsync(replaced.Id, _ => World.Preferences("P2W"), CancellationToken.None);
        await world.RunUntil("2025-11-20 00:00");

        Assert.Equal(["2025-11-08 00:00 P3D r1"], world.Got(subscriber));
        Assert.Equal(["2025-11-08 00:00 P2W r1"], world.Got(replaced));
    }

    [Fact]
    public async Task A_lead_put_away_and_back_during_its_retries_stays_owed()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 12:00");
        var subscriber = await world.Subscribe("P7D P1D");
        world.Answer = Refused;
        await world.RunUntil("2025-11-03 09:00");
        await world.Edit(subscriber, World.Preferences("P1D"));
        await world.RunUntil("2025-11-03 12:00");
        world.Answer = Accepts;
        await world.Edit(subscriber, World.Preferences("P7D P1D"));
        await world.RunUntil("2025-11-20 00:00");

        Assert.Equal(["2025-11-03 09:00 P7D r1", "2025-11-03 12:00 P7D r1 late", "2025-11-09 09:00 P1D r1"],
            world.Got(subscriber));
    }

    [Fact]
    public async Task Topics_put_away_and_back_during_a_retry_lose_nothing()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 12:00", topics: ["tariffs"]);
        var subscriber = await world.Subscribe("P7D P1D", topics: ["tariffs"]);
        world.Answer = Refused;
        await world.RunUntil("2025-11-03 09:00");
        await world.Date("truce", "2025-11-10 12:00", topics: ["summits"]);
        await world.RunUntil("2025-11-03 12:00");
        world.Answer = Accepts;
        await world.Date("truce", "2025-11-10 12:00", topics: ["tariffs"]);
        await world.RunUntil("2025-11-20 00:00");

        Assert.Equal("2025-11-03 09:00 P7D r1", world.Got(subscriber)[0]);
        Assert.Equal(["2025-11-03 12:00 P7D r1", "2025-11-09 09:00 P1D r1"], world.Got(subscriber).TakeLast(2));
    }

    [Fact]
    public async Task Who_begins_to_match_by_an_edit_of_topics_gets_short_notice()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        var follower = await world.Subscribe("P7D P3D P1D", topics: ["summits"]);
        var both = await world.Subscribe("P7D P1D", topics: ["summits", "tariffs"]);
        await world.Date("truce", "2025-11-10 12:00", topics: ["tariffs"]);
        await world.RunUntil("2025-11-08 00:00");
        await world.Date("truce", "2025-11-10 12:00", topics: ["tariffs", "summits"]);
        await world.RunUntil("2025-11-20 00:00");

        Assert.Equal(["2025-11-08 00:00 P3D r1", "2025-11-09 09:00 P1D r1"], world.Got(follower));
        Assert.Equal(["2025-11-03 09:00 P7D r1", "2025-11-09 09:00 P1D r1"], world.Got(both));
    }

    [Fact]
    public async Task A_clock_set_back_loses_nothing_of_what_is_recorded_after_it()
    {
        await using var world = await worlds.At("2025-11-05 12:00");
        var follower = await world.Subscribe("P3D PT12H");
        await world.SleepUntil("2025-11-02 00:00");
        await world.Date("truce", "2025-11-03 12:00");
        await world.RunUntil("2025-11-04 00:00");

        Assert.Equal(["2025-11-02 00:00 P3D r1", "2025-11-03 00:00 PT12H r1"], world.Got(follower));
    }

    [Fact]
    public async Task An_endpoint_that_is_enabled_again_hears_of_a_cancellation_without_recover()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 12:00");
        var endpoint = await world.Subscriptions.SubscribeWebhookAsync(
            "https://example.com/hook", World.Preferences("P7D"), CancellationToken.None);
        await world.RunUntil("2025-11-04 00:00");
        world.Answer = _ => Task.FromResult<SendResult>(new Gone(410, "gone"));
        await world.Date("truce", "2025-11-12 12:00");
        await world.Settle();
        await world.Cancel("truce");
        await world.Settle();
        Assert.Equal(SubscriptionStatus.Disabled,
            (await world.Subscriptions.FindAsync(endpoint.Id, CancellationToken.None))!.Status);

        world.Answer = Accepts;
        await world.Subscriptions.TestAsync(endpoint.Id, CancellationToken.None);
        await world.RunUntil("2025-11-05 00:00");
        Assert.Equal(["2025-11-03 09:00 P7D r1", "2025-11-04 00:00 rescheduled r2 from r1",
            "2025-11-04 00:00 cancelled r3 from r1"], world.Got(endpoint));
        Assert.Equal(0, await world.Subscriptions.RecoverAsync(
            endpoint.Id, World.Utc("2025-11-01 00:00"), CancellationToken.None));
    }
}

/// <summary>Runs the tests on SQLite, which is both store and queue.</summary>
public sealed class LostAlertFacts_on_SQLite() : LostAlertFacts(Worlds.OnSqlite);

/// <summary>Runs the tests on Table Storage with a separate queue.</summary>
public sealed class LostAlertFacts_on_Table_Storage() : LostAlertFacts(Worlds.OnTableStorage);
