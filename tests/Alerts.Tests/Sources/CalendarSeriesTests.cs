using System.Text;
using Alerts.Dates;
using Alerts.Sources;

namespace Alerts.Tests.Sources;

/// <summary>
/// Calendar series as real programs write them: which occurrences exist, and which entry takes precedence.
/// </summary>
public sealed class CalendarSeriesTests
{
    private const string AllDay = "UID:w\nSUMMARY:W\nDTSTART;VALUE=DATE:20260401\nRRULE:FREQ=DAILY;COUNT=3";
    private const string Timed =
        "UID:w\nSUMMARY:W\nDTSTART;TZID=Europe/Berlin:20260401T090000\nRRULE:FREQ=DAILY;COUNT=3";

    private static readonly Instant Now = Instant.FromUtc(2026, 3, 1, 12, 0);

    [Theory]
    [InlineData("Europe/Berlin", "EXDATE:20260402T000000")]
    [InlineData("Europe/Berlin", "EXDATE;TZID=America/New_York:20260402T090000")]
    [InlineData("Europe/Berlin", "EXDATE:20260401T220000Z")] // midnight in Berlin
    [InlineData("America/New_York", "EXDATE:20260402T040000Z")] // midnight in New York
    [InlineData("America/New_York", "EXDATE:20260402T000000Z")] // a day, written as midnight UTC
    [InlineData("America/New_York", "EXDATE:20260402T130000Z")]
    public void A_time_in_exdate_excludes_its_day_of_an_all_day_series(string zone, string line) =>
        Assert.Equal(["s-w-20260401", "s-w-20260403"], Ids(Read(zone, $"{AllDay}\n{line}")));

    [Theory]
    [InlineData("Europe/Berlin", "RDATE:20260410T150000")]
    [InlineData("Europe/Berlin", "RDATE:20260409T220000Z")]
    [InlineData("America/New_York", "RDATE:20260410T000000Z")]
    public void A_time_in_rdate_adds_its_day_to_an_all_day_series(string zone, string line) =>
        Assert.Equal(["s-w-20260401", "s-w-20260402", "s-w-20260403", "s-w-20260410"],
            Ids(Read(zone, $"{AllDay}\n{line}")));

    [Fact]
    public void A_day_in_rdate_adds_an_occurrence_at_the_time_of_the_series() =>
        Assert.Equal("s-w-20260410 2026-04-10T07:00:00Z",
            Lines(Read("Europe/Berlin", $"{Timed}\nRDATE;VALUE=DATE:20260410")).Last());

    [Fact]
    public void A_day_in_exdate_excludes_all_times_of_that_day() =>
        Assert.Equal(["s-w-20260401", "s-w-20260403"],
            Ids(Read("Europe/Berlin", $"{Timed}\nEXDATE;VALUE=DATE:20260402")));

    [Theory]
    [InlineData("Europe/Berlin", "RECURRENCE-ID:20260401T220000Z")]
    [InlineData("America/New_York", "RECURRENCE-ID:20260402T040000Z")]
    [InlineData("America/New_York", "RECURRENCE-ID:20260402T000000Z")]
    [InlineData("America/New_York", "RECURRENCE-ID:20260402T000000")]
    public void An_occurrence_of_an_all_day_series_is_replaced_by_its_day(string zone, string line)
    {
        var dates = Read(zone, AllDay, $"UID:w\nSUMMARY:Moved\n{line}\nDTSTART;VALUE=DATE:20260420").Dates;
        Assert.Equal(["s-w-20260401 W", "s-w-20260402 Moved", "s-w-20260403 W"],
            dates.Select(date => $"{date.Id} {date.Title}"));
    }

    [Theory]
    [InlineData("America/New_York", "20260404T035959Z", 3)] // the end of 3 April in New York
    [InlineData("America/New_York", "20260403T040000Z", 3)] // the start of 3 April in New York
    [InlineData("America/New_York", "20260403T000000Z", 3)] // a day, written as midnight UTC
    [InlineData("America/New_York", "20260403T235959Z", 3)]
    [InlineData("America/New_York", "20260403T020000Z", 2)] // 2 April in New York
    [InlineData("Asia/Tokyo", "20260402T150000Z", 3)] // the start of 3 April in Tokyo
    [InlineData("Asia/Tokyo", "20260403T235959Z", 3)]
    [InlineData("Asia/Tokyo", "20260403T000000Z", 3)]
    [InlineData("America/New_York", "20260403", 3)]
    public void Until_of_an_all_day_series_is_its_day_where_the_series_is(string zone, string until, int count) =>
        Assert.Equal(count, Read(zone,
            $"UID:w\nSUMMARY:W\nDTSTART;VALUE=DATE:20260401\nRRULE:FREQ=DAILY;UNTIL={until}").Dates.Count);

