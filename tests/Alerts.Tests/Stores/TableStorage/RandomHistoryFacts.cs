using Alerts.Due;
using Alerts.Subscriptions;

namespace Alerts.Tests.Stores.TableStorage;

/// <summary>
/// Makes random changes for some hours: on SQLite, where nothing fails, and with the same seed on a Table Storage that
/// fails in every way, even after all retries of the client library. Failed requests and watch runs are repeated.
/// <code>
/// minute  0        16       32       56        80       96       112      136  …
///         change   change   change   due here  change   change   change   due here
/// </code>
/// Leases expire by the service's clock, and the store is swept every four minutes: work held up by an error is done
/// minutes later, before the next change.
/// </summary>
public sealed class RandomHistoryFacts(ITestOutputHelper output)
{
    private const int Rounds = 6;
    private const int SeedsOfFullForm = 20;

    private static readonly Duration Round = Duration.FromMinutes(80);
    private static readonly Duration BetweenChanges = Duration.FromMinutes(16);

    /// <summary>Time of the due instants, from the start of a round.</summary>
    private static readonly Duration DueHere = Duration.FromMinutes(56);

    /// <summary>Interval of the sweep: longer than a lease and than the age at which the sweep takes over.</summary>
    private static readonly Duration Look = Duration.FromMinutes(4);

    /// <summary>The end of a round, after its due instants, in which nothing fails.</summary>
    private static readonly Duration Quiet = 3 * Look;

    private static readonly string[] Leads = ["PT0S", "PT80M", "PT160M", "PT240M"];

    /// <summary>One seed, or twenty with ALERTS_TESTS_FULL=1; ALERTS_TESTS_SEED replaces the first.</summary>
    public static TheoryData<int> Seeds
    {
        get
        {
            var first = int.TryParse(Environment.GetEnvironmentVariable("ALERTS_TESTS_SEED"), out var given) ? given
                : 3;
            var isFull = Environment.GetEnvironmentVariable("ALERTS_TESTS_FULL") == "1";
            return [.. Enumerable.Range(first, isFull ? SeedsOfFullForm : 2)];
        }
    }

    [Theory]
    [MemberData(nameof(Seeds), DisableDiscoveryEnumeration = true)]
    public async Task What_is_owed_arrives_as_if_nothing_had_failed(int seed)
    {
        var expected = await HeardAsync(seed, null);
        var faults = new TableFaults(seed);

        var heard = await HeardAsync(seed, faults);

        Assert.NotEmpty(expected);
        Assert.Equal(string.Join('\n', expected), string.Join('\n', heard));
        Assert.All(["busy", "lost", "raced"], way => Assert.True(faults.Count[way] > 5, way));
    }

