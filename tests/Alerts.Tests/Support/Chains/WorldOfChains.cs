using Alerts.Dates;
using Alerts.Ledger;
using Alerts.Queue;
using Alerts.Senders;
using Alerts.Subscriptions;

namespace Alerts.Tests.Support.Chains;

/// <summary>
/// Several random chains side by side on one service. For a week dates and subscriptions change, attempts fail, and the
/// service is stopped, killed and its clock set back. Then every attempt succeeds for some days, after which every
/// chain must be correct. Finally the dates pass.
/// </summary>
internal sealed class WorldOfChains : IChainHost
{
    private const int Steps = 14;

    private static readonly Instant Start = World.Utc("2025-11-09 06:00");
    private static readonly Instant NoChangesAfter = World.Utc("2025-11-14 18:00");
    private static readonly Instant AllIsWell = World.Utc("2025-11-17 20:00");
    private static readonly Instant End = World.Utc("2025-11-26 00:00");

    private readonly World world;
    private readonly Random random;
    private readonly IReadOnlyList<RandomChain> chains;

    private WorldOfChains(World world, int seed, int count)
    {
        (this.world, random) = (world, new Random(seed));
        chains = [.. Enumerable.Range(0, count).Select(number => new RandomChain(this, number, seed * 1000 + number))];
        var byDate = chains.ToDictionary(chain => chain.DateId);
        world.Answer = message => byDate[((OutboundAlert)message).Date.KeyDate.Id].AnswerAsync((OutboundAlert)message);
    }

    public Instant Now => world.Now;

    /// <summary>Runs one world and returns what was wrong, one text per chain.</summary>
    /// <param name="count">Number of chains.</param>
    public static async Task<IReadOnlyList<string>> RunAsync(Worlds worlds, int seed, int count)
    {
        string[] holds = ["PT0S", "PT0S", "PT1M", "PT2H"];
        var world = await worlds.At("2025-11-09 06:00", ("Corrections:Hold", holds[seed % holds.Length]),
            ("Watch:Every", "PT12H"));
        var all = new WorldOfChains(world, seed, count);
        var wrong = await all.RunAsync();
        if (wrong.Count == 0)
        {
            await world.DisposeAsync();
        }
        else
        {
            await world.AbandonAsync(); // its audit would report the same faults again
        }

        foreach (var chain in all.chains)
        {
            chain.Dispose();
        }

        return wrong;
    }

    public Task SettleAsync() => world.Settle();

    public async Task<KeyDate> SaveAsync(KeyDate wanted)
    {
        await world.Watcher.CatchUpAsync(CancellationToken.None);
        var saved = await world.Get<IKeyDates>().SaveAsync(wanted, null, null, CancellationToken.None);
        world.Get<ChangeSignal>().Raise();
        return saved switch
        {
            Saved.Recorded recorded => recorded.Version.KeyDate,
            Saved.Unchanged unchanged => unchanged.Version.KeyDate,
            _ => throw new InvalidOperationException("Nothing was asked of the stored version."),
        };
    }

    public Task<Subscription> SubscribeAsync(Preferences preferences) => world.Subscribe(preferences);

    public Task EditAsync(Subscription subscription, Preferences preferences) => world.Edit(subscription, preferences);

    public async Task EndAsync(Subscription subscription)
    {
        await world.Watcher.CatchUpAsync(CancellationToken.None);
        await world.Subscriptions.EndAsync(subscription.Id, CancellationToken.None);
    }

    public async Task ResumeAsync(Subscription subscription)
    {
        await world.Watcher.CatchUpAsync(CancellationToken.None);
        await world.Subscriptions.ResumeAsync(subscription.Id, CancellationToken.None);
    }

    public Task<IReadOnlyList<Delivery>> RowsAsync(Subscription subscription) => world.Ledger(subscription);

