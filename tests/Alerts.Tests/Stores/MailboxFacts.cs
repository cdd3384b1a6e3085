using Alerts.Ledger;
using Alerts.Subscriptions;

namespace Alerts.Tests.Stores;

/// <summary>
/// Finds the subscriptions of an address, for an event from a mail provider that names neither key nor subscription.
/// </summary>
/// <param name="worlds">Creates worlds on the store under test.</param>
public abstract class MailboxFacts(Worlds worlds)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_contact_of_a_webhook_that_was_asked_is_found_by_its_mailbox()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        var start = world.Now;
        var endpoint = await world.Get<ISubscriptions>().SubscribeWebhookAsync(
            "https://hooks.example.com/a", default, World.Preferences("P1D"), "ops@example.com",
            SubscriptionIdentity.Random(), Cancel);
        await world.Settle();

        Assert.Equal([endpoint!.Id], await MailedAsync(world, "OPS@example.com", start));
        Assert.Empty(await MailedAsync(world, "ops@example.com", world.Now + Duration.FromMinutes(1)));
        Assert.Empty(await MailedAsync(world, "else@example.com", start));
    }

    // Whoever has the link in the email can press "Send the confirmation again".
    [Fact]
    public async Task A_mailbox_gets_three_confirmations_an_hour_also_when_asked_on_the_manage_page()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        var subscriptions = world.Get<ISubscriptions>();
        var pending = await subscriptions.SubscribeEmailAsync("reader@example.com", World.Preferences("P1D"), Cancel);
        await world.Settle();

        var queued = new List<int?>();
        for (var i = 0; i < 4; i++)
        {
            queued.Add(await subscriptions.TestAsync(pending.Id, Cancel));
        }

        Assert.Equal([1, 1, 0, 0], queued);
        await world.RunUntil("2025-11-01 01:01");
        Assert.Equal(1, await subscriptions.TestAsync(pending.Id, Cancel));
    }

    [Fact]
    public async Task An_ended_subscription_has_no_mailbox_any_more()
    {
        await using var world = await worlds.At("2025-11-01 00:00");
        await world.Date("truce", "2025-11-10 12:00");
        var start = world.Now;
        var reader = await world.Subscribe("P1D");
        await world.RunUntil("2025-11-09 10:00");

        Assert.Equal([reader.Id], await MailedAsync(world, reader.Address, start));
        await world.Get<ISubscriptions>().EndAsync(reader.Id, Cancel);
        Assert.Empty(await MailedAsync(world, reader.Address, start));
    }

    private static Task<IReadOnlyList<string>> MailedAsync(World world, string address, Instant since) =>
        world.Get<IMailEvents>().MailedSinceAsync(address, since, Cancel);
}

public sealed class MailboxOnSqliteFacts() : MailboxFacts(Worlds.OnSqlite);

public sealed class MailboxOnTableStorageFacts() : MailboxFacts(Worlds.OnTableStorage);
