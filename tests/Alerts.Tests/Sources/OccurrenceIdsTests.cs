namespace Alerts.Tests.Sources;

/// <summary>A known occurrence keeps its id, whatever its series becomes; a new one gets an id of its start.</summary>
public sealed class OccurrenceIdsTests
{
    private const string Weekly = "SUMMARY:W\nDTSTART:20260601T090000Z\nRRULE:FREQ=WEEKLY;COUNT=3";
    private const string TwiceADay = "SUMMARY:W\nDTSTART:20260601T090000Z\nRRULE:FREQ=DAILY;BYHOUR=9,15;COUNT=4";

    [Theory]
    [InlineData("1500")]
    [InlineData("0600")]
    public void A_second_occurrence_of_a_day_leaves_the_first_its_id(string time)
    {
        var bench = Accepted(Weekly);
        for (var i = 0; i < 4; i++)
        {
            bench.ReadFile(File($"{Weekly}\nRDATE:20260608T{time}00Z"));
        }

        Assert.Empty(bench.Open);
        Assert.Equal(["s-w-20260601", "s-w-20260608", $"s-w-20260608t{time}", "s-w-20260615"], Ids(bench));
        Assert.Equal(Instant.FromUtc(2026, 6, 8, 9, 0), bench["s-w-20260608"].KeyDate.When.Start);
    }

    [Fact]
    public void The_last_occurrence_of_a_day_keeps_its_id()
    {
        var bench = Accepted(TwiceADay);
        for (var i = 0; i < 3; i++)
        {
            bench.ReadFile(File($"{TwiceADay}\nEXDATE:20260602T150000Z"));
        }

        Assert.Equal(["s-w-20260602t1500 vanished"], bench.Open);
        Assert.Equal(["s-w-20260601t0900", "s-w-20260601t1500", "s-w-20260602t0900", "s-w-20260602t1500"], Ids(bench));
    }

    [Theory]
    [InlineData("WEEKLY", "s-w-20260601", "s-w-20260608")]
    [InlineData("DAILY", "s-w-20260601", "s-w-20260602")]
    public void A_series_written_in_another_zone_keeps_its_ids(string frequency, string first, string second)
    {
        var rule = $"RRULE:FREQ={frequency};COUNT=";
        var bench = Accepted($"SUMMARY:W\nDTSTART;TZID=Europe/Berlin:20260601T003000\n{rule}2");
        Assert.Equal([first, second], Ids(bench));
        var inUtc = $"SUMMARY:W\nDTSTART:20260531T223000Z\n{rule}";
        bench.ReadFile(File(inUtc + "2"));
        Assert.DoesNotContain(bench.Open, one => one.EndsWith(" added", StringComparison.Ordinal));
        Assert.False(bench.Last.HasAbsent);
        bench.AcceptAll().ReadFile(File(inUtc + "3")); // a third one is added without review
        Assert.Equal(3, bench.Dates.Count());
        Assert.Empty(bench.Open);
    }

    [Fact]
    public void A_series_at_another_hour_keeps_its_ids()
    {
        var bench = Accepted(Weekly).ReadFile(File(Weekly.Replace("T09", "T10", StringComparison.Ordinal)));
        Assert.Equal(["s-w-20260601 moved", "s-w-20260608 moved", "s-w-20260615 moved"], bench.Open);
    }

    [Fact]
    public void An_override_that_stays_behind_a_moved_series_keeps_its_id()
    {
        const string Override = "UID:w\nSUMMARY:Own\nRECURRENCE-ID:20260608T090000Z\nDTSTART:20260609T120000Z";
        var bench = new SourceBench().ReadFile(File(Weekly, Override)).AcceptAll()
            .ReadFile(File(Weekly.Replace("T09", "T10", StringComparison.Ordinal), Override)).AcceptAll();
        Assert.Equal("s-w-20260608 2026-06-09 Own", bench.Dates.ElementAt(1));
        Assert.Equal("s-w-20260608t1000 2026-06-08 W", bench.Dates.ElementAt(2));
    }

    [Fact]
    public void An_event_that_becomes_a_series_is_named_as_the_reason_of_a_new_id()
    {
        const string Single = "SUMMARY:W\nDTSTART:20260601T090000Z";
        var bench = Accepted(Single).ReadFile(File(Weekly));
        Assert.Contains("'s-w'", Assert.Single(bench.Last.Warnings!), StringComparison.Ordinal);
        Assert.Contains("'s-w-20260601'", Assert.Single(bench.Last.Warnings!), StringComparison.Ordinal);
        bench = Accepted(Weekly).ReadFile(File(Single));
        Assert.Contains("'s-w-20260601'", Assert.Single(bench.Last.Warnings!), StringComparison.Ordinal);
        bench = Accepted(Weekly).ReadFile(File(Single.Replace("T09", "T10", StringComparison.Ordinal)));
        Assert.Empty(bench.Last.Warnings!);
    }

    private static SourceBench Accepted(string content) => new SourceBench().ReadFile(File(content)).AcceptAll();

    private static IEnumerable<string> Ids(SourceBench bench) => bench.Dates.Select(date => date.Split(' ')[0]);

    private static string File(string content, string more = "") =>
        $"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:w\n{content}\nEND:VEVENT\n"
        + (more.Length > 0 ? $"BEGIN:VEVENT\n{more}\nEND:VEVENT\n" : "") + "END:VCALENDAR\n";
}
