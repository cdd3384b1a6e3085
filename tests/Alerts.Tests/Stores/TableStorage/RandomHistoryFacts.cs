using Alerts.Dates;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Subscriptions;
using Alerts.Tests.Support;
using NodaTime;
using Xunit;

namespace Alerts.Tests.Stores.TableStorage;

/// <summary>
/// Some hours of changes at random, on SQLite, where nothing fails, and with the same seed on a Table Storage that fails in every way,
/// beyond the library's tries too. Whoever asked asks again, and a run that failed is made again, as a host would.
/// <code>
/// minute  0        40        80        120  …
///         changes  due here  changes   due here      so that what an error holds up for some minutes meets no change
/// </code>
/// </summary>
public sealed class RandomHistoryFacts(ITestOutputHelper output)
{
    private const int Rounds = 6;

    private static readonly Duration Half = Duration.FromMinutes(40);

    private static readonly string[] Leads = ["PT0S", "PT80M", "PT160M", "PT240M"];

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task What_is_owed_arrives_as_if_nothing_had_failed(int seed)
    {
        var expected = await HeardAsync(seed, null);
        var faults = new TableFaults(seed);

        var heard = await HeardAsync(seed, faults);

        // Errors back off in real time, which is long on this clock: a few reminders may be overtaken, or their date moved,
        // before they could be sent.
        var late = heard.Except(expected).Where(line => line.EndsWith(" Void", StringComparison.Ordinal))
            .Select(line => line[..^" Void".Length]).ToList();
        bool IsLate(string line) =>
            late.Exists(row => line.Replace(" heard ", " has ", StringComparison.Ordinal).StartsWith(row, StringComparison.Ordinal));
        Assert.NotEmpty(expected);
        Assert.InRange(late.Count, 0, expected.Count / 20);
        Assert.Equal(
            string.Join('\n', expected.Where(line => !IsLate(line))), string.Join('\n', heard.Where(line => !IsLate(line))));
        Assert.All(["busy", "lost", "raced"], way => Assert.True(faults.Count[way] > 5, way));
    }

    /// <summary>What each subscriber got, repeats of a key aside, and how each row ended.</summary>
    private async Task<IReadOnlyList<string>> HeardAsync(int seed, TableFaults? faults)
    {
        var random = new Random(seed);
        var start = World.Utc("2025-11-01 00:00");
        await using var world = await World.At("2025-11-01 00:00", faults, [("Watch:Every", "PT15M"), .. faults is null ? [] : new[] { ("Store", "TableStorage") }]);
        if (faults is not null)
        {
            (faults.Busy, faults.Lost, faults.Raced, faults.Persistent) = (0.08, 0.08, 0.2, 0.2);
        }

        var (dates, subscriptions, failures) = (new List<(string Id, Instant At)>(), new List<Subscription>(), 0);
        for (var round = 0; round < Rounds; round++)
        {
            for (var change = 0; change < 3; change++)
            {
                await ChangeAsync();
            }

            await DoAsync(world.Settle);
            await PassAsync(Half * 2);
        }

        while (dates.Exists(date => date.At > world.Now))
        {
            await PassAsync(Half * 2);
        }

        if (faults is not null)
        {
            output.WriteLine($"{faults.Requests} requests, {failures} errors, {string.Join(", ", faults.Count.Select(one => $"{one.Value} {one.Key}"))}");
            (faults.Busy, faults.Lost, faults.Raced) = (0, 0, 0);
        }

        await PassAsync(Half); // for what the last errors hold up
        var lines = new List<string>();
        foreach (var (subscription, name) in subscriptions.Select((subscription, index) => (subscription, $"reader {index}")))
        {
            lines.AddRange(world.Alerts.Where(alert => alert.Subscription.Id == subscription.Id).DistinctBy(alert => alert.Id)
                .Select(alert => $"{name} heard {alert.Date.KeyDate.Id} {alert.Kind.Word()} {alert.Lead} r{alert.Date.KeyDate.Revision}"));
            lines.AddRange((await world.Ledger(subscription)).Select(row => $"{name} has {row.KeyDateId} {row.Kind.Word()} {row.Lead} r{row.Revision} {row.State}"));
        }

        lines.Sort(StringComparer.Ordinal);
        return lines;

        async Task ChangeAsync()
        {
            var ahead = dates.Where(date => date.At > world.Now + Half).ToList();
            switch (random.Next(10))
            {
                case < 3 when subscriptions.Count < 6:
                    var (leads, address) = (string.Join(' ', Leads.Where(_ => random.Next(3) > 0).Append("PT0S").Distinct()), $"reader{subscriptions.Count}@example.com");
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
                    var (edited, others) = (subscriptions[random.Next(subscriptions.Count)], string.Join(' ', Leads.Where(_ => random.Next(2) > 0).Append("PT0S").Distinct()));
                    await DoAsync(() => world.Edit(edited, World.Preferences(others)));
                    break;
                case 7 when subscriptions.Count > 3:
                    await DoAsync(() => world.Subscriptions.EndAsync(subscriptions[0].Id, CancellationToken.None));
                    break;
                default:
                    await PutAsync($"date-{dates.Count}", SomeTimeAhead());
                    break;
            }

            // Two changes in one instant have no order that could be recorded.
            await PassAsync(Duration.FromSeconds(1));
        }

        Instant SomeTimeAhead() => start + Half * (2 * ((int)((world.Now - start) / (Half * 2)) + random.Next(2, 5)) + 1);

        async Task PutAsync(string id, Instant at)
        {
            await DoAsync(() => world.Date(id, at.ToString("uuuu-MM-dd HH:mm", null)));
            dates.RemoveAll(date => date.Id == id);
            dates.Add((id, at));
        }

        Task PassAsync(Duration time)
        {
            var until = world.Now + time;
            return DoAsync(() => world.RunUntil(until));
        }

        async Task DoAsync(Func<Task> step)
        {
            for (var isDone = false; !isDone;)
            {
                try
                {
                    world.Real.Ahead = (world.Now - start + Duration.FromMinutes(2)).ToTimeSpan(); // leases end as the clock goes on, and intents are old at once
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
