using Alerts.Tests.Support;
using Alerts.Tests.Support.Chains;
using Xunit;

namespace Alerts.Tests.Stores;

/// <summary>
/// Random chains of changes, edits, outcomes, holds, stops, kills and clocks set back, on a whole service. When
/// nothing is open, the last word a subscriber got is true, and every lead that passed while it was owed was followed by
/// word of the date or was given up with a reason; what goes out is true, and it was owed; the audit says the same.
/// </summary>
/// <param name="worlds">The store.</param>
/// <param name="few">How many worlds a run of CI makes.</param>
/// <param name="many">How many when <c>ALERTS_TESTS_FULL</c> is 1.</param>
/// <param name="chains">Chains in one world: on SQLite its time is mostly that of its watch runs.</param>
/// <param name="seedsOfFaults">Worlds that once found a fault; each run makes them too.</param>
public abstract class RandomChainFacts(
    Worlds worlds, int few, int many, int chains, int[] seedsOfFaults, ITestOutputHelper output)
{
    /// <summary>Worlds at a time: they wait for their stores.</summary>
    private const int Together = 3;

    /// <summary>A world in which time stands still is a fault; the slowest takes half a minute.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task The_last_word_is_true_and_no_lead_is_lost()
    {
        var isFull = Environment.GetEnvironmentVariable("ALERTS_TESTS_FULL") == "1";
        var first = int.TryParse(Environment.GetEnvironmentVariable("ALERTS_TESTS_SEED"), out var given) ? given
            : isFull ? Random.Shared.Next(1_000_000) : 173_094;
        var count = isFull ? many : few;
        output.WriteLine($"Seed {first}, {count} worlds of {chains} chains (ALERTS_TESTS_SEED, ALERTS_TESTS_FULL=1)");
        var wrong = new List<string>();
        await Parallel.ForEachAsync(
            Enumerable.Range(first, count).Union(seedsOfFaults),
            new ParallelOptions
            {
                MaxDegreeOfParallelism = Together,
                CancellationToken = TestContext.Current.CancellationToken
            },
            async (seed, _) =>
            {
                var found = await FaultsOfAsync(seed);
                lock (wrong)
                {
                    wrong.AddRange(found.Select(text => $"World {seed}: {text}"));
                }
            });

        Assert.True(wrong.Count == 0,
            $"{wrong.Count} chains went wrong. The first of them:\n{string.Join("\n\n", wrong.Take(5))}");
    }

    private async Task<IReadOnlyList<string>> FaultsOfAsync(int seed)
    {
        try
        {
            return await WorldOfChains.RunAsync(worlds, seed, chains).WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            return [$"not done after {Patience}"];
        }
    }
}

/// <summary>On a SQLite file, which is the queue too: 1,000 chains in the full form.</summary>
public sealed class RandomChainFactsOnSqlite(ITestOutputHelper output)
    : RandomChainFacts(
        Worlds.OnSqlite, few: 3, many: 200, chains: 5, [240207, 433195, 769456, 878068, 940303], output);

/// <summary>On Table Storage, with a queue apart: 300 chains in the full form.</summary>
public sealed class RandomChainFactsOnTableStorage(ITestOutputHelper output)
    : RandomChainFacts(Worlds.OnKillableTableStorage, few: 1, many: 60, chains: 5, [236319], output);
