using Alerts.Due;
using Alerts.Ledger;
using Alerts.Subscriptions;

namespace Alerts.Tests.EndToEnd;

/// <summary>
/// Confirmations, verifications and warnings are listed among the deliveries, next to the alerts. Times are UTC.
/// </summary>
public abstract class Service_messages_are_deliveries_too(Worlds worlds)
{
    [Fact]
    public async Task With_their_purpose_and_every_answer_and_are_not_sent_again()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 12:00");
        world.ServiceAnswer = message => message.Message == ServiceMessage.Verification
            ? new TryAgain(200, "no consent") : new Delivered(250, "ok");
        var hook = (await world.Subscriptions.SubscribeWebhookAsync(
            "https://example.com/hook", WebhookFormat.Standard, World.Preferences("P1D"), "ops@example.com",
                SubscriptionIdentity.Random(), Cancel))!; // a random identity is unique
        await world.RunUntil("2025-11-01 00:01");
        var deliveries = world.Get<IDeliveries>();

        var listed = (await deliveries.OfAsync(hook.Id, DeliveryFilter.All, null, 10, Cancel))
            .Select(one => one.Delivery).ToList();
        Assert.Equal(["confirmation", "verification", "warning"], listed.Select(one => one.Purpose!).Order());
        Assert.All(listed, one => Assert.Equal((AlertKind.Service, "", hook.Id),
            (one.Kind, one.KeyDateId, one.SubscriptionId)));
        var verification = listed.Single(one => one.Purpose == "verification");
        Assert.Equal((DeliveryState.Retrying, "webhook"), (verification.State, verification.Channel));
        Assert.Equal(["no consent", "no consent"],
            verification.Attempts.Select(attempt => attempt.Response!)); // the first attempt, and the retry after 5 s
        Assert.Equal(Resent.NotAnAlert, await deliveries.ResendAsync(verification, Cancel));
        Assert.Equal(verification.Key, (await deliveries.FindAsync(hook.Id, verification.Key, Cancel))!.Key);
        Assert.Empty(await deliveries.ListAsync(DeliveryFilter.Alerts, null, 10, Cancel));
        Assert.Empty(await deliveries.ListAsync(new DeliveryFilter(Kind: AlertKind.Reminder), null, 10, Cancel));
        Assert.Single(await deliveries.ListAsync(new DeliveryFilter(DeliveryState.Retrying, AlertKind.Service), null,
            10, Cancel));

        await world.RunUntil("2025-11-02 00:00");
        var ended = (await deliveries.FindAsync(hook.Id, verification.Key, Cancel))!;
        Assert.Equal((DeliveryState.Failed, 4), (ended.State, ended.Attempts.Count));
        var gaveUp = Assert.Single(await deliveries.GaveUpAsync(Cancel).ToListAsync(Cancel)); // as an operator lists it
        Assert.Equal((verification.Key, "verification"), (gaveUp.Key, gaveUp.Purpose));
        var counts = await deliveries.CountAsync(Cancel);
        Assert.Empty(counts.Alerts);
        Assert.Equal((1, 1), (counts.ServiceMessages[DeliveryState.Failed],
            counts.ServiceMessages[DeliveryState.Delivered]));
    }

    [Fact]
    public async Task A_verification_that_a_limit_holds_back_waits_without_an_attempt()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        var held = 3;
        world.ServiceAnswer = _ => held-- > 0 ? new Postponed(Duration.FromMinutes(10)) : new Delivered(200, "ok");
        var hook = await world.Subscriptions.SubscribeWebhookAsync("https://example.com/hook", World.Preferences("P1D"),
            Cancel);
        await world.RunUntil("2025-11-01 00:25");

        var waiting = await Verification();
        Assert.Equal((DeliveryState.Queued, World.Utc("2025-11-01 00:30"), 0),
            (waiting.State, waiting.NextAttemptAt, waiting.Attempts.Count));
        Assert.Equal(0, await world.Subscriptions.TestAsync(hook.Id, Cancel));
        await world.RunUntil("2025-11-01 00:31");

        Assert.Equal((DeliveryState.Delivered, 1),
            ((await Verification()).State, (await Verification()).Attempts.Count));
        Assert.Equal(SubscriptionStatus.Active, (await world.Subscriptions.FindAsync(hook.Id, Cancel))!.Status);

        async Task<Delivery> Verification() =>
            Assert.Single(await world.Get<IDeliveries>().OfAsync(hook.Id, DeliveryFilter.All, null, 10, Cancel))
            .Delivery;
    }

    [Fact]
    public async Task Many_tests_of_a_pending_endpoint_leave_one_verification_waiting()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        world.ServiceAnswer = _ => new TryAgain(500, "no");
        var hook = await world.Subscriptions.SubscribeWebhookAsync("https://example.com/hook", World.Preferences("P1D"),
            Cancel);
        await world.RunUntil("2025-11-01 02:00");
        var queued = await Task.WhenAll(Enumerable.Range(0, 8)
            .Select(_ => Task.Run(() => world.Subscriptions.TestAsync(hook.Id, Cancel), Cancel)));

        Assert.Equal(1, queued.Sum());
        await world.RunUntil("2025-11-01 04:00");
        Assert.Equal([4, 4], (await world.Get<IDeliveries>().OfAsync(hook.Id, DeliveryFilter.All, null, 10, Cancel))
            .Select(one => one.Delivery.Attempts.Count));
    }

    [Fact]
    public async Task A_key_of_a_request_is_kept_for_24_hours()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        var keys = world.Get<IRequestKeys>();
        var kept = await Task.WhenAll(Enumerable.Range(0, 8)
            .Select(i => Task.Run(() => keys.KeepAsync("key", $"request {i}", Cancel), Cancel)));
        var first = Assert.Single(kept.Distinct());
        await world.RunUntil("2025-11-02 00:00");
        Assert.Equal(first, await keys.KeepAsync("key", "later", Cancel));
        await world.RunUntil("2025-11-02 00:01");
        Assert.Equal("later", (await keys.KeepAsync("key", "later", Cancel)).Request);
    }
}

/// <summary>Runs the tests on SQLite, which is both store and queue.</summary>
public sealed class Service_messages_are_deliveries_too_on_SQLite()
    : Service_messages_are_deliveries_too(Worlds.OnSqlite);

/// <summary>Runs the tests on Table Storage with a separate queue.</summary>
public sealed class Service_messages_are_deliveries_too_on_Table_Storage()
    : Service_messages_are_deliveries_too(Worlds.OnTableStorage);