    private async Task<IReadOnlyList<string>> RunAsync()
    {
        for (var step = 0; step < Steps && world.Now < NoChangesAfter; step++)
        {
            foreach (var chain in chains)
            {
                chain.NewFate();
                await chain.ChangeAsync();
            }

            await PassAsync();
            if (await WrongAsync(isAllToBeWell: false) is { Count: > 0 } wrong)
            {
                return wrong;
            }
        }

        foreach (var chain in chains)
        {
            (chain.Fate, chain.ChangesAtNextAttempt) = (Fate.Delivered, false);
        }

        await RunUntilAsync(AllIsWell);
        if (await WrongAsync(isAllToBeWell: true) is { Count: > 0 } unwell)
        {
            return unwell;
        }

        await RunUntilAsync(End);
        return await WrongAsync(isAllToBeWell: true);
    }

    private async Task PassAsync()
    {
        Duration[] spans = [Duration.FromMinutes(1), Duration.FromMinutes(10), Duration.FromHours(1),
            Duration.FromHours(7), Duration.FromHours(23)];
        var span = spans[random.Next(spans.Length)];
        switch (random.Next(12))
        {
            case 0 or 1:
                await world.SleepUntil(world.Now + span);
                break;
            case 2 when world.Now - span > Start:
                foreach (var chain in chains)
                {
                    chain.Model.SetBackTo(world.Now - span);
                }

                await world.SleepUntil(world.Now - span);
                break;
            case 3 or 4:
                await KillAsync(world.Now + span);
                break;
            default:
                await RunUntilAsync(world.Now + span);
                break;
        }

        TellTheTime();
    }

    private async Task RunUntilAsync(Instant until)
    {
        await world.RunUntil(until);
        await world.Settle();
        TellTheTime();
    }

    private void TellTheTime()
    {
        foreach (var chain in chains)
        {
            chain.Model.TimeIs(world.Now);
            chain.Model.Settled();
        }
    }

    /// <summary>Advances time and kills the process while it sends what is due by then.</summary>
    private async Task KillAsync(Instant at)
    {
        foreach (var chain in chains)
        {
            chain.Fate = Fate.Hangs;
        }

        await world.BeginUntil(at);
        await world.Watcher.FollowChangesAsync(CancellationToken.None);
        await UnderWayAsync();
        foreach (var chain in chains)
        {
            chain.Fate = Fate.Refused;
        }

        await world.KillAndStartAgain(() =>
        {
            foreach (var chain in chains)
            {
                chain.BreakOff();
            }
        });
    }

    /// <summary>Waits until every due alert is being sent.</summary>
    private async Task UnderWayAsync()
    {
        var (before, same) = (-1, 0);
        while (same < 5)
        {
            if (await world.Get<IQueue>().IsQuietAsync(world.Now, CancellationToken.None)
                && chains.Sum(chain => chain.Hanging) == 0)
            {
                return;
            }

            world.Get<ChangeSignal>().Raise();
            await Task.Delay(2);
            var now = chains.Sum(chain => chain.Hanging);
            (before, same) = (now, now == before && now > 0 ? same + 1 : 0);
        }
    }

    private async Task<IReadOnlyList<string>> WrongAsync(bool isAllToBeWell)
    {
        var wrong = new List<string>();
        foreach (var chain in chains)
        {
            var why = await chain.VerdictAsync();
            if (why is null && isAllToBeWell && chain.Model.IsOpen(await chain.RowsAsync(), world.Now))
            {
                why = "something is still open";
            }

            if (why is not null)
            {
                wrong.Add($"{why}\n{await chain.DescribeAsync()}");
            }
        }

        if (wrong.Count == 0 && isAllToBeWell)
        {
            await world.Watcher.RunAsync(CancellationToken.None);
            var audit = await world.Audit();
            foreach (var (_, problem) in audit.Problems)
            {
                var chain = chains.First(one => one.SubscriptionId is { } id
                    && problem.Contains(id, StringComparison.Ordinal));
                wrong.Add($"The audit: {problem}\n{await chain.DescribeAsync()}");
            }
        }

        return wrong;
    }
}
