using Alerts.Sources;

namespace Alerts.Tests.Sources;

/// <summary>A rejected change is proposed again only when the source changes again, then always with review.</summary>
public sealed class RejectedChangesTests
{
    private const string A = "a 2026-05-01 A";
    private const string B = "b 2026-06-01 B";
    private const string Moved = "a 2026-05-02 A";

    private static SourceBench Review => new SourceBench().Read(A, B).AcceptAll();

    private static SourceBench Vanished => Review.Read(B).Read(B).Read(B);

    [Theory]
    [InlineData("a 2026-05-02 A", "s-a moved")]
    [InlineData("a 2026-05-01 A x", "s-a cancelled")]
    public void It_is_proposed_again_after_the_source_went_back(string change, string proposed)
    {
        var bench = Review.Read(change, B).Reject("s-a").Read(change, B);
        Assert.Empty(bench.Open);
        Assert.Empty(bench.Read(A, B).Open);
        Assert.Equal([proposed], bench.Read(change, B).Open);
        Assert.Empty(bench.Reject("s-a").Read(change, B).Open);
    }

    [Fact]
    public void It_is_proposed_again_with_review_also_with_auto()
    {
        var bench = new SourceBench(ApplyMode.Auto).Read(Many("2026-05-01", 10)).AcceptAll()
            .Read(Many("2026-05-02", 10));
        Assert.Equal(10, bench.Open.Count()); // held by the change limit
        bench.Reject("s-e0").Read(Many("2026-05-01", 10));
        Assert.Empty(bench.Open);
        bench.Read(["e0 2026-05-02 E", .. Many("2026-05-01", 10).Skip(1)]);
        Assert.Equal(["s-e0 moved"], bench.Open);
        Assert.Contains("s-e0 2026-05-01 E", bench.Dates);
    }

    [Fact]
    public void A_rejected_vanishing_is_proposed_again_after_the_date_was_there()
    {
        var bench = Vanished.Reject("s-a").Read(A, B).Read(B).Read(B);
        Assert.Empty(bench.Open);
        Assert.Equal(["s-a vanished"], bench.ReadUnchanged().Open);
    }

    [Fact]
    public void A_rejected_vanishing_is_proposed_again_after_the_date_was_there_with_a_change()
    {
        var bench = Vanished.Reject("s-a").Read(Moved, B);
        Assert.Equal(["s-a moved"], bench.Open);
        Assert.Equal(["s-a vanished"], bench.Read(B).Read(B).Read(B).Open);
    }

    [Fact]
    public void What_came_back_and_vanished_again_is_no_longer_proposed()
    {
        var bench = Vanished.Accept("s-a").Read(A, B);
        Assert.Equal(["s-a reinstated"], bench.Open);
        Assert.True(bench.Read(B).Last.HasAbsent);
        Assert.Empty(bench.ReadUnchanged().ReadUnchanged().Open);
        Assert.False(bench.Last.HasAbsent);
    }

    [Fact]
    public void A_rejected_return_is_proposed_again_after_the_date_vanished_again()
    {
        var bench = Vanished.Accept("s-a").Read(A, B).Reject("s-a").Read(A, B);
        Assert.Empty(bench.Open);
        Assert.Empty(bench.Read(B).ReadUnchanged().ReadUnchanged().Open);
        Assert.Equal(["s-a reinstated"], bench.Read(A, B).Open);
    }

    [Fact]
    public void A_source_that_is_added_again_proposes_only_what_was_left_open()
    {
        var bench = new SourceBench(ApplyMode.Auto).Read(A, B, "c 2026-07-01 C", "d 2026-08-01 D")
            .Accept("s-a", "s-b").Reject("s-c").Edit("s-b", date => date with { Title = "Mine" })
            .Read(A, "b 2026-06-02 B", "c 2026-07-01 C", "d 2026-08-01 D");
        Assert.Equal(["s-b moved", "s-d added"], bench.Open);
        bench.RemoveAndAdd();
        Assert.Empty(bench.Open);
        bench.Read(A, "b 2026-06-02 B", "c 2026-07-01 C", "d 2026-08-01 D");
        Assert.Equal(["s-b moved", "s-d added"], bench.Open);
        Assert.NotNull(bench.HeldBecause);
        Assert.Empty(bench.Read(A, B, "c 2026-07-01 C").Accept("s-d").Open);
        Assert.Equal(["s-a 2026-05-01 A", "s-b 2026-06-01 Mine", "s-d 2026-08-01 D"], bench.Dates);
    }

    private static IEnumerable<string> Many(string day, int count) =>
        Enumerable.Range(0, count).Select(i => $"e{i} {day} E");
}
