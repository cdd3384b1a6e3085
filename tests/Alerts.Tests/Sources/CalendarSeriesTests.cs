using System.Text;
using Alerts.Dates;
using Alerts.Sources;
using NodaTime;
using Xunit;

namespace Alerts.Tests.Sources;

/// <summary>Series of a calendar as programs really write them: which occurrences there are, and which entry counts.</summary>
public sealed class CalendarSeriesTests
{
    private const string AllDay = "UID:w\nSUMMARY:W\nDTSTART;VALUE=DATE:20260401\nRRULE:FREQ=DAILY;COUNT=3";
    private const string Timed = "UID:w\nSUMMARY:W\nDTSTART;TZID=Europe/Berlin:20260401T090000\nRRULE:FREQ=DAILY;COUNT=3";

    private static readonly Instant Now = Instant.FromUtc(2026, 3, 1, 12, 0);

    [Fact]
    public void A_day_in_exdate_excludes_all_times_of_that_day() =>
        Assert.Equal(["s-w-20260401", "s-w-20260403"],
            Ids(Read("Europe/Berlin", $"{Timed}\nEXDATE;VALUE=DATE:20260402")));

    [Theory]
    [InlineData("SEQUENCE:1", "SEQUENCE:2", "Second")]
    [InlineData("SEQUENCE:2", "SEQUENCE:1", "First")]
    [InlineData("SEQUENCE:10", "SEQUENCE:9\nDTSTAMP:20260201T000000Z", "First")]
    [InlineData("DTSTAMP:20260101T000000Z", "DTSTAMP:20260102T000000Z", "Second")]
    [InlineData("LAST-MODIFIED:20260101T000000Z", "LAST-MODIFIED:20260102T000000Z", "Second")]
    [InlineData("SEQUENCE:1", "SEQUENCE:1", "First")]
    public void Of_two_entries_of_a_uid_the_newest_counts_and_a_warning_says_so(string first, string second, string title)
    {
        var single = Read("UTC", $"UID:w\nSUMMARY:First\nDTSTART:20260401T090000Z\n{first}",
            $"UID:w\nSUMMARY:Second\nDTSTART:20260402T090000Z\n{second}");
        Assert.Equal(title, Assert.Single(single.Dates).Title);
        Assert.Contains("stands there 2 times", Assert.Single(single.Warnings), StringComparison.Ordinal);

        var series = Read("UTC", $"{AllDay.Replace(":W", ":First", StringComparison.Ordinal)}\n{first}",
            $"{AllDay.Replace(":W", ":Second", StringComparison.Ordinal)}\n{second}");
        Assert.Equal([title, title, title], series.Dates.Select(date => date.Title));

        var changed = Read("UTC", AllDay,
            $"UID:w\nSUMMARY:First\nRECURRENCE-ID;VALUE=DATE:20260402\nDTSTART;VALUE=DATE:20260402\n{first}",
            $"UID:w\nSUMMARY:Second\nRECURRENCE-ID:20260402T000000\nDTSTART;VALUE=DATE:20260402\n{second}");
        Assert.Equal(["W", title, "W"], changed.Dates.Select(date => date.Title));
        Assert.Contains("2026-04-02", Assert.Single(changed.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void The_newest_entry_counts_also_when_it_cannot_be_read()
    {
        var single = Read("UTC", "UID:a\nSUMMARY:Old\nDTSTART:20260401T090000Z\nSEQUENCE:1",
            "UID:a\nSUMMARY:New\nDTSTART:soon\nSEQUENCE:2");
        Assert.Empty(single.Dates);
        Assert.Contains("s-a", single.Unreadable);
    }

    [Fact]
    public void An_occurrence_that_cannot_be_read_is_not_read_as_its_series_has_it()
    {
        var reading = Read("UTC", AllDay,
            "UID:w\nSUMMARY:Moved\nRECURRENCE-ID;VALUE=DATE:20260402\nDTSTART:soon");
        Assert.Equal(["s-w-20260401", "s-w-20260403"], Ids(reading));
        Assert.Contains("w", reading.UnreadableSeries);
    }

    [Fact]
    public void An_occurrence_of_a_series_that_cannot_be_read_is_not_read_either()
    {
        var reading = Read("UTC", AllDay.Replace("20260401", "soon", StringComparison.Ordinal),
            "UID:w\nSUMMARY:Moved\nRECURRENCE-ID;VALUE=DATE:20260402\nDTSTART;VALUE=DATE:20260420");
        Assert.Empty(reading.Dates);
        Assert.Contains("w", reading.UnreadableSeries);
    }

    [Fact]
    public void An_occurrence_of_its_own_has_no_status_from_its_series()
    {
        var dates = Read("UTC", AllDay + "\nSTATUS:TENTATIVE",
            "UID:w\nRECURRENCE-ID;VALUE=DATE:20260402\nDTSTART;VALUE=DATE:20260402").Dates;
        Assert.Equal([DateStatus.Tentative, null, DateStatus.Tentative], dates.Select(date => date.Status));
        Assert.Equal("W", dates[1].Title);
    }

    private static Reading Read(string zone, params IEnumerable<string> events) =>
        ReadFile(zone, string.Concat(events.Select(one => $"BEGIN:VEVENT\n{one}\nEND:VEVENT\n")));

    private static Reading ReadFile(string zone, string components) => CalendarSource.Read(
        new Source
        {
            Id = "s",
            Type = SourceType.ICalendar,
            Url = "https://example.org/c.ics",
            TimeZone = DateTimeZoneProviders.Tzdb[zone],
        },
        Encoding.UTF8.GetBytes($"BEGIN:VCALENDAR\n{components}END:VCALENDAR\n"), Now);

    private static IEnumerable<string> Ids(Reading reading) => reading.Dates.Select(date => date.Id);
}
