using Alerts.Sources;

namespace Alerts.Tests.Sources;

/// <summary>An older version of an event changes nothing, whatever its days (product contract, section 17).</summary>
public sealed class StaleEventsTests
{
    private const string Newer = "SEQUENCE:3\nDTSTAMP:20260101T000000Z\n";
    private const string Older = "SEQUENCE:2\nDTSTAMP:20251201T000000Z\n";
    private const string Weekly = "DTSTART:20261110T090000Z\nRRULE:FREQ=WEEKLY;COUNT=3";
    private const string OtherDays = "DTSTART:20261111T090000Z\nRRULE:FREQ=WEEKLY;COUNT=3";
    private const string Single = "DTSTART:20261112T090000Z";

    [Theory]
    [InlineData(Weekly, OtherDays)]
    [InlineData(Weekly + "\nEXDATE:20261117T090000Z", Weekly)]
    [InlineData(Weekly, Single)]
    [InlineData(Single, Weekly)]
    [InlineData(Single, "DTSTART:20261113T090000Z")]
    public void An_older_version_changes_nothing(string newer, string older)
    {
        foreach (var apply in new[] { ApplyMode.Review, ApplyMode.Auto })
        {
            var bench = new SourceBench(apply).ReadFile(Event(Newer + newer)).AcceptAll();
            var dates = bench.Dates.ToList();
            for (var read = 0; read < 4; read++)
            {
                bench.ReadFile(Event(Older + older));
                Assert.Equal("Event 'w': is older than what was read before (SEQUENCE 2 after 3); it was skipped.",
                    Assert.Single(bench.Last.Warnings!));
            }

            Assert.Equal(dates, bench.Dates);
            Assert.Empty(bench.Open);
            Assert.Empty(bench.ReadFile(Event(Newer + newer)).Last.Warnings!);
        }
    }

    [Fact]
    public void An_older_version_does_not_bring_a_cancelled_series_back_on_other_days()
    {
        var bench = new SourceBench(ApplyMode.Auto).ReadFile(Event(Newer + Weekly)).AcceptAll()
            .ReadFile(Event("SEQUENCE:4\nDTSTAMP:20260102T000000Z").Replace("BEGIN:VEVENT",
                "METHOD:CANCEL\nBEGIN:VEVENT", StringComparison.Ordinal));
        bench.ReadFile(Event(Newer + OtherDays));
        Assert.Equal(3, bench.Dates.Count());
        Assert.All(bench.Dates, date => Assert.EndsWith(" x", date, StringComparison.Ordinal));
        Assert.Empty(bench.Open);
    }

    [Theory]
    [InlineData("SEQUENCE:2\nDTSTAMP:20260201T000000Z\n")]
    [InlineData("SEQUENCE:2\n")]
    [InlineData("SEQUENCE:3\nDTSTAMP:20251201T000000Z\n")]
    public void A_version_that_is_not_older_by_both_counts(string stamp)
    {
        var bench = new SourceBench().ReadFile(Event(Newer + Weekly)).AcceptAll().ReadFile(Event(stamp + OtherDays));
        Assert.Contains(bench.Dates.Concat(bench.Open),
            date => date.StartsWith("s-w-20261111", StringComparison.Ordinal));
        Assert.Empty(bench.Last.Warnings!);
    }

    [Fact]
    public void A_date_that_was_absent_is_present_in_an_older_version()
    {
        var bench = new SourceBench().ReadFile(Event(Newer + Single)).AcceptAll().ReadFile(Event("").Replace(
            "UID:w", "UID:other\nDTSTART:20261201T090000Z", StringComparison.Ordinal));
        Assert.True(bench.Last.HasAbsent);
        Assert.DoesNotContain(bench.ReadFile(Event(Older + Single)).ReadUnchanged().ReadUnchanged().Open,
            one => one.StartsWith("s-w ", StringComparison.Ordinal));
    }

    private static string Event(string content) =>
        $"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:w\nSUMMARY:W\n{content}\nEND:VEVENT\nEND:VCALENDAR\n";
}
