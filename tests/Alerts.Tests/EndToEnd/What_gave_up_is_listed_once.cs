using Alerts.Ledger;

namespace Alerts.Tests.EndToEnd;

/// <summary>Which alerts <c>alerts failed list</c> shows. Times are UTC.</summary>
public abstract class What_gave_up_is_listed_once(Worlds worlds)
{
    [Fact]
    public async Task However_often_it_was_sent_again_and_failed_again()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 12:00");
        var subscriber = await world.Subscribe("P7D");
        world.Answer = _ => Task.FromResult<SendResult>(new GaveUp(400, "no", "refused"));
        await world.RunUntil("2025-11-03 10:00");
        for (var hour = 11; hour < 14; hour++)
        {
            var listed = Assert.Single(await GaveUpAsync(world));
            Assert.Equal(subscriber.Id, listed.SubscriptionId);
            Assert.Equal(Resent.Queued, await world.Get<IDeliveries>().ResendAsync(listed, Cancel));
            await world.RunUntil($"2025-11-03 {hour}:00");
        }

        Assert.Single(await GaveUpAsync(world));
    }

    [Fact]
    public async Task And_not_when_it_was_delivered_after_all()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 12:00");
        await world.Subscribe("P7D");
        world.Answer = _ => Task.FromResult<SendResult>(new GaveUp(400, "no", "refused"));
        await world.RunUntil("2025-11-03 10:00");
        world.Answer = _ => Task.FromResult<SendResult>(new Delivered(200, "ok"));
        await world.Get<IDeliveries>().ResendAsync(Assert.Single(await GaveUpAsync(world)), Cancel);
        await world.RunUntil("2025-11-03 11:00");

        Assert.Empty(await GaveUpAsync(world));
    }

    [Fact]
    public async Task Also_when_its_mail_bounced_later()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 12:00");
        var subscriber = await world.Subscribe("P7D", address: "reader@example.com");
        await world.RunUntil("2025-11-03 10:00");
        var bounce = new MailEvent(
            [Assert.Single(world.Alerts).Id],
            subscriber.Id,
            "reader@example.com",
            MailEventKind.Bounced,
            "no such mailbox");
        for (var repeat = 0; repeat < 3; repeat++)
        {
            await world.Get<IMailEvents>().RecordAsync(bounce, Cancel);
            Assert.Equal(DeliveryState.Failed, Assert.Single(await GaveUpAsync(world)).State);
        }
    }

    private static ValueTask<List<Delivery>> GaveUpAsync(World world) =>
        world.Get<IDeliveries>().GaveUpAsync(Cancel).ToListAsync(Cancel);
}

/// <summary>Runs the tests on SQLite, which is both store and queue.</summary>
public sealed class What_gave_up_is_listed_once_on_SQLite() : What_gave_up_is_listed_once(Worlds.OnSqlite);

/// <summary>Runs the tests on Table Storage with a separate queue.</summary>
public sealed class What_gave_up_is_listed_once_on_Table_Storage() : What_gave_up_is_listed_once(Worlds.OnTableStorage);
