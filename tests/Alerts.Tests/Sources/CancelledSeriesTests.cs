using Alerts.Sources;

namespace Alerts.Tests.Sources;

/// <summary>The effect of METHOD:CANCEL, and of a METHOD that is refused, on the dates of a source.</summary>
public sealed class CancelledSeriesTests
{
    private const string Series = "SUMMARY:W\nDTSTART;VALUE=DATE:20260601\nRRULE:FREQ=DAILY;COUNT=2\n"
        + "SEQUENCE:2\nDTSTAMP:20260101T000000Z";

    private const string Newer = "SEQUENCE:3\nDTSTAMP:20260102T000000Z";

    private static readonly string[] BothCancelled = ["s-w-20260601 2026-06-01 W x", "s-w-20260602 2026-06-02 W x"];

    private static SourceBench Auto =>
        new SourceBench(ApplyMode.Auto).ReadFile(Calendar("PUBLISH", Series)).AcceptAll();

    [Theory]
    [InlineData(Newer)]
    [InlineData("SUMMARY:Cancelled: W\nDTSTART;VALUE=DATE:20260601\n" + Newer)]
    [InlineData("SUMMARY:Cancelled: W\nDTSTART;VALUE=DATE:20260601\nRRULE:FREQ=DAILY;COUNT=2\n" + Newer)]
    [InlineData("STATUS:CANCELLED\nDTSTART:20260601T090000Z\nRRULE:FREQ=WEEKLY\n" + Newer)]
    [InlineData("SEQUENCE:2\nDTSTAMP:20260101T000000Z")] // not newer than the series, yet it cancels
    public void A_cancelled_uid_cancels_the_known_occurrences_of_its_series(string content)
    {
        var bench = Auto.ReadFile(Calendar("CANCEL", content));
        Assert.Equal(BothCancelled, bench.Dates);
        Assert.Empty(bench.Last.Warnings!);
    }

    [Fact]
    public void A_cancellation_without_a_time_counts_beside_the_series_in_one_file() => Assert.Equal(
        BothCancelled, Auto.ReadFile(Calendar("PUBLISH", Series) + Calendar("CANCEL", "SEQUENCE:2")).Dates);

    [Fact]
    public void A_cancelled_series_is_a_proposal_for_each_occurrence_with_review()
    {
        var bench = new SourceBench().ReadFile(Calendar("PUBLISH", Series)).AcceptAll()
            .ReadFile(Calendar("CANCEL", Newer));
        Assert.Equal(["s-w-20260601 cancelled", "s-w-20260602 cancelled"], bench.Open);
        var first = bench.ProposalOf("s-w-20260601")!.Id;
        bench.ReadFile(Calendar("CANCEL", Newer)).ReadFile(Calendar("CANCEL", Newer)).ReadUnchanged();
        Assert.Equal(["s-w-20260601 cancelled", "s-w-20260602 cancelled"], bench.Open);
        Assert.Equal(first, bench.ProposalOf("s-w-20260601")!.Id);
        Assert.False(bench.Last.HasAbsent);
    }

    [Fact]
    public void A_stale_cancellation_changes_nothing_and_loses_nothing()
    {
        var stale = Calendar("CANCEL", "SEQUENCE:1\nDTSTAMP:20251201T000000Z");
        var bench = Auto.ReadFile(stale).ReadFile(stale).ReadFile(stale);
        Assert.Equal(["s-w-20260601 2026-06-01 W", "s-w-20260602 2026-06-02 W"], bench.Dates);
        Assert.Empty(bench.Open);
        Assert.Contains("older", Assert.Single(bench.Last.Warnings!), StringComparison.Ordinal);
    }

    [Fact]
    public void A_pinned_occurrence_is_proposed_and_keeps_what_was_edited_by_hand()
    {
        var bench = Auto.Edit("s-w-20260601", date => date with { Title = "Mine" }).ReadFile(Calendar("CANCEL", Newer));
        Assert.Equal(["s-w-20260601 cancelled"], bench.Open);
        Assert.Equal(["s-w-20260601 2026-06-01 Mine", "s-w-20260602 2026-06-02 W x"], bench.Dates);
        Assert.Equal("s-w-20260601 2026-06-01 Mine x", bench.Accept("s-w-20260601").Dates.First());
    }

