using NodaTime.Extensions;
using NodaTime.Text;

namespace Alerts.Tests.Dates;

public sealed class LocalTimesTests
{
    //   New York, 9 March 2025        01:59 EST | 03:00 EDT         02:00 to 03:00 do not exist
    //   New York, 2 November 2025     01:59 EDT | 01:00 EST         01:00 to 02:00 exist twice
    [Theory]
    [InlineData("2025-03-09T01:59", "America/New_York", "2025-03-09T06:59:00Z")]
    [InlineData("2025-03-09T02:00", "America/New_York", "2025-03-09T07:00:00Z")] // becomes 03:00
    [InlineData("2025-03-09T02:30", "America/New_York", "2025-03-09T07:30:00Z")] // becomes 03:30
    [InlineData("2025-03-09T03:00", "America/New_York", "2025-03-09T07:00:00Z")]
    [InlineData("2025-11-02T00:59", "America/New_York", "2025-11-02T04:59:00Z")]
    [InlineData("2025-11-02T01:00", "America/New_York", "2025-11-02T05:00:00Z")] // the earlier of the two
    [InlineData("2025-11-02T01:59", "America/New_York", "2025-11-02T05:59:00Z")]
    [InlineData("2025-11-02T02:00", "America/New_York", "2025-11-02T07:00:00Z")]
    // a gap of half an hour: becomes 02:45 +11
    [InlineData("2025-10-05T02:15", "Australia/Lord_Howe", "2025-10-04T15:45:00Z")]
    // midnight is skipped: becomes 01:30 -02
    [InlineData("2017-10-15T00:30", "America/Sao_Paulo", "2017-10-15T03:30:00Z")]
    // a whole day is skipped: becomes 31 Dec 09:00 +14
    [InlineData("2011-12-30T09:00", "Pacific/Apia", "2011-12-30T19:00:00Z")]
    [InlineData("1993-08-21T12:00", "Pacific/Kwajalein", "1993-08-22T00:00:00Z")] // becomes 22 Aug 12:00 +12
    // gap from 23:30 to 00:30: becomes 00:45 -4
    [InlineData("1919-03-30T23:45", "America/Toronto", "1919-03-31T04:45:00Z")]
    [InlineData("9999-12-31T23:59", "America/New_York", "9999-12-31T23:59:59.999999999Z")] // would be in the year 10000
    [InlineData("9999-12-31T18:59", "America/New_York", "9999-12-31T23:59:00Z")]
    [InlineData("9999-12-31T23:59", "Pacific/Kiritimati", "9999-12-31T09:59:00Z")]
    [InlineData("0001-01-01T00:00", "Asia/Tokyo", "0000-12-31T14:41:01Z")] // local mean time, +09:18:59
    [InlineData("-9998-01-01T00:00", "Asia/Tokyo", "-9998-01-01T00:00:00Z")] // would be before the calendar
    public void A_local_time_in_a_gap_moves_forward_and_a_doubled_one_is_the_earlier(
        string local, string zone,
        string expected) => Assert.Equal(expected, Shown(LocalTimes.ToInstant(Local(local), Zone(zone))));

    [Theory]
    [InlineData("2025-03-09", "America/New_York", "2025-03-09T05:00:00Z")]
    [InlineData("2017-10-15", "America/Sao_Paulo", "2017-10-15T03:00:00Z")] // 00:00 is skipped: the day begins at 01:00
    // 00:00 to 01:00 occurs twice: the first counts
    [InlineData("2025-11-02", "America/Havana", "2025-11-02T04:00:00Z")]
    [InlineData("2026-03-08", "America/Havana", "2026-03-08T05:00:00Z")] // 00:00 is skipped: the day begins at 01:00 -4
    // Toronto jumps from 23:30 to 00:30, so midnight is inside the gap.
    [InlineData("1919-03-31", "America/Toronto", "1919-03-31T04:30:00Z")]
    [InlineData("1919-03-30", "America/Toronto", "1919-03-30T05:00:00Z")]
    // the day does not exist: it begins with the next one
    [InlineData("2011-12-30", "Pacific/Apia", "2011-12-30T10:00:00Z")]
    [InlineData("2011-12-31", "Pacific/Apia", "2011-12-30T10:00:00Z")]
    [InlineData("1993-08-21", "Pacific/Kwajalein", "1993-08-21T12:00:00Z")]
    [InlineData("1993-08-22", "Pacific/Kwajalein", "1993-08-21T12:00:00Z")]
    [InlineData("9999-12-31", "America/New_York", "9999-12-31T05:00:00Z")]
    [InlineData("-9998-01-01", "Asia/Tokyo", "-9998-01-01T00:00:00Z")]
    public void A_day_begins_with_its_first_instant(string on, string zone, string expected) =>
        Assert.Equal(expected, Shown(LocalTimes.StartOfDay(Day(on), Zone(zone))));