    /// <summary>Lists what each subscriber got, without repeated keys, and the final state of each row.</summary>
    private async Task<IReadOnlyList<string>> HeardAsync(int seed, TableFaults? faults)
    {
        var random = new Random(seed);
        var start = World.Utc("2025-11-01 00:00");
        await using var world = await World.At("2025-11-01 00:00", faults,
            [("Watch:Every", "PT15M"), .. faults is null ? [] : new[] { ("Store", "TableStorage") }]);
        world.Real.Along = () => (world.Now - start).ToTimeSpan();
        world.Real.Ahead = TimeSpan.FromMinutes(2); // intents count as old at once
        SetFaults(isOn: true);
        var (dates, subscriptions, failures) = (new List<(string Id, Instant At)>(), new List<Subscription>(), 0);
        for (var round = 0; round < Rounds; round++)
        {
            for (var change = 0; change < 3; change++)
            {
                await ChangeAsync();
            }

            await PassAsync(Round - 3 * BetweenChanges - Quiet);
            // Without faults: what an error held up is finished before the next changes, as it is without errors.
            SetFaults(isOn: false);
            await PassAsync(Quiet);
            SetFaults(isOn: true);
        }

        while (dates.Exists(date => date.At > world.Now))
        {
            await PassAsync(Round);
        }

        if (faults is not null)
        {
            output.WriteLine(
                $"{faults.Requests} requests, {failures} errors, "
                + string.Join(", ", faults.Count.Select(one => $"{one.Value} {one.Key}")));
        }

        SetFaults(isOn: false);

        await PassAsync(Round); // finishes the work that the last errors held up
        var lines = new List<string>();
        var named = subscriptions.Select((subscription, index) => (subscription, $"reader {index}"));
        foreach (var (subscription, name) in named)
        {
            lines.AddRange(
                world
                    .Alerts.Where(alert => alert.Subscription.Id == subscription.Id)
                    .DistinctBy(alert => alert.Id)
                    .Select(alert =>
                        $"{name} heard {alert.Date.KeyDate.Id} {alert.Kind.Word()} {alert.Lead} "
                        + $"r{alert.Date.KeyDate.Revision}"));
            lines.AddRange(
                (await world.Ledger(subscription)).Select(row =>
                    $"{name} has {row.KeyDateId} {row.Kind.Word()} {row.Lead} r{row.Revision} {row.State}"));
        }

        lines.Sort(StringComparer.Ordinal);
        return lines;

        void SetFaults(bool isOn)
        {
            if (faults is not null)
            {
                (faults.Busy, faults.Lost, faults.Raced, faults.Persistent) = isOn ? (0.08, 0.08, 0.2, 0.2) : default;
            }
        }

        async Task ChangeAsync()
        {
            // A date due in this round is not changed, so that no change meets reminders that an error holds up.
            var ahead = dates.Where(date => date.At > world.Now + DueHere).ToList();
            switch (random.Next(10))
            {
                case < 3 when subscriptions.Count < 6:
                    var (leads, address) = (
                        string.Join(' ', Leads.Where(_ => random.Next(3) > 0).Append("PT0S").Distinct()),
                        $"reader{subscriptions.Count}@example.com");
                    await DoAsync(async () => subscriptions.Add(await world.Subscribe(leads, address: address)));
                    break;
                case < 5 when ahead.Count > 0:
                    var moved = ahead[random.Next(ahead.Count)];
                    await PutAsync(moved.Id, SomeTimeAhead());
                    break;
                case 5 when ahead.Count > 0:
                    await DoAsync(() => world.Cancel(ahead[0].Id));
                    break;
                case 6 when subscriptions.Count > 1:
                    var (edited, others) = (
                        subscriptions[random.Next(subscriptions.Count)],
                        string.Join(' ', Leads.Where(_ => random.Next(2) > 0).Append("PT0S").Distinct()));
                    await DoAsync(() => world.Edit(edited, World.Preferences(others)));
                    break;
                case 7 when subscriptions.Count > 3:
                    await DoAsync(() => world.Subscriptions.EndAsync(subscriptions[0].Id, CancellationToken.None));
                    break;
                default:
                    await PutAsync($"date-{dates.Count}", SomeTimeAhead());
                    break;
            }

            await PassAsync(BetweenChanges);
        }

        Instant SomeTimeAhead() => start + Round * ((int)((world.Now - start) / Round) + random.Next(2, 5)) + DueHere;

        async Task PutAsync(string id, Instant at)
        {
            await DoAsync(() => world.Date(id, at.ToString("uuuu-MM-dd HH:mm", null)));
            dates.RemoveAll(date => date.Id == id);
            dates.Add((id, at));
        }

        async Task PassAsync(Duration time)
        {
            for (var until = world.Now + time; world.Now < until;)
            {
                var next = Instant.Min(world.Now + Look, until);
                await DoAsync(() => world.RunUntil(next));
                await DoAsync(world.Settle);
            }
        }

        async Task DoAsync(Func<Task> step)
        {
            for (var isDone = false; !isDone;)
            {
                try
                {
                    await step();
                    isDone = true;
                }
                catch (Exception e) when (faults is not null && TableFaults.IsFault(e))
                {
                    failures++;
                }
            }
        }
    }
}
