using System.Text;
using Alerts.Sources;
using NodaTime.Text;

namespace Alerts.Tests.Sources;

/// <summary>When occurrences begin and end, and which occurrences a rule has.</summary>
public sealed class SeriesTimesTests
{
    private static readonly Instant Now = Instant.FromUtc(2026, 12, 1, 12, 0);

    private static readonly string Mine = CalendarText.European("Mine");

    [Fact]
    public void An_all_day_occurrence_begins_at_midnight_of_the_files_own_definition()
    {
        var dates = Read("UID:w\nSUMMARY:W\nDTSTART;VALUE=DATE;TZID=Mine:20261215\nDTEND;VALUE=DATE:20261217\n"
            + "RRULE:FREQ=MONTHLY;INTERVAL=6;COUNT=2", Mine).Dates;
        Assert.Equal(["2026-12-15 Etc/GMT-1 to 2026-12-16 Etc/GMT-1", "2027-06-15 Etc/GMT-2 to 2027-06-16 Etc/GMT-2"],
            Lines(dates));
        Assert.Equal("2027-06-14T22:00:00Z", TimeText.Write(dates[1].When!.Start));
    }

    [Fact]
    public void A_timed_occurrence_has_the_local_day_of_the_files_own_definition() => Assert.Equal(
        ["2026-12-15 00:30 Etc/GMT-1 to 2026-12-17 01:30 Etc/GMT-1",
            "2027-06-15 00:30 Etc/GMT-2 to 2027-06-17 01:30 Etc/GMT-2"],
        Lines(Read("UID:w\nSUMMARY:W\nDTSTART;TZID=Mine:20261215T003000\nDTEND;TZID=Mine:20261217T013000\n"
            + "RRULE:FREQ=MONTHLY;INTERVAL=6;COUNT=2", Mine).Dates));

    [Fact]
    public void An_occurrence_ends_by_the_files_own_definition_after_a_change_of_clocks() => Assert.Equal(
        ["2027-03-20 12:00 Etc/GMT-1 to 2027-03-21 12:00 Etc/GMT-1",
            "2027-03-27 12:00 Etc/GMT-1 to 2027-03-28 11:00 Etc/GMT-1"],
        Lines(Read("UID:w\nSUMMARY:W\nDTSTART;TZID=Mine:20270320T120000\nDTEND;TZID=Mine:20270321T120000\n"
            + "RRULE:FREQ=WEEKLY;COUNT=2", Mine).Dates));

    [Fact]
    public void The_location_of_a_definition_is_the_zone_of_all_occurrences() =>
        Assert.Equal(["2026-12-15 00:30 Europe/Berlin", "2027-06-15 00:30 Europe/Berlin"],
            Lines(Read("UID:w\nSUMMARY:W\nDTSTART;TZID=Mine:20261215T003000\nRRULE:FREQ=MONTHLY;INTERVAL=6;COUNT=2",
                CalendarText.European("Mine\nX-LIC-LOCATION:Europe/Berlin")).Dates));

    [Fact]
    public void A_series_of_outlook_from_midnight_to_midnight_is_all_day() =>
        Assert.Equal(["2026-12-14 Europe/Berlin", "2026-12-28 Europe/Berlin"],
            Lines(Read("UID:w\nSUMMARY:W\nX-MICROSOFT-CDO-ALLDAYEVENT:TRUE\nDTSTART;TZID=Europe/Berlin:20261214T000000"
                + "\nDTEND;TZID=Europe/Berlin:20261215T000000\nRRULE:FREQ=WEEKLY;COUNT=3\n"
                + "EXDATE;TZID=Europe/Berlin:20261221T000000").Dates));

    [Fact]
    public void A_period_of_rdate_has_an_end_of_its_own() => Assert.Equal(
        ["2026-12-03 09:00 UTC", "2026-12-10 12:00 UTC to 2026-12-12 12:00 UTC", "2026-12-11 12:00 UTC",
            "2026-12-17 12:00 UTC to 2026-12-19 13:00 UTC"],
        Lines(Read("UID:w\nSUMMARY:W\nDTSTART:20261203T090000Z\nDTEND:20261203T100000Z\nRDATE;VALUE=PERIOD:"
            + "20261217T120000Z/20261219T130000Z,20261210T120000Z/P2D,20261211T120000Z/PT1H").Dates));

    [Theory]
    [InlineData("FREQ=WEEKLY;BYDAY=WE;COUNT=1", "2026-12-08")]
    [InlineData("FREQ=WEEKLY;BYDAY=WE;COUNT=3", "2026-12-08", "2026-12-09", "2026-12-16")]
    [InlineData("FREQ=WEEKLY;BYDAY=TU;COUNT=2", "2026-12-08", "2026-12-15")]
    [InlineData("FREQ=YEARLY;BYMONTHDAY=8;BYMONTH=12;COUNT=2", "2026-12-08", "2027-12-08")]
    [InlineData("FREQ=YEARLY;BYWEEKNO=50;BYDAY=TU;COUNT=2", "2026-12-08", "2027-12-14")]
    [InlineData("RSCALE=GREGORIAN;FREQ=WEEKLY;COUNT=2", "2026-12-08", "2026-12-15")]
    [InlineData("RSCALE=gregorian;SKIP=OMIT;FREQ=WEEKLY;COUNT=2", "2026-12-08", "2026-12-15")]
    public void A_rule_has_the_occurrences_that_the_standard_gives_it(string rule, params string[] days) =>
        Assert.Equal(days, Read($"UID:w\nSUMMARY:W\nDTSTART;VALUE=DATE:20261208\nRRULE:{rule}").Dates
            .Select(date => LocalDatePattern.Iso.Format(date.When!.On)));

