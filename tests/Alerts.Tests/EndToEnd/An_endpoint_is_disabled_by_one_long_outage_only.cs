using Alerts.Due;
using Alerts.Ledger;
using Alerts.Senders;
using Alerts.Subscriptions;

namespace Alerts.Tests.EndToEnd;

/// <summary>When an endpoint is disabled, and what it is sent when it is back. Times are UTC.</summary>
public abstract class An_endpoint_is_disabled_by_one_long_outage_only(Worlds worlds)
{
    private static readonly Func<OutboundMessage, Task<SendResult>> Refuses = _ =>
        Task.FromResult<SendResult>(new TryAgain(500, "no"));

    [Fact]
    public async Task Two_short_outages_a_week_apart_disable_nothing()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("first", "2025-11-05 12:00", topics: ["a"]);
        await world.Date("second", "2025-11-12 12:00", topics: ["a"]);
        var endpoint = await world.SubscribeWebhook("PT1H", topics: ["a"]);
        world.Answer = Refuses; // each outage lasts for the hour of one PT1H reminder; nothing succeeds in between
        await world.RunUntil("2025-11-13 00:00");

        // The retry delays shrink as the deadline approaches, so that all ten attempts fit before it.
        var rows = await world.Ledger(endpoint);
        Assert.Equal(2, rows.Count);
        Assert.All(rows, row => Assert.Equal(
            (DeliveryState.Failed, "gave up after ten attempts", 10), (row.State, row.Reason, row.Attempts.Count)));
        Assert.Equal(SubscriptionStatus.Active, (await world.Subscriptions.FindAsync(endpoint.Id,
            CancellationToken.None))!.Status);
    }

    [Fact]
    public async Task A_delivery_that_fails_for_its_whole_schedule_disables_it()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("first", "2025-11-20 12:00");
        var endpoint = await world.SubscribeWebhook("P14D");
        world.Answer = Refuses;
        await world.RunUntil("2025-11-15 00:00");

        Assert.Equal(SubscriptionStatus.Disabled, (await world.Subscriptions.FindAsync(endpoint.Id,
            CancellationToken.None))!.Status);
    }

    [Fact]
    public async Task One_that_is_enabled_again_hears_of_a_cancellation_without_recover()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        var channel = new LossyChannel(world);
        await world.Date("truce", "2025-11-20 12:00");
        var endpoint = await world.SubscribeWebhook("P15D P14D");
        await world.RunUntil("2025-11-05 10:00"); // P15D is delivered
        world.Answer = _ => Task.FromResult<SendResult>(new Gone(410, "gone"));
        await world.RunUntil("2025-11-06 10:00");
        Assert.Equal(SubscriptionStatus.Disabled, (await world.Subscriptions.FindAsync(endpoint.Id,
            CancellationToken.None))!.Status);
        await world.Cancel("truce");
        await world.RunUntil("2025-11-07 00:00");
        channel.Recover();
        await world.Subscriptions.TestAsync(endpoint.Id, CancellationToken.None);
        await world.RunUntil("2025-11-08 00:00");

        Assert.Equal(["reminder", "cancelled"], channel.Heard(endpoint).Select(alert => alert.Kind.Word()));
    }

    [Fact]
    public async Task Recover_counts_what_it_really_queues()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        var channel = new LossyChannel(world);
        await world.Date("moved", "2025-11-20 12:00");
        await world.Date("stays", "2025-11-21 12:00");
        var endpoint = await world.SubscribeWebhook("P15D P14D P13D");
        world.Answer = _ => Task.FromResult<SendResult>(new Gone(410, "gone"));
        // The P13D of one date and the P14D of the other are kept; all earlier leads are superseded.
        await world.RunUntil("2025-11-07 10:00");
        await world.Date("moved", "2025-12-20 12:00");
        await world.RunUntil("2025-11-07 11:00");
        channel.Recover();
        await world.Subscriptions.TestAsync(endpoint.Id, CancellationToken.None);
        await world.Settle();
        var before = channel.Heard(endpoint).Count;
        var queued = await world.Subscriptions.RecoverAsync(endpoint.Id, World.Utc("2025-11-01 00:00"),
            CancellationToken.None);
        await world.RunUntil("2025-11-08 08:00");

        Assert.Equal(queued, channel.Heard(endpoint).Count - before);
        Assert.Contains(channel.Heard(endpoint), alert => alert.Date.KeyDate.Id == "stays");
    }
}

/// <summary>Runs the tests on SQLite, which is both store and queue.</summary>
public sealed class An_endpoint_is_disabled_by_one_long_outage_only_on_SQLite()
    : An_endpoint_is_disabled_by_one_long_outage_only(Worlds.OnSqlite);

/// <summary>Runs the tests on Table Storage with a separate queue.</summary>
public sealed class An_endpoint_is_disabled_by_one_long_outage_only_on_Table_Storage()
    : An_endpoint_is_disabled_by_one_long_outage_only(Worlds.OnTableStorage);