    [Theory]
    [InlineData("RECURRENCE-ID;RANGE=THISANDFUTURE;VALUE=DATE:20260402", "RANGE='THISANDFUTURE'", "s-w-20260401")]
    [InlineData("RECURRENCE-ID;VALUE=DATE;RANGE=thisandprior:20260402", "RANGE='THISANDPRIOR'", "s-w-20260403")]
    public void A_change_of_several_occurrences_is_refused_by_name(string line, string says, string left)
    {
        var reading = Read("UTC", AllDay, $"UID:w\nSUMMARY:Moved\n{line}\nDTSTART;VALUE=DATE:20260420",
            "UID:o\nSUMMARY:O\nDTSTART:20260401T090000Z");
        Assert.Equal([left, "s-o"], Ids(reading));
        Assert.Contains(says, Assert.Single(reading.Warnings), StringComparison.Ordinal);
        Assert.Contains("w", reading.UnreadableSeries);
    }

    [Theory]
    [InlineData("FREQ=DAILY;INTERVAL=2", "s-w-20260402", "s-w-20260404")]
    [InlineData("FREQ=WEEKLY;BYDAY=SA", "s-w-20260401", "s-w-20260402", "s-w-20260403")]
    [InlineData("FREQ=DAILY;UNTIL=20260402", "s-w-20260403", "s-w-20260404")]
    public void Exrule_excludes_the_occurrences_it_names(string rule, params string[] ids) =>
        Assert.Equal(ids, Ids(Read("UTC", "UID:w\nSUMMARY:W\nDTSTART;VALUE=DATE:20260401\n" // a Wednesday
            + $"RRULE:FREQ=DAILY;COUNT=4\nEXRULE:{rule}")));

    [Fact]
    public void An_exrule_that_cannot_be_read_is_named() =>
        Assert.Contains("EXRULE", Assert.Single(Read("UTC", AllDay + "\nEXRULE:FREQ=NEVER").Warnings),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("DTSTART;VALUE=DATE:20260401\nDUE;VALUE=DATE:20260403",
        "s-w-20260401 2026-04-03T00:00:00Z", "s-w-20260408 2026-04-10T00:00:00Z")]
    [InlineData("DTSTART;TZID=Europe/Berlin:20260325T090000\nDUE;TZID=Europe/Berlin:20260327T170000",
        "s-w-20260325 2026-03-27T16:00:00Z", "s-w-20260401 2026-04-03T15:00:00Z")]
    [InlineData("DTSTART:20260401T230000Z\nDURATION:PT2H",
        "s-w-20260401 2026-04-02T01:00:00Z", "s-w-20260408 2026-04-09T01:00:00Z")]
    [InlineData("DTSTART;VALUE=DATE:20260401\nDUE:20260403T120000Z",
        "s-w-20260401 2026-04-03T12:00:00Z", "s-w-20260408 2026-04-10T12:00:00Z")]
    [InlineData("DUE;VALUE=DATE:20260403", "s-w-20260403 2026-04-03T00:00:00Z", "s-w-20260410 2026-04-10T00:00:00Z")]
    public void An_occurrence_of_a_to_do_is_a_date_when_it_is_due(string times, string first, string second) =>
        Assert.Equal([first, second], Lines(ReadFile("UTC",
            $"BEGIN:VTODO\nUID:w\nSUMMARY:W\n{times}\nRRULE:FREQ=WEEKLY;COUNT=2\nEND:VTODO\n")));

    [Fact]
    public void A_date_left_out_because_its_id_is_taken_is_named_by_its_own_name()
    {
        var read = Read("UTC", "UID:m\nSUMMARY:M\nDTSTART:20260401T090000Z\nRRULE:FREQ=WEEKLY;COUNT=2",
            "UID:m-20260408\nSUMMARY:Other\nDTSTART:20260501T090000Z");
        Assert.Equal(["M", "M"], read.Dates.Select(date => date.Title));
        Assert.Equal(
            "Event 'm-20260408': has the same id as Event 'm', 's-m-20260408'; it was left out.",
            Assert.Single(read.Warnings));
    }

