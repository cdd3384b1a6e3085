using Alerts.Due;
using Alerts.Ledger;
using Alerts.Queue;
using Alerts.Senders;
using Alerts.Senders.Email;
using Alerts.Stores.TableStorage;
using Alerts.Subscriptions;
using Microsoft.Extensions.DependencyInjection;

namespace Alerts.Tests.Stores.TableStorage;

/// <summary>A watch run finds abandoned alerts some minutes after their due instant.</summary>
public sealed class RecoveryFacts
{
    [Fact]
    public async Task What_the_queue_lost_is_posted_again()
    {
        await using var world = await World.At("2025-11-01 10:30", ("Store", "TableStorage"), ("Watch:Every", "PT5M"));
        var lost = new HashSet<string>();
        world.Get<DirectPosts>().Loses = message => message.Alerts[0].Kind != AlertKind.Service && lost.Add(message.Id);
        await world.Date("truce", "2025-11-01 12:00");
        var subscriber = await world.Subscribe("PT1H");
        await world.RunUntil("2025-11-01 13:00");

        Assert.Single(lost);
        // The first run that is at least two minutes after the due instant.
        Assert.Equal(["2025-11-01 11:05 PT1H r1"], world.Got(subscriber));
    }

    [Fact]
    public async Task What_is_late_is_posted_by_subscriber_however_much_it_is()
    {
        await using var world = await World.At("2025-11-01 00:00", ("Store", "TableStorage"));
        await world.Import(Enumerable.Range(0, 6).Select(i => ($"date-{i}", "2025-11-10 12:00")));
        for (var i = 0; i < 6; i++)
        {
            await world.Subscribe("P1D");
        }

        world.Get<DirectPosts>().Loses = _ => true;
        await world.BeginUntil(World.Utc("2025-11-09 09:00"));
        world.Get<DirectPosts>().Loses = _ => false;
        await world.BeginUntil(World.Utc("2025-11-09 09:05"));
        await ActivatorUtilities.CreateInstance<TableSweep>(world.Get<IServiceProvider>(), world.Real, 10)
            .RunAsync(new HashSet<string>(), CancellationToken.None);
        await world.Settle();

        Assert.Equal(6, world.Mails.Count);
        Assert.All(world.Mails, mail => Assert.Equal(6, Assert.IsType<OutboundDigest>(mail).Alerts.Count));
    }

    [Fact]
    public async Task A_claim_that_nobody_settles_for_a_minute_is_taken_back_and_whoever_lost_it_has_no_say()
    {
        await using var world = await World.At("2025-11-01 10:30", ("Store", "TableStorage"));
        var posts = world.Get<DirectPosts>();
        AlertMessage? message = null;
        posts.Loses = posted => posted.Alerts[0].Kind != AlertKind.Service && (message = posted) == posted;
        await world.Date("truce", "2025-11-01 12:00");
        var subscriber = await world.Subscribe("PT1H");
        await world.RunUntil("2025-11-01 11:00");
        var ledger = world.Get<IClaimStore>();
        ClaimRequest[] requests = [new(message!, 0)]; // the message was posted when the subscriber was added
        // due and unclaimed
        var claim = Assert.Single(await ledger.ClaimAsync(requests, shares: null, CancellationToken.None)).Claim!;
        posts.Loses = _ => false;

        // While the claim is valid, nobody else can claim the alert.
        Assert.Equal([ClaimResult.Nothing], await ledger.ClaimAsync(requests, shares: null, CancellationToken.None));
        await SweepAt("2025-11-01 11:05");
        Assert.Empty(world.Got(subscriber));

        world.Real.Ahead = TimeSpan.FromSeconds(61);
        await SweepAt("2025-11-01 11:10");
        Assert.Equal(
            (claim.Message.Id, "2025-11-01 11:10 PT1H r1"),
            (Assert.Single(world.Alerts).Id, Assert.Single(world.Got(subscriber))));

        await ledger.SettleAsync(
            new Silent(),
            [new Settlement(claim, new GaveUp(500, "no", "no"), world.Now, TimeSpan.Zero)],
            CancellationToken.None);
        var row = Assert.Single(await world.Ledger(subscriber));
        Assert.Equal(DeliveryState.Delivered, row.State);
        Assert.Equal(["broken off: the sending process ended", "ok"], row.Attempts.Select(attempt => attempt.Response));

        async Task SweepAt(string instant)
        {
            await world.RunUntil(instant);
            await world.Watcher.RunAsync(CancellationToken.None);
            await world.Settle();
        }
    }

    /// <summary>A channel of which only the name is used.</summary>
    private sealed class Silent : IChannel
    {
        public ChannelKind Kind { get; } = new EmailKind();

        public int MaxConcurrency => 0;

        public bool DisablesWhatFails => false;

        public Task<SendResult> SendAsync(OutboundMessage message, CancellationToken cancel) =>
            throw new NotSupportedException();
    }
}
