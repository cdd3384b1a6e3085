namespace Alerts.Tests.Stores;

/// <summary>
/// Random histories in which mails of several alerts are lost, killed and sent again while their dates change: a repeat
/// carries the same <c>Message-ID</c> and nothing new, nothing is missing, and webhooks stay single.
/// </summary>
/// <param name="few">How many histories a run of CI tries.</param>
/// <param name="many">How many when <c>ALERTS_TESTS_FULL</c> is 1.</param>
public abstract class OneEmailPerMomentHistoryFacts(Worlds worlds, int few, int many, ITestOutputHelper output)
{
    [Fact]
    public async Task Nothing_new_hides_behind_an_old_id_and_nothing_is_missing()
    {
        var isFull = Environment.GetEnvironmentVariable("ALERTS_TESTS_FULL") == "1";
        var first = int.TryParse(Environment.GetEnvironmentVariable("ALERTS_TESTS_SEED"), out var given) ? given
            : isFull ? Random.Shared.Next(1_000_000) : 1;
        var count = isFull ? many : few;
        output.WriteLine($"Seed {first}, {count} histories (ALERTS_TESTS_SEED, ALERTS_TESTS_FULL=1)");
        var wrong = new List<string>();
        var (repeats, smaller) = (0, 0);
        for (var seed = first; seed < first + count; seed++)
        {
            var run = await RandomMails.RunAsync(worlds, seed);
            (repeats, smaller) = (repeats + run.Repeats, smaller + run.Smaller);
            if (run.Wrong is { } text)
            {
                wrong.Add(text);
                output.WriteLine(text);
            }
        }

        output.WriteLine($"{repeats} repeats, {smaller} of them smaller");
        Assert.True(wrong.Count == 0, $"{wrong.Count} histories went wrong. The first:\n{wrong.FirstOrDefault()}");
    }
}

public sealed class OneEmailPerMomentHistoryOnSqliteFacts(ITestOutputHelper output)
    : OneEmailPerMomentHistoryFacts(Worlds.OnSqlite, few: 6, many: 400, output);

public sealed class OneEmailPerMomentHistoryOnTableStorageFacts(ITestOutputHelper output)
    : OneEmailPerMomentHistoryFacts(Worlds.OnKillableTableStorage, few: 4, many: 60, output);