    [Fact]
    public void A_cancelled_series_of_many_is_held_for_review()
    {
        var many = Series.Replace("COUNT=2", "COUNT=6", StringComparison.Ordinal);
        var bench = new SourceBench(ApplyMode.Auto).ReadFile(Calendar("PUBLISH", many)).AcceptAll()
            .ReadFile(Calendar("CANCEL", Newer));
        Assert.Equal(6, bench.Open.Count());
        Assert.NotNull(bench.HeldBecause);
        Assert.DoesNotContain(bench.Dates, date => date.EndsWith(" x", StringComparison.Ordinal));
    }

    [Fact]
    public void An_occurrence_that_is_over_stays_as_it_was()
    {
        var bench = Auto;
        bench.Now = Instant.FromUtc(2026, 6, 2, 1, 0);
        Assert.Equal(["s-w-20260601 2026-06-01 W", "s-w-20260602 2026-06-02 W x"],
            bench.ReadFile(Calendar("CANCEL", Newer)).Dates);
    }

    [Fact]
    public void What_nobody_accepted_is_withdrawn_when_it_is_cancelled()
    {
        var series = new SourceBench().ReadFile(Calendar("PUBLISH", Series)).ReadFile(Calendar("CANCEL", Newer));
        Assert.Empty(series.Open);
        var again = Calendar("PUBLISH", Series.Replace("SEQUENCE:2", "SEQUENCE:4", StringComparison.Ordinal));
        Assert.Equal(["s-w-20260601 added", "s-w-20260602 added"], series.ReadFile(again).Open);
        Assert.Empty(new SourceBench().Read("w 2026-06-01 W").ReadFile(Calendar("CANCEL", Newer)).Open);
    }

    [Fact]
    public void A_cancelled_uid_of_one_date_cancels_it_and_an_unknown_one_is_a_warning()
    {
        Assert.Equal(["s-w 2026-06-01 W x"], new SourceBench(ApplyMode.Auto).Read("w 2026-06-01 W").AcceptAll()
            .ReadFile(Calendar("CANCEL", Newer)).Dates);
        var unknown = new SourceBench().Read("o 2026-06-01 O").AcceptAll().ReadFile(Calendar("CANCEL", Series));
        Assert.Contains("no date with its UID is known", Assert.Single(unknown.Last.Warnings!),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_cancelled_occurrence_cancels_itself_only()
    {
        var bench = Auto.ReadFile(Calendar("PUBLISH", Series)
            + Calendar("CANCEL", "RECURRENCE-ID;VALUE=DATE:20260602\n" + Newer));
        Assert.Equal(["s-w-20260601 2026-06-01 W", "s-w-20260602 2026-06-02 W x"], bench.Dates);
    }

    [Theory]
    [InlineData(Newer, true)]
    [InlineData("SEQUENCE:2\nDTSTAMP:20260101T000000Z", true)]
    [InlineData("SEQUENCE:1\nDTSTAMP:20260102T000000Z", false)]
    public void Beside_its_series_a_cancellation_counts_unless_it_is_older(string stamp, bool isCancelled)
    {
        var cancel = Calendar("CANCEL", stamp);
        var published = Calendar("PUBLISH", Series.Replace(":W", ":V", StringComparison.Ordinal));
        foreach (var file in (string[])[published + cancel, cancel + published])
        {
            var bench = Auto.ReadFile(file);
            Assert.Equal(isCancelled ? BothCancelled : ["s-w-20260601 2026-06-01 V", "s-w-20260602 2026-06-02 V"],
                bench.Dates);
        }
    }

    [Theory]
    [InlineData("REPLY")]
    [InlineData("COUNTER")]
    [InlineData("BANANA")]
    public void A_refused_method_leaves_its_dates_as_they_are(string method)
    {
        var answer = Calendar(method, Series);
        var bench = Auto.ReadFile(answer).ReadFile(answer).ReadFile(answer).ReadFile(answer);
        Assert.Empty(bench.Open);
        Assert.False(bench.Last.HasAbsent);
        Assert.Contains(method, Assert.Single(bench.Last.Warnings!), StringComparison.Ordinal);

        var single = Calendar(method, "SUMMARY:W\nDTSTART;VALUE=DATE:20260601");
        bench = new SourceBench(ApplyMode.Auto).Read("w 2026-06-01 W").AcceptAll()
            .ReadFile(single).ReadFile(single).ReadFile(single);
        Assert.Empty(bench.Open);
    }

    private static string Calendar(string method, string content) =>
        $"BEGIN:VCALENDAR\nMETHOD:{method}\nBEGIN:VEVENT\nUID:w\n{content}\nEND:VEVENT\nEND:VCALENDAR\n";
}
