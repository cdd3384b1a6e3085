using Alerts.Ledger;
using Alerts.Subscriptions;

namespace Alerts.Tests.Stores;

/// <summary>
/// Ending a subscription can be undone for 30 days, and a disabled endpoint can be enabled again, on every store. Each
/// world is audited at the end.
/// </summary>
public abstract class ResumeFacts(Worlds worlds)
{
    [Fact]
    public async Task A_resumed_subscription_gets_what_is_ahead_and_the_correction_it_missed()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 12:00");
        await world.Date("summit", "2025-11-20 12:00");
        var reader = await world.Subscribe("P7D P1D");
        await world.RunUntil("2025-11-04 00:00");
        await EndAsync(world, reader);
        await world.Date("truce", "2025-11-14 12:00");
        await world.RunUntil("2025-11-08 00:00");
        Assert.Equal(["2025-11-03 09:00 P7D r1"], world.Got(reader));

        var resumed = await ResumeAsync(world, reader);
        Assert.Equal(SubscriptionStatus.Active, resumed?.Status);
        await world.RunUntil("2025-11-30 00:00");

        Assert.Equal(
            [
                "2025-11-03 09:00 P7D r1", "2025-11-08 00:00 rescheduled r2 from r1", "2025-11-13 09:00 P1D r2",
                "2025-11-13 09:00 P7D r1", "2025-11-19 09:00 P1D r1",
            ],
            world.Got(reader).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_reminder_that_waited_when_it_ended_is_sent_after_all()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-01 12:00");
        var reader = await world.Subscribe("PT1H");
        await world.Settle();
        await EndAsync(world, reader);
        await world.Settle();
        await ResumeAsync(world, reader);
        await world.RunUntil("2025-11-02 00:00");

        Assert.Equal(["2025-11-01 11:00 PT1H r1"], world.Got(reader));
    }

    [Theory]
    [InlineData("2025-11-03 09:20", "2025-11-03 09:20 P7D r1 late")]
    [InlineData("2025-11-12 00:00", null)] // it had expired
    public async Task A_reminder_that_was_being_retried_when_it_ended_is_tried_again(string resumedAt, string? sent)
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 12:00");
        var reader = await world.Subscribe("P7D");
        world.Answer = _ => Task.FromResult<SendResult>(new TryAgain(500, "no"));
        await world.RunUntil("2025-11-03 09:07");
        await EndAsync(world, reader);
        await world.Settle();
        world.Answer = _ => Task.FromResult<SendResult>(new Delivered(200, "ok"));
        await world.RunUntil(resumedAt);
        var before = world.Got(reader).Count;
        await ResumeAsync(world, reader);
        await world.RunUntil("2025-11-12 00:00");

