using Alerts.Tests.Support;
using Xunit;

namespace Alerts.Tests.Dates.Calendars;

/// <summary>Habits of other programs that the standard does not have, where the meaning is clear.</summary>
public sealed class CalendarHabitsTests
{
    private const string When = "DTSTART:20261110T050100Z\n";

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