    [Theory]
    [InlineData("RSCALE=CHINESE;FREQ=YEARLY")]
    [InlineData("RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=FORWARD")]
    [InlineData("FREQ=YEARLY;BYMONTHDAY=8")]
    [InlineData("FREQ=YEARLY;BYMONTHDAY=8;BYDAY=TU")]
    [InlineData("FREQ=YEARLY;BYWEEKNO=50")]
    public void A_rule_that_is_not_read_is_named(string rule) =>
        Assert.Contains($"'{rule}'", Assert.Single(
            Read($"UID:w\nSUMMARY:W\nDTSTART;VALUE=DATE:20261208\nRRULE:{rule}").Warnings), StringComparison.Ordinal);

    [Theory]
    [InlineData("RECURRENCE-ID;TZID=Nowhere/Foo:20261209T090000", "unknown zone", "08", "10", "11")]
    [InlineData("RECURRENCE-ID;VALUE=DATE;TZID=Nowhere/Foo:20261209", "unknown zone", "08", "10", "11")]
    [InlineData("RECURRENCE-ID:soon", "is no date or time", "08", "09", "10", "11")]
    [InlineData("RECURRENCE-ID;RANGE=THISANDFUTURE:20261210T080000Z", "RANGE='THISANDFUTURE'", "08", "09")]
    [InlineData("RECURRENCE-ID;RANGE=THISANDPRIOR:20261209T080000Z", "RANGE='THISANDPRIOR'", "10", "11")]
    public void A_change_that_cannot_be_read_is_skipped_and_its_series_is_read(
        string line, string says, params string[] days)
    {
        const string Series = "UID:w\nSUMMARY:W\nDTSTART;TZID=Europe/Berlin:20261208T090000\nRRULE:FREQ=DAILY;COUNT=4";
        foreach (var change in (string[])[
            $"BEGIN:VEVENT\nUID:w\nSUMMARY:M\n{line}\nDTSTART:20261220T090000Z\nEND:VEVENT\n",
            $"END:VCALENDAR\nBEGIN:VCALENDAR\nMETHOD:CANCEL\nBEGIN:VEVENT\nUID:w\n{line}\nEND:VEVENT\n"])
        {
            var reading = Read(Series, change);
            Assert.Equal(days, reading.Dates.Select(date => date.Id[^2..]));
            Assert.Contains(says, Assert.Single(reading.Warnings), StringComparison.Ordinal);
            Assert.Contains("w", reading.UnreadableSeries);
        }
    }

    [Theory]
    [InlineData("STATUS:COMPLETED\nDUE:20261220T090000Z", "completed")]
    [InlineData("DTSTART:20261220T090000Z", "without DUE")]
    public void A_to_do_that_is_left_out_is_absent(string content, string says)
    {
        var reading = Read("UID:o\nSUMMARY:O\nDTSTART:20261208T090000Z",
            $"BEGIN:VTODO\nUID:t\nSUMMARY:T\nSEQUENCE:1\n{content}\nEND:VTODO\n"
            + "BEGIN:VTODO\nUID:t\nSUMMARY:T\nDUE:20261220T090000Z\nEND:VTODO\n");
        Assert.Equal("s-o", Assert.Single(reading.Dates).Id);
        Assert.Contains(reading.Warnings, warning => warning.Contains(says, StringComparison.Ordinal));
        Assert.Empty(reading.Unreadable);
        Assert.Empty(reading.UnreadableSeries);
    }

    private static Reading Read(string one, string more = "") => CalendarSource.Read(
        new Source
        {
            Id = "s",
            Type = SourceType.ICalendar,
            Url = "https://example.org/c.ics",
            TimeZone = DateTimeZone.Utc,
        },
        Encoding.UTF8.GetBytes($"BEGIN:VCALENDAR\nBEGIN:VEVENT\n{one}\nEND:VEVENT\n{more}END:VCALENDAR\n"), Now, []);

    private static IEnumerable<string> Lines(IEnumerable<SourceDate> dates) => dates.Select(date =>
        Words(date.When!) + (date.End is { } end ? " to " + Words(end) : "")); // each of these dates has a time

    private static string Words(Moment moment) => LocalDatePattern.Iso.Format(moment.On)
        + (moment.At is { } at ? " " + LocalTimePattern.CreateWithInvariantCulture("HH:mm").Format(at) : "")
        + " " + moment.Zone.Id;
}
