using Alerts.Tests.Support;
using Xunit;

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
    [InlineData("DTSTART;TZID=Ours:20260710T090000", "2026-07-10T07:00:00Z Europe/Berlin")]
    [InlineData("DTSTART;VALUE=DATE;TZID=Ours:20260710", "2026-07-10 Europe/Berlin")]
    public void The_location_of_a_definition_is_its_zone(string start, string expected) =>
        Assert.Equal(expected, ImportBench.Words(ImportBench.Of(CalendarText.At(
            start, CalendarText.European("Ours\nX-LIC-LOCATION:Europe/Berlin"))).Clean()));

    [Fact]
    public void A_location_that_disagrees_with_its_definition_is_not_its_zone() =>
        Assert.Equal("2026-07-10T07:00:00Z Etc/GMT-2", ImportBench.Words(ImportBench.Of(CalendarText.At(
            "DTSTART;TZID=Ours:20260710T090000",
            CalendarText.European("Ours\nX-LIC-LOCATION:Asia/Tokyo")))["a"]));
}
