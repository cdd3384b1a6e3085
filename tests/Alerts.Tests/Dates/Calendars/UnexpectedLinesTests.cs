using System.Text;
using Alerts.Dates;
using Alerts.Sources;

namespace Alerts.Tests.Dates.Calendars;

/// <summary>Lines of a calendar that are no content lines.</summary>
public sealed class UnexpectedLinesTests
{
    private const string When = "SUMMARY:S\nDTSTART:20261110T050100Z\n";

    [Theory]
    [InlineData("X-WR-CALDESC:First line\nand a raw second line\n", "Line 5: 'and a raw second line'")]
    [InlineData("X-WR-CALNAME\n", "Line 4: 'X-WR-CALNAME'")]
    [InlineData("X-WR-CALDESC:About\nMethod: cancel what you know\n", "Line 5: 'Method: cancel what you know'")]
    public void A_line_of_the_calendar_that_is_no_property_is_left_out_with_a_warning(string head, string says)
    {
        var bench = ImportBench.Of(CalendarText.Event(When, head));
        Assert.Equal("a added", bench.Output[^1]);
        Assert.Equal($"{says} is no line of a calendar; it was left out.", bench.Output[0]);
        Assert.False(bench["a"].IsCancelled);
        Assert.Equal(says, Assert.Single(Read(CalendarText.Event(When, head)).Warnings)[..says.Length]);
    }

    [Theory]
    [InlineData("X-FOO.BAR:1")]
    [InlineData("X MOZ LASTACK:1")]
    [InlineData("this is garbage")]
    [InlineData("DESCRIPTION:Dear all\nraw second line", "raw second line")]
    public void A_line_of_an_event_that_is_no_property_is_left_out_with_a_warning(string lines, string? named = null)
    {
        var file = CalendarText.Event($"{When}{lines}");
        var bench = ImportBench.Of(file);
        Assert.Equal("a added", bench.Output[^1]);
        Assert.Contains($"Event 'a': line {(named is null ? 8 : 9)}, '{named ?? lines}', is no line of a calendar",
            bench.Output[0], StringComparison.Ordinal);
        Assert.Equal("s-a", Assert.Single(Read(file).Dates).Id);
    }

    [Theory]
    [InlineData("DESCRIPTION:Dear all\nStatus: cancelled\n")]
    [InlineData("DESCRIPTION:Dear all\nStatus:cancelled\n")]
    [InlineData("DESCRIPTION:Dear all\nstatus: cancelled\n")]
    [InlineData("DESCRIPTION:Dear all\n\nNOTE: see\nhttps://example.org/\nStatus: cancelled\n")]
    [InlineData("X-ALT-DESC;FMTTYPE=text/html:<p>Dear all\nEnd: tomorrow\nBegin: now\nDtstart: never</p>\n")]
    [InlineData("LOCATION:Hall\nStatus; see below\n")]
    public void A_sentence_below_a_text_is_no_property(string lines)
    {
        var bench = ImportBench.Of(CalendarText.Event($"{lines}{When}"));
        Assert.Equal(("a added", DateStatus.Confirmed), (bench.Output[^1], bench["a"].Status));
        Assert.Equal("2026-11-10T05:01:00Z UTC", ImportBench.Words(bench["a"]));
        Assert.Contains("is no line of a calendar; it was left out.", bench.Output[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DESCRIPTION:Dear all\nSTATUS:CANCELLED\n")]
    [InlineData("DESCRIPTION:Dear all\nSTATUS: CANCELLED\n")]
    [InlineData("description:Dear all\nstatus:cancelled\n")]
    [InlineData("Description: Dear all\nStatus: Cancelled\n")]
    [InlineData("DESCRIPTION:Dear all\nTRANSP:OPAQUE\nstatus: cancelled\n")]
    public void A_property_below_a_text_counts(string lines) =>
        Assert.True(ImportBench.Of(CalendarText.Event($"{lines}{When}")).Clean().IsCancelled);

    [Theory]
    [InlineData("DESCRIPTION:Dear all\nraw line\nEnd:VEVENT\nBegin:VEVENT\nUID:b\n" + When)]
    [InlineData("DESCRIPTION:Dear all\nend:vevent\nbegin:vevent\nUID:b\n" + When)]
    public void The_end_of_an_event_ends_a_text(string lines) =>
        Assert.Equal(["a added", "b added"], ImportBench.Of(CalendarText.Event(When + lines)).Output[^2..]);

    private static Reading Read(string file) => CalendarSource.Read(
        new Source { Id = "s", Type = SourceType.ICalendar, Url = "https://example.org/c.ics" },
        Encoding.UTF8.GetBytes(file), Instant.FromUtc(2026, 10, 1, 0, 0), []);
}
