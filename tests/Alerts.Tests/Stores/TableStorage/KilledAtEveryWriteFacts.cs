using Alerts.Due;
using Alerts.Ledger;
using Alerts.Subscriptions;

namespace Alerts.Tests.Stores.TableStorage;

/// <summary>
/// Runs the same scenario repeatedly on one account. Each run uses its own date and subscribers, and the process dies a
/// few writes later than in the run before. A client whose request failed sends it again.
/// </summary>
public sealed class KilledAtEveryWriteFacts(ITestOutputHelper output)
{
    /// <summary>
    /// Step between the writes tried, starting at a random one: trying all of them takes minutes. Set to 1 to try all.
    /// </summary>
    private const int Every = 4;

    /// <summary>Number of accounts among which the runs are split; each waits for its store most of the time.</summary>
    private const int Accounts = 3;

    [Fact]
    public async Task A_process_that_ends_before_any_write_leaves_nothing_undone()
    {
        var first = Random.Shared.Next(Every);
        var lives = await Task.WhenAll(
            Enumerable.Range(0, Accounts).Select(account => LiveAsync(first + account * Every)));
        Assert.InRange(lives.Sum() * Every, 80, 300); // writes in one run
    }

    /// <param name="first">Number of writes before the process dies in the first run.</param>
    /// <returns>Number of runs until one completed without dying.</returns>
    private async Task<int> LiveAsync(int first)
    {
        await using var world = await World.At("2025-11-01 00:00", new TableFaults(first), ("Store", "TableStorage"));
        var lives = 0;
        for (var (writes, wasKilled) = (first, true); wasKilled; writes += Accounts * Every, lives++)
        {
            var life = new Life(world, writes);
            try
            {
                await life.LiveAsync();
                wasKilled = life.DiedBefore is not null;
            }
            catch (Exception)
            {
                output.WriteLine($"Life {writes} died before {life.DiedBefore}");
                throw;
            }
        }

        output.WriteLine($"{lives} lives, {world.Faults!.Requests} requests");
        return lives;
    }

    /// <summary>
    /// Two subscribers follow one date, which moves and is cancelled. Minutes from the start of the run:
    /// <code>
    /// 0        date at 90; a mailbox asks for PT1H and PT30M, an endpoint for PT1H and PT10M
    /// 30       PT1H r1
    /// 40       moved to 120: both are notified
    /// 50       the endpoint asks for PT30M instead
    /// 60  90   PT1H r2 to the mailbox, PT30M r2 to both
    /// 100      cancelled: both are notified; the mailbox unsubscribes
    /// </code>
    /// </summary>
    private sealed class Life(World world, int writes)
    {
        private readonly string date = $"date-{writes}";
        private readonly Instant begins = world.Now;

        /// <summary>The write before which the process died; null when the run completed.</summary>
        public string? DiedBefore { get; private set; }

        public async Task LiveAsync()
        {
            world.Real.Ahead = TimeSpan.Zero;
            world.Faults!.LiveFor(writes);
            string[] topic = [date];
            Subscription? mailed = null, hooked = null;
            await DoAsync(() => world.Date(date, At(90), topics: topic));
            await DoAsync(async () =>
                mailed = await world.Subscribe("PT1H PT30M", topics: topic, address: $"reader{writes}@example.com"));
            await DoAsync(async () =>
                hooked = await world.Subscriptions.SubscribeWebhookAsync(
                    $"https://example.com/{date}", WebhookFormat.Standard,
                    World.Preferences("PT1H PT10M", topics: topic), null,
                    new SubscriptionIdentity($"sub_{date}", "whsec_" + new string('A', 43) + "="),
                    CancellationToken.None));
            await DoAsync(world.Settle);
            await PassAsync(30);
            await DoAsync(() => world.RunUntil(Minute(40)));
            await DoAsync(() => world.Date(date, At(120), topics: topic));
            await DoAsync(() => world.RunUntil(Minute(50)));
            await DoAsync(() => world.Edit(hooked!, World.Preferences("PT30M", topics: topic)));
            await PassAsync(60);
            await PassAsync(90);
            await DoAsync(() => world.RunUntil(Minute(100)));
            await DoAsync(() => world.Cancel(date));
            var later = world.Now + Duration.FromMinutes(1);
            await DoAsync(() => world.RunUntil(later));
            await DoAsync(() => world.Subscriptions.EndAsync(mailed!.Id, CancellationToken.None));
            world.Faults.Live();

            Assert.Equal(
                ["cancelled - r3", "reminder PT1H r1", "reminder PT1H r2", "reminder PT30M r2", "rescheduled - r2"],
                Heard(mailed!));
            Assert.Equal(
                ["cancelled - r3", "reminder PT1H r1", "reminder PT30M r2", "rescheduled - r2"],
                Heard(hooked!));
            foreach (var subscription in new[] { mailed!, hooked! })
            {
                Assert.All(await world.Ledger(subscription), row =>
                    Assert.True(row.State is DeliveryState.Delivered or DeliveryState.Void, row.ToString()));
            }
        }

        /// <summary>Lists the alerts that a subscription got, without repeated keys.</summary>
        private List<string> Heard(Subscription subscription) =>
            [
                .. world
                    .Alerts.Where(alert => alert.Subscription.Id == subscription.Id)
                    .DistinctBy(alert => alert.Id)
                    .Select(alert => $"{alert.Kind.Word()} {alert.Lead} r{alert.Date.KeyDate.Revision}")
                    .Order(StringComparer.Ordinal),
            ];

        private Instant Minute(int minute) => begins + Duration.FromMinutes(minute);

        private string At(int minute) => Minute(minute).ToString("uuuu-MM-dd HH:mm", null);

        /// <summary>
        /// Passes an instant at which something falls due. The queue dies with the process and loses its messages; the
        /// sweep finds the waiting alerts.
        /// </summary>
        private async Task PassAsync(int minute)
        {
            await DoAsync(() => world.RunUntil(Minute(minute)));
            if (DiedBefore is not null)
            {
                await SweepAsync();
            }
        }

        private async Task SweepAsync()
        {
            await world.RunUntil(world.Now + Duration.FromMinutes(4));
            await world.Watcher.RunAsync(CancellationToken.None);
            await world.Settle();
        }

        private async Task DoAsync(Func<Task> step)
        {
            try
            {
                await step();
            }
            catch (Exception e) when (TableFaults.IsFault(e) && world.Faults!.IsDead)
            {
                DiedBefore = world.Faults.DiedBefore;
                world.Real.Ahead = TimeSpan.FromMinutes(2); // leases have expired, and intents are old
                await world.DieAndStartAgain();
                await step();
                await SweepAsync();
            }
        }
    }
}
