using Alerts.Dates;

namespace Alerts.Tests.Dates.Calendars;

/// <summary>Habits of other programs that the standard does not have, where the meaning is clear.</summary>
public sealed class CalendarHabitsTests
{
    private const string When = "DTSTART:20261110T050100Z\n";

    [Theory]
    [InlineData(";TZID=Europe/Berlin", "20261110T000000", "20261112T000000", "2026-11-10 Europe/Berlin to 2026-11-11")]
    [InlineData(";TZID=Europe/Berlin", "20261110T000000", "20261111T000000", "2026-11-10 Europe/Berlin")]
    [InlineData(";TZID=UTC", "20261110T000000", "20261111T000000", "2026-11-10 UTC")]
    [InlineData("", "20261110T000000", "20261111T000000", "2026-11-10 Asia/Seoul")]
    [InlineData(";TZID=W. Europe Standard Time", "20261110T000000", "20261111T000000", "2026-11-10 Europe/Berlin")]
    // Not from midnight to midnight, or midnight of another zone.
    [InlineData(";TZID=Europe/Berlin", "20261110T090000", "20261110T170000", "2026-11-10T08:00:00Z Europe/Berlin")]
    [InlineData("", "20261110T000000Z", "20261111T000000Z", "2026-11-10T00:00:00Z UTC to 2026-11-11T00:00:00Z")]
    public void An_all_day_event_of_outlook_runs_from_midnight_to_midnight(
        string zone, string start, string end, string expected)
    {
        var times = $"DTSTART{zone}:{start}\nDTEND{zone}:{end}";
        string Words(string flag) => ImportBench.Words(
            ImportBench.Of(CalendarText.At($"{times}\n{flag}", "X-WR-TIMEZONE:Asia/Seoul\n")).Clean());
        Assert.Equal(expected, Words("X-MICROSOFT-CDO-ALLDAYEVENT:TRUE"));
        Assert.Contains("T", Words("X-MICROSOFT-CDO-ALLDAYEVENT:FALSE"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("P1D", "2026-11-10 Europe/Berlin")]
    [InlineData("P2D", "2026-11-10 Europe/Berlin to 2026-11-11")]
    [InlineData("PT36H", "2026-11-09T23:00:00Z Europe/Berlin to 2026-11-11T11:00:00Z")]
    public void An_all_day_event_of_outlook_may_have_a_duration_of_days(string length, string expected) =>
        Assert.Equal(expected, ImportBench.Words(ImportBench.Of(CalendarText.At(
            $"DTSTART;TZID=Europe/Berlin:20261110T000000\nDURATION:{length}\nX-MICROSOFT-CDO-ALLDAYEVENT:TRUE"))
            .Clean()));

    [Theory]
    [InlineData("STATUS:\nSTATUS:CANCELLED")]
    [InlineData("STATUS:CANCELLED\nSTATUS: ")]
    public void An_empty_status_says_nothing(string lines) => Assert.Equal(DateStatus.Cancelled,
        ImportBench.Of(CalendarText.At($"{When}{lines}")).Clean().Status);

    [Theory]
    [InlineData("1.0", "meeting tax x-y")]
    [InlineData("2.0", "meeting-tax x-y")]
    public void Categories_of_vcalendar_are_separated_by_semicolons(string version, string topics) => Assert.Equal(
        topics, string.Join(' ', ImportBench.Of(CalendarText.At($"{When}CATEGORIES:MEETING;TAX,X\\;Y")
            .Replace("VERSION:2.0", $"VERSION:{version}", StringComparison.Ordinal)).Clean().Topics));

    [Theory]
    [InlineData("if a <b and c> d then x")]
    [InlineData("a <b or c/> d")]
    public void A_comparison_in_a_description_is_no_html(string text) => Assert.Equal(
        text, ImportBench.Of(CalendarText.At($"{When}DESCRIPTION:{text}")).Clean().Summary);

    [Theory]
    [InlineData("DTSTART:20261110T0501Z", "2026-11-10T05:01:00Z UTC")]
    [InlineData("DTSTART;TZID=Asia/Tokyo:20261110T0501", "2026-11-09T20:01:00Z Asia/Tokyo")]
    [InlineData("DTSTART;TZID=America/New York:20260710T090000", "2026-07-10T13:00:00Z America/New_York")]
    [InlineData("DTSTART;TZID=\"(UTC+01:00) Amsterdam\\, Berlin\\, Bern\\, Rome\\, Stockholm\\, Vienna\""
        + ":20260710T090000", "2026-07-10T07:00:00Z Europe/Berlin")]
    [InlineData("DTSTART;TZID=Europe\\/Berlin:20260710T090000", "2026-07-10T07:00:00Z Europe/Berlin")]
    [InlineData("DTSTART:20261110T100000Z\nDTEND:20261112T120000Z\nDURATION:P2DT2H",
        "2026-11-10T10:00:00Z UTC to 2026-11-12T12:00:00Z")]
    [InlineData("DTSTART;VALUE=DATE;TZID=UTC:20261110\nDTEND;VALUE=DATE:20261112\nDURATION:P2D",
        "2026-11-10 UTC to 2026-11-11")]
    // Clocks go back on 25 October: DTEND is 25 hours later.
    [InlineData("DTSTART;TZID=Europe/Berlin:20261024T120000\nDTEND;TZID=Europe/Berlin:20261025T120000\nDURATION:P1D",
        "2026-10-24T10:00:00Z Europe/Berlin to 2026-10-25T11:00:00Z")]
    public void A_time_with_one_clear_meaning_is_read(string times, string expected) =>
        Assert.Equal(expected, ImportBench.Words(ImportBench.Of(CalendarText.At(times)).Clean()));

    [Theory]
    [InlineData("DTEND:20261112T120000Z\nDURATION:P2D")]
    [InlineData("DTEND:20261112T100000Z\nDURATION:PT1H")]
    public void An_end_and_a_duration_that_disagree_are_an_error(string lines) =>
        Assert.Contains("both DTEND and DURATION",
            Assert.Single(ImportBench.Of(CalendarText.At($"DTSTART:20261110T100000Z\n{lines}")).Output),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("UTC+5.5", "2026-07-10T03:30:00Z UTC")]
    [InlineData("GMT-3.5", "2026-07-10T12:30:00Z UTC")]
    [InlineData("UTC+5.75", "2026-07-10T03:15:00Z UTC")]
    [InlineData("UTC+05.30", "2026-07-10T03:30:00Z UTC")]
    public void An_offset_with_a_fraction_is_that_offset(string id, string expected) =>
        Assert.Equal(expected,
            ImportBench.Words(ImportBench.Of(CalendarText.At($"DTSTART;TZID={id}:20260710T090000"))["a"]));

    [Theory]
    [InlineData("X-WR-TIMEZONE:\"Europe/Berlin\"\n", "2026-07-10T07:00:00Z Europe/Berlin")]
    [InlineData("X-WR-TIMEZONE:America/New York\n", "2026-07-10T13:00:00Z America/New_York")]
    public void The_zone_of_a_calendar_may_have_quotes_and_blanks(string head, string expected) =>
        Assert.Equal(expected,
            ImportBench.Words(ImportBench.Of(CalendarText.At("DTSTART:20260710T090000", head)).Clean()));

    [Fact]
    public void A_definition_is_found_by_an_escaped_name()
    {
        const string Id = "(UTC+01:00) Nowhere\\, Berlin\\, Noplace";
        var bench = ImportBench.Of(
            CalendarText.At($"DTSTART;TZID=\"{Id}\":20260710T090000", CalendarText.European(Id)));
        Assert.Equal("2026-07-10T07:00:00Z", ImportBench.Words(bench["a"]).Split(' ')[0]);
    }

    [Theory]
    [InlineData("+1", "+2")]
    [InlineData("+01", "+02")]
    [InlineData("1", "2")]
    [InlineData("+100", "+200")]
    public void An_offset_of_a_definition_may_be_hours_only(string standard, string daylight) =>
        Assert.Equal("2026-07-10T07:00:00Z Etc/GMT-2", ImportBench.Words(ImportBench.Of(CalendarText.At(
            "DTSTART;TZID=Ours:20260710T090000",
            CalendarText.Zone("Ours", standard, daylight, "FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
                "FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3")))["a"]));

    [Theory]
    [InlineData("DTSTART;TZID=Ours:20260710T090000", "2026-07-10T07:00:00Z Europe/Berlin")]
    [InlineData("DTSTART;VALUE=DATE;TZID=Ours:20260710", "2026-07-10 Europe/Berlin")]
    public void The_location_of_a_definition_is_its_zone(string start, string expected) =>
        Assert.Equal(expected, ImportBench.Words(ImportBench.Of(CalendarText.At(
            start, CalendarText.European("Ours\nX-LIC-LOCATION:Europe/Berlin"))).Clean()));

    [Fact]
    public void A_location_that_disagrees_with_its_definition_is_not_its_zone() =>
        Assert.Equal("2026-07-10T07:00:00Z Etc/GMT-2", ImportBench.Words(ImportBench.Of(CalendarText.At(
            "DTSTART;TZID=Ours:20260710T090000", CalendarText.European("Ours\nX-LIC-LOCATION:Asia/Tokyo")))["a"]));

    [Theory]
    [InlineData("BUSY")]
    [InlineData("DRAFT")]
    [InlineData("postponed")]
    [InlineData("COMPLETED")]
    public void A_status_that_is_unknown_is_left_out_with_a_warning(string status)
    {
        foreach (var known in (string[])["TENTATIVE", "CANCELLED"])
        {
            var bench = ImportBench.Of(
                CalendarText.Event($"SUMMARY:S\nSTATUS:{known}\n{When}"),
                CalendarText.Event($"SUMMARY:S\nSTATUS:{status}\n{When}", "METHOD:PUBLISH\n"));
            Assert.Equal("a unchanged", bench.Output[^1]);
            Assert.Contains($"has the STATUS '{status.ToUpperInvariant()}'", bench.Output[^2],
                StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(@"SUMMARY:Trade &amp\; tariffs &#8211\; review", "Trade & tariffs – review")]
    [InlineData("SUMMARY:R&D; Q&A", "R&D; Q&A")]
    [InlineData("SUMMARY:Use of <b>&amp;</b>", "Use of <b>&amp;</b>")]
    public void Character_references_in_a_title_are_decoded(string line, string title) =>
        Assert.Equal(title, ImportBench.Of(CalendarText.Event($"{line}\n{When}")).Clean().Title);

    [Theory]
    [InlineData("DESCRIPTION:one\u2028two\u2029three", "one\ntwo\nthree")]
    [InlineData("DESCRIPTION;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:one=0D=0Atwo=0Dthree", "one\ntwo\nthree")]
    public void A_line_break_of_any_kind_survives_our_feed(string line, string summary)
    {
        var date = ImportBench.Of(CalendarText.Event($"SUMMARY:S\n{line}\n{When}")).Clean();
        Assert.Equal(summary, date.Summary);
        Assert.True(ImportBench.Of(OurFeed.Of([date])).Clean().HasSameContentAs(date));
    }
}
