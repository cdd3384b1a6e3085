using static Alerts.Tests.Sources.SourceBench;

namespace Alerts.Tests.Sources;

/// <summary>Which changes count towards the limit of what a source may change without review.</summary>
public sealed class ChangeLimitTests
{
    private const string A = "a 2026-05-01 A";

    [Theory]
    [InlineData(50, false)]
    [InlineData(51, true)]
    public void More_than_50_added_dates_are_held(int count, bool isHeld)
    {
        var bench = Auto(A).Read([A, .. Many(count)]);
        Assert.Equal(isHeld ? count : 0, bench.Open.Count());
        Assert.Equal(isHeld, bench.HeldBecause is not null);
    }

    [Fact]
    public void What_was_added_within_24_hours_counts_together()
    {
        var bench = Auto(A).Read([A, .. Many(30)]).Read([A, .. Many(60)]);
        Assert.Equal(30, bench.Open.Count());
        var slow = Auto(A).Read([A, .. Many(30)]);
        slow.Now += Duration.FromHours(24);
        Assert.Empty(slow.Read([A, .. Many(60)]).Open);
    }

    [Theory]
    [InlineData(5, 100, false)]
    [InlineData(6, 100, false)]
    [InlineData(6, 29, true)]
    [InlineData(20, 100, false)]
    [InlineData(21, 100, true)]
    public void More_than_five_and_a_fifth_moved_are_held_as_a_whole(int moved, int all, bool isHeld)
    {
        var bench = Auto(Many(all)).Read([.. Many(moved, "2026-05-02"), .. Many(all - moved, from: moved)]);
        Assert.Equal(isHeld ? moved : 0, bench.Open.Count());
    }

    [Fact]
    public void A_read_that_loses_many_dates_holds_its_other_changes_too()
    {
        var bench = Auto(Many(10)).Read("e0 2026-05-02 E0");
        Assert.Equal(["s-e0 moved"], bench.Open);
        Assert.Contains("lost", bench.HeldBecause, StringComparison.Ordinal);
    }

    [Fact]
    public void A_date_that_is_moved_again_and_again_counts_once()
    {
        var bench = Auto(Many(8));
        for (var day = 1; day <= 7; day++)
        {
            ReadSoon(bench, [$"e0 2026-06-0{day} E0", .. Many(7, from: 1)]);
            Assert.Empty(bench.Open);
        }
    }

    [Fact]
    public void Dates_moved_one_after_the_other_count_together()
    {
        var bench = Auto(Many(8));
        for (var moved = 1; moved <= 6; moved++)
        {
            ReadSoon(bench, [.. Many(moved, "2026-06-01"), .. Many(8 - moved, from: moved)]);
            Assert.Equal(moved > 5 ? ["s-e5 moved"] : [], bench.Open);
        }
    }

    [Fact]
    public void Dates_that_are_over_do_not_count()
    {
        var over = Many(8, "2025-05-01", from: 8);
        var bench = Auto([.. Many(8), .. over])
            .Read([.. Many(8), .. Many(7, "2025-04-01", from: 8), "e15 2025-05-01 E15"]);
        Assert.Empty(bench.Open);
        Assert.Null(bench.HeldBecause);
    }

    [Fact]
    public void Upcoming_dates_that_are_moved_into_the_past_count()
    {
        var bench = Auto(Many(8)).Read(Many(8, "2025-05-01"));
        Assert.Equal(8, bench.Open.Count());
        Assert.NotNull(bench.HeldBecause);
    }

    private static void ReadSoon(SourceBench bench, IEnumerable<string> events)
    {
        bench.Now -= Duration.FromHours(5); // the bench reads every 6 hours
        bench.Read(events);
    }
}
