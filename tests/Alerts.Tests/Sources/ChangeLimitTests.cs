using Alerts.Sources;

namespace Alerts.Tests.Sources;

/// <summary>Which changes count towards the limit of what a source may change without review.</summary>
public sealed class ChangeLimitTests
{
    private static SourceBench Auto(params IEnumerable<string> first) =>
        new SourceBench(ApplyMode.Auto).Read(first).AcceptAll();

    private static IEnumerable<string> Many(string day, int count, int from = 0) =>
        Enumerable.Range(from, count).Select(i => $"e{i} {day} E");

    [Fact]
    public void A_date_that_is_moved_again_and_again_counts_once()
    {
        var bench = Auto(Many("2026-05-01", 8));
        for (var day = 1; day <= 7; day++)
        {
            ReadSoon(bench, [$"e0 2026-06-0{day} E", .. Many("2026-05-01", 7, from: 1)]);
            Assert.Empty(bench.Open);
        }
    }

    [Fact]
    public void Dates_moved_one_after_the_other_count_together()
    {
        var bench = Auto(Many("2026-05-01", 8));
        for (var moved = 1; moved <= 6; moved++)
        {
            ReadSoon(bench, [.. Many("2026-06-01", moved), .. Many("2026-05-01", 8 - moved, from: moved)]);
            Assert.Equal(moved > 5 ? ["s-e5 moved"] : [], bench.Open);
        }
    }

    [Fact]
    public void Dates_that_are_over_do_not_count()
    {
        var over = Many("2025-05-01", 8, from: 8);
        var bench = Auto([.. Many("2026-05-01", 8), .. over])
            .Read([.. Many("2026-05-01", 8), .. Many("2025-04-01", 7, from: 8), "e15 2025-05-01 E"]);
        Assert.Empty(bench.Open);
        Assert.Null(bench.Last.HeldBecause);
    }

    [Fact]
    public void Upcoming_dates_that_are_moved_into_the_past_count()
    {
        var bench = Auto(Many("2026-05-01", 8)).Read(Many("2025-05-01", 8));
        Assert.Equal(8, bench.Open.Count());
        Assert.NotNull(bench.Last.HeldBecause);
    }

    private static void ReadSoon(SourceBench bench, IEnumerable<string> events)
    {
        bench.Now -= Duration.FromHours(5); // the bench reads every 6 hours
        bench.Read(events);
    }
}