    [Theory]
    [InlineData("SEQUENCE:1", "SEQUENCE:2", "Second")]
    [InlineData("SEQUENCE:2", "SEQUENCE:1", "First")]
    [InlineData("SEQUENCE:10", "SEQUENCE:9\nDTSTAMP:20260201T000000Z", "First")]
    [InlineData("DTSTAMP:20260101T000000Z", "DTSTAMP:20260102T000000Z", "Second")]
    [InlineData("LAST-MODIFIED:20260101T000000Z", "LAST-MODIFIED:20260102T000000Z", "Second")]
    [InlineData("SEQUENCE:1", "SEQUENCE:1", "First")]
    public void Of_two_entries_of_a_uid_the_newest_counts_and_a_warning_says_so(
        string first, string second, string title)
    {
        var single = Read("UTC", $"UID:w\nSUMMARY:First\nDTSTART:20260401T090000Z\n{first}",
            $"UID:w\nSUMMARY:Second\nDTSTART:20260402T090000Z\n{second}");
        Assert.Equal(title, Assert.Single(single.Dates).Title);
        Assert.Contains("is in the file 2 times", Assert.Single(single.Warnings), StringComparison.Ordinal);

        var series = Read("UTC", $"{AllDay.Replace(":W", ":First", StringComparison.Ordinal)}\n{first}",
            $"{AllDay.Replace(":W", ":Second", StringComparison.Ordinal)}\n{second}");
        Assert.Equal([title, title, title], series.Dates.Select(date => date.Title));

        var changed = Read("UTC", AllDay,
            $"UID:w\nSUMMARY:First\nRECURRENCE-ID;VALUE=DATE:20260402\nDTSTART;VALUE=DATE:20260402\n{first}",
            $"UID:w\nSUMMARY:Second\nRECURRENCE-ID:20260402T000000\nDTSTART;VALUE=DATE:20260402\n{second}");
        Assert.Equal(["W", title, "W"], changed.Dates.Select(date => date.Title));
        Assert.Contains("2026-04-02", Assert.Single(changed.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DTSTART;VALUE=DATE:20260401\nDTEND;VALUE=DATE:99980101\nRRULE:FREQ=WEEKLY", "VEVENT")]
    [InlineData("DTSTART;VALUE=DATE:19000401\nDUE;VALUE=DATE:99980101\nRRULE:FREQ=YEARLY", "VTODO")]
    [InlineData("DTSTART;VALUE=DATE:99980101\nRDATE:20260401\nDUE;VALUE=DATE:19000101", "VTODO")]
    public void An_occurrence_outside_of_the_years_we_know_skips_its_series(string times, string kind)
    {
        var reading = ReadFile("UTC", $"BEGIN:{kind}\nUID:w\nSUMMARY:W\n{times}\nEND:{kind}\n"
            + "BEGIN:VEVENT\nUID:o\nSUMMARY:O\nDTSTART:20260401T090000Z\nEND:VEVENT\n");
        Assert.Equal(["s-o"], Ids(reading));
        Assert.Contains("outside of the years", Assert.Single(reading.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DTSTART;TZID=Europe/Berlin:20260403T090000", "RECURRENCE-ID:20260401T220000Z", "s-w-20260402")]
    [InlineData("DTSTART;VALUE=DATE:20260403", "RECURRENCE-ID:20260401T220000Z", "s-w-20260402")]
    [InlineData("DTSTART;VALUE=DATE:20260403", "RECURRENCE-ID:20260402T000000Z", "s-w-20260402")]
    public void An_occurrence_without_its_series_has_the_day_of_its_own_zone(string start, string line, string id) =>
        Assert.Equal([id], Ids(Read("Europe/Berlin", $"UID:w\nSUMMARY:W\n{line}\n{start}")));

    [Fact]
    public void An_added_occurrence_is_one_more_of_its_series()
    {
        var reading = ReadFile("UTC", $"BEGIN:VEVENT\n{AllDay}\nEND:VEVENT\nEND:VCALENDAR\nBEGIN:VCALENDAR\n"
            + "METHOD:ADD\nBEGIN:VEVENT\nUID:w\nSUMMARY:More\nSEQUENCE:1\nDTSTART;VALUE=DATE:20260410\nEND:VEVENT\n");
        Assert.Equal(["s-w-20260401", "s-w-20260402", "s-w-20260403", "s-w-20260410"], Ids(reading));
        Assert.Equal("More", reading.Dates[^1].Title);
        Assert.Empty(reading.Warnings);
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
        var reading = Read("UTC", AllDay, "UID:w\nSUMMARY:Moved\nRECURRENCE-ID;VALUE=DATE:20260402\nDTSTART:soon");
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
        Encoding.UTF8.GetBytes($"BEGIN:VCALENDAR\n{components}END:VCALENDAR\n"), Now, []);

    private static IEnumerable<string> Ids(Reading reading) => reading.Dates.Select(date => date.Id);

    private static IEnumerable<string> Lines(Reading reading) =>
        reading.Dates.Select(date => $"{date.Id} {TimeText.Write(date.When!.Start)}");
}