        Assert.Equal(sent, world.Got(reader).Skip(before).SingleOrDefault());
    }

    [Fact]
    public async Task A_reminder_held_by_quiet_hours_when_it_ended_waits_for_their_end_again()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        var reader = await world.Subscribe("P7D", quiet: "22:00-07:00");
        await world.RunUntil("2025-11-05 23:00");
        await world.Date("truce", "2025-11-10 12:00");
        await world.Settle();
        await EndAsync(world, reader);
        await ResumeAsync(world, reader);
        await world.RunUntil("2025-11-12 00:00");

        Assert.Equal(["2025-11-06 07:00 P7D r1"], world.Got(reader));
    }

    [Fact]
    public async Task What_fell_due_in_an_earlier_pause_is_not_sent_after_a_later_one()
    {
        await using var world = await worlds.At("2025-11-03 08:50");
        await world.Date("truce", "2025-11-10 12:00");
        var reader = await world.Subscribe("P7D");
        await world.Settle(); // the reminder of 09:00 waits
        await EndAsync(world, reader);
        await world.RunUntil("2025-11-03 09:10");
        await ResumeAsync(world, reader);
        await world.RunUntil("2025-11-03 10:00");
        await EndAsync(world, reader);
        await ResumeAsync(world, reader);
        await world.RunUntil("2025-11-12 00:00");

        Assert.Empty(world.Got(reader));
    }

    [Fact]
    public async Task What_fell_due_in_between_is_not_sent()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 12:00");
        var reader = await world.Subscribe("P7D P1D");
        await EndAsync(world, reader);
        await world.RunUntil("2025-11-05 00:00");
        await ResumeAsync(world, reader);
        await world.RunUntil("2025-11-12 00:00");

        Assert.Equal(["2025-11-09 09:00 P1D r1"], world.Got(reader));
    }

    [Fact]
    public async Task After_30_days_it_is_too_late()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        var reader = await world.Subscribe("P7D");
        await EndAsync(world, reader);
        await world.RunUntil("2025-12-01 00:00");

        Assert.Null(await ResumeAsync(world, reader));
    }

    [Fact]
    public async Task Ending_again_keeps_the_address_for_30_days_from_then()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        var reader = await world.Subscribe("P7D");
        await EndAsync(world, reader);
        await world.RunUntil("2025-11-20 00:00");
        await ResumeAsync(world, reader);
        await EndAsync(world, reader);
        await world.RunUntil("2025-12-15 00:00");
        await world.Subscriptions.PurgeExpiredAsync(CancellationToken.None);

        Assert.Equal(SubscriptionStatus.Active, (await ResumeAsync(world, reader))?.Status);
    }

    [Fact]
    public async Task One_that_was_never_confirmed_cannot_be_resumed()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        var pending = await world.Subscriptions.SubscribeEmailAsync(
            "reader@example.com", World.Preferences("P7D"), CancellationToken.None);
        await EndAsync(world, pending);

        Assert.Null(await ResumeAsync(world, pending));
        Assert.Equal(
            SubscriptionStatus.Ended,
            (await world.Subscriptions.FindAsync(pending.Id, CancellationToken.None))?.Status);
    }

    [Fact]
    public async Task One_that_was_made_again_meanwhile_is_not_doubled()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        var first = await world.Subscribe("P7D", address: "reader@example.com");
        await EndAsync(world, first);
        var second = await world.Subscribe("P7D", address: "reader@example.com");

        Assert.Null(await ResumeAsync(world, first));
        await EndAsync(world, second);
        Assert.Equal(SubscriptionStatus.Active, (await ResumeAsync(world, first))?.Status);
        Assert.Null(await ResumeAsync(world, second));
    }

    [Fact]
    public async Task A_welcome_follows_the_first_confirmation_only()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        var pending = await world.Subscriptions.SubscribeEmailAsync(
            "reader@example.com", World.Preferences("P7D"), CancellationToken.None);
        for (var i = 0; i < 2; i++)
        {
            await world.Subscriptions.ConfirmAsync(pending.Id, CancellationToken.None, hasWelcome: true);
            await world.Settle();
        }

        Assert.Single(world.Messages, sent => sent.Message.Message == ServiceMessage.Welcome);
    }

    // The service was down when the reminder fell due, and the endpoint is verified before the first watch run.
    [Fact]
    public async Task An_endpoint_that_is_enabled_again_gets_what_fell_due_while_it_was_disabled()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("summit", "2025-11-05 12:00");
        await world.Date("truce", "2025-11-10 12:00");
        var endpoint = await world.SubscribeWebhook("P7D P4D");
        world.Answer = _ => Task.FromResult<SendResult>(new Gone(410, "gone"));
        await world.RunUntil("2025-11-02 00:00");
        Assert.Equal(SubscriptionStatus.Disabled, await StatusAsync(world, endpoint));

        world.Answer = _ => Task.FromResult<SendResult>(new Delivered(200, "ok"));
        world.Get<ServiceClock>().JumpTo(World.Utc("2025-11-04 00:00"));
        await world.Subscriptions.TestAsync(endpoint.Id, CancellationToken.None);
        await world.Settle();
        Assert.Equal(SubscriptionStatus.Active, await StatusAsync(world, endpoint));
        await world.RunUntil("2025-11-05 00:00");

        Assert.Equal(["2025-11-01 09:00 P4D r1", "2025-11-04 00:00 P7D r1 late"], world.Got(endpoint));
    }

    private static async Task<SubscriptionStatus?> StatusAsync(World world, Subscription subscription) =>
        (await world.Subscriptions.FindAsync(subscription.Id, CancellationToken.None))?.Status;

    private static async Task EndAsync(World world, Subscription subscription)
    {
        await world.Watcher.CatchUpAsync(CancellationToken.None);
        await world.Subscriptions.EndAsync(subscription.Id, CancellationToken.None);
    }

    private static async Task<Subscription?> ResumeAsync(World world, Subscription subscription)
    {
        await world.Watcher.CatchUpAsync(CancellationToken.None);
        return await world.Subscriptions.ResumeAsync(subscription.Id, CancellationToken.None);
    }
}

public sealed class SqliteResumeFacts() : ResumeFacts(Worlds.OnSqlite);

public sealed class TableResumeFacts() : ResumeFacts(Worlds.OnTableStorage);
