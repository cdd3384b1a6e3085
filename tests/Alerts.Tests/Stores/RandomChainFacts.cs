using Alerts.Tests.Support.Chains;

namespace Alerts.Tests.Stores;

/// <summary>
/// Runs random chains of changes, edits, outcomes, holds, stops, kills and clock setbacks on a whole service. Once
/// nothing is pending, the last alert each subscriber got is true, and every lead that passed while it was owed was
/// followed by an alert about the date or was given up with a reason. Every alert sent is true and was owed, and the
/// audit agrees.
/// </summary>
/// <param name="worlds">Creates worlds on the store under test.</param>
/// <param name="few">Number of worlds in a CI run.</param>
/// <param name="many">Number of worlds when <c>ALERTS_TESTS_FULL</c> is 1.</param>
/// <param name="chains">Number of chains per world. On SQLite, watch runs take most of the time.</param>
/// <param name="seedsOfFaults">Seeds that once revealed a bug; every run includes them.</param>
public abstract class RandomChainFacts(
    Worlds worlds, int few, int many, int chains, int[] seedsOfFaults, ITestOutputHelper output)
{
    /// <summary>Number of worlds that run concurrently; they mostly wait for their stores.</summary>
    private const int Together = 3;

    /// <summary>Time limit for one world. The slowest takes half a minute; reaching the limit is a bug.</summary>
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

/// <summary>Runs the tests on SQLite, which is both store and queue: 1,000 chains in the full run.</summary>
public sealed class RandomChainFactsOnSqlite(ITestOutputHelper output)
    : RandomChainFacts(
        Worlds.OnSqlite, few: 3, many: 200, chains: 5, [236319, 240207, 433195, 769456, 878068, 940303], output);

/// <summary>Runs the tests on Table Storage with a separate queue: 300 chains in the full run.</summary>
public sealed class RandomChainFactsOnTableStorage(ITestOutputHelper output)
    : RandomChainFacts(Worlds.OnKillableTableStorage, few: 1, many: 60, chains: 5, [236319, 390679, 390689], output);