    [Theory]
    [InlineData("2017-10-14", "America/Sao_Paulo", "2017-10-15T03:00:00Z")]
    [InlineData("2025-11-02", "America/Havana", "2025-11-03T05:00:00Z")] // 25 hours long
    [InlineData("2011-12-29", "Pacific/Apia", "2011-12-30T10:00:00Z")]
    [InlineData("9999-12-31", "Asia/Tokyo", "9999-12-31T23:59:59.999999999Z")]
    public void A_day_ends_where_the_next_begins(string on, string zone, string expected) =>
        Assert.Equal(expected, Shown(LocalTimes.EndOfDay(Day(on), Zone(zone))));

    [Theory]
    [InlineData("2011-12-30T09:59:00Z", "Pacific/Apia", "2011-12-29T23:59:00")]
    [InlineData("2011-12-30T10:00:00Z", "Pacific/Apia", "2011-12-31T00:00:00")]
    [InlineData("9999-12-31T09:59:00Z", "Pacific/Kiritimati", "9999-12-31T23:59:00")]
    // The local time would be in the year 10000.
    [InlineData("9999-12-31T10:00:00Z", "Pacific/Kiritimati", "9999-12-31T23:59:59.999999999")]
    [InlineData("-9998-01-01T00:00:00Z", "America/New_York", "-9998-01-01T00:00:00")] // would be before the calendar
    public void An_instant_is_shown_on_the_clocks_of_a_zone(string at, string zone, string expected) =>
        Assert.Equal(Local(expected), LocalTimes.ToLocal(InstantPattern.ExtendedIso.Parse(at).Value, Zone(zone)));

    [Fact]
    public void No_zone_fails_at_the_ends_of_the_calendar()
    {
        foreach (var zone in DateTimeZoneProviders.Tzdb.GetAllZones())
        {
            Assert.True(
                LocalTimes.StartOfDay(LocalDate.MinIsoValue, zone)
                    <= LocalTimes.ToInstant(LocalDate.MinIsoValue + LocalTime.Noon, zone));
            Assert.True(
                LocalTimes.StartOfDay(LocalDate.MaxIsoValue, zone)
                    <= LocalTimes.ToInstant(LocalDate.MaxIsoValue + LocalTime.Noon, zone));
            Assert.True(LocalTimes.ToInstant(LocalDate.MaxIsoValue + LocalTime.MaxValue, zone) <= Instant.MaxValue);
            Assert.Equal(-9998, LocalTimes.ToLocal(Instant.MinValue, zone).Year);
            Assert.Equal(9999, LocalTimes.ToLocal(Instant.MaxValue, zone).Year);
        }
    }

    private static DateTimeZone Zone(string id) => DateTimeZoneProviders.Tzdb[id];

    private static LocalDate Day(string text) => LocalDatePattern.Iso.Parse(text).Value;

    private static LocalDateTime Local(string text) =>
        (
            text.Count(c => c == ':') == 1
                ? LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm")
                : LocalDateTimePattern.ExtendedIso)
            .Parse(text)
            .Value;

    private static string Shown(Instant at) => InstantPattern.ExtendedIso.Format(at);
}
