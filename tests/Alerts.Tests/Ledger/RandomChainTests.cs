using Alerts.Tests.Support.Chains;

namespace Alerts.Tests.Ledger;

/// <summary>
/// Tests random chains of changes, edits, outcomes, holds, stops and clocks set back, on the pure rules alone. Whenever
/// no alert may still be sent, the subscriber's latest information is true, and every lead that passed while it was
/// owed was followed by an alert about the date or given up with a reason. CI repeats fixed chains, so that a red run
/// means a fault of the change under test; the full form (ALERTS_TESTS_FULL=1) starts at a random seed.
/// </summary>
public sealed class RandomChainTests(ITestOutputHelper output)
{
    private const int FewChains = 1_000;
    private const int AllChains = 10_000;
    private const int FirstSeed = 200_000;
    private const int Steps = 14;

    /// <summary>Seeds that once revealed a fault of the product or of the model; every run includes them.</summary>
    private static readonly int[] SeedsOfFaults =
        [30045, 30523, 92162, 1009934, 1011269, 1014965, 1017801, 1039480, 1040643, 2006116, 2007092, 3011687,
            4023089, 6003059, 6009034, 7007550];

    private static readonly Instant Start = World.Utc("2025-11-09 06:00");
    private static readonly Instant NoChangesAfter = World.Utc("2025-11-14 18:00");
    private static readonly Duration[] Spans =
        [Duration.FromMinutes(1), Duration.FromMinutes(10), Duration.FromHours(1), Duration.FromHours(7),
            Duration.FromHours(23)];

    private static readonly Duration[] Holds = [Duration.Zero, Duration.Zero, Duration.FromMinutes(1),
        Duration.FromHours(2)];

    [Fact]
    public async Task The_last_word_is_true_and_no_lead_is_lost()
    {
        var isFull = Environment.GetEnvironmentVariable("ALERTS_TESTS_FULL") == "1";
        var first = int.TryParse(Environment.GetEnvironmentVariable("ALERTS_TESTS_SEED"), out var given) ? given
            : isFull ? Random.Shared.Next(100_000) : FirstSeed;
        var count = isFull ? AllChains : FewChains;
        output.WriteLine($"Seed {first}, {count} chains (ALERTS_TESTS_SEED, ALERTS_TESTS_FULL=1)");
        var wrong = new List<string>();
        foreach (var seed in Enumerable.Range(first, count).Union(SeedsOfFaults))
        {
            if (await WrongAsync(seed) is { } why)
            {
                wrong.Add(why);
            }
        }

        Assert.True(wrong.Count == 0,
            $"{wrong.Count} of {count} chains went wrong. The first of them:\n{string.Join("\n\n", wrong.Take(3))}");
    }

    private static async Task<string?> WrongAsync(int seed)
    {
        var random = new Random(seed);
        var ledger = new InMemoryLedger(Start, Holds[seed % Holds.Length]);
        using var chain = new RandomChain(ledger, 0, seed);
        ledger.Answer = chain.AnswerAsync;
        for (var step = 0; step < Steps && ledger.Now < NoChangesAfter; step++)
        {
            chain.NewFate();
            await chain.ChangeAsync();
            await PassAsync(ledger, chain, random);
            if (await chain.VerdictAsync() is { } wrong)
            {
                return $"{wrong}\n{await chain.DescribeAsync()}";
            }
        }

        (chain.Fate, chain.ChangesAtNextAttempt) = (Fate.Delivered, false);
        foreach (var until in new[] { World.Utc("2025-11-17 20:00"), World.Utc("2025-11-26 00:00") })
        {
            await ledger.RunUntilAsync(until);
            chain.Model.TimeIs(until);
            chain.Model.Settled();
            var isOpen = chain.Model.IsOpen(await chain.RowsAsync(), ledger.Now);
            if ((await chain.VerdictAsync() ?? (isOpen ? "something is still open" : null)) is { } wrong)
            {
                return $"{wrong}\n{await chain.DescribeAsync()}";
            }
        }

        return null;
    }

    private static async Task PassAsync(InMemoryLedger ledger, RandomChain chain, Random random)
    {
        var span = Spans[random.Next(Spans.Length)];
        switch (random.Next(12))
        {
            case 0 or 1:
                ledger.Pass(ledger.Now + span); // the service is stopped
                chain.Model.TimeIs(ledger.Now);
                break;
            case 2 when ledger.Now - span > Start:
                chain.Model.SetBackTo(ledger.Now - span);
                ledger.SetBackTo(ledger.Now - span);
                break;
            default:
                await ledger.RunUntilAsync(ledger.Now + span);
                break;
        }

        await ledger.SettleAsync();
        chain.Model.TimeIs(ledger.Now);
        chain.Model.Settled();
    }
}
