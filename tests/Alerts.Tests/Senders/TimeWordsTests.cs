using Alerts.Senders;
using Alerts.Tests.Senders.Email;

namespace Alerts.Tests.Senders;

public sealed class TimeWordsTests
{
    [Theory]
    [InlineData("America/New_York", "New York")]
    [InlineData("America/Argentina/Buenos_Aires", "Buenos Aires")]
    [InlineData("UTC", "UTC")]
    public void A_zone_is_called_by_its_place(string zone, string expected) =>
        Assert.Equal(expected, TimeWords.Place(Mails.Zone(zone)));

    [Theory]
    [InlineData("2025-11-10T00:01", null, "America/New_York", "10 Nov 2025, 00:01 New York")]
    [InlineData("2025-11-10T00:01", null, "Asia/Tokyo", "10 Nov 2025, 14:01 Tokyo")]
    [InlineData("2025-11-10T20:00", null, "Asia/Tokyo", "11 Nov 2025, 10:00 Tokyo")]
    [InlineData("2025-11-10T09:00", "2025-11-10T17:30", "America/New_York", "10 Nov 2025, 09:00 to 17:30 New York")]
    [InlineData(
        "2025-11-10T09:00", "2025-11-11T17:30", "America/New_York",
        "10 Nov 2025, 09:00 to 11 Nov 2025, 17:30 New York")]
    [InlineData("2025-11-10T09:00", "2025-11-10T09:00", "America/New_York", "10 Nov 2025, 09:00 New York")]
    [InlineData("2025-09-01", null, "Asia/Tokyo", "1 Sep 2025")] // all-day: the same day in every zone
    [InlineData("2025-10-31", "2025-11-01", "Asia/Tokyo", "31 Oct to 1 Nov 2025")]
    [InlineData("2026-11-18", "2026-11-19", "Asia/Tokyo", "18 to 19 Nov 2026")]
    [InlineData("2025-12-31", "2026-01-01", "Asia/Tokyo", "31 Dec 2025 to 1 Jan 2026")]
    [InlineData("2025-12-31", "2025-12-31", "Asia/Tokyo", "31 Dec 2025")]
    public void A_date_is_read_in_one_line(string when, string? end, string reader, string expected) =>
        Assert.Equal(expected, TimeWords.Of(Mails.Date(when, end: end), Mails.Zone(reader)));

    [Fact]
    public void A_moment_is_shown_where_the_reader_is_and_where_it_happens() =>
        Assert.Equal(
            ["Monday, 10 Nov 2025, 14:01 Tokyo (UTC+09:00)", "Monday, 10 Nov 2025, 00:01 New York (UTC-05:00)"],
            TimeWords.Lines(Mails.Date(), Mails.Zone("Asia/Tokyo")));

    [Fact]
    public void One_line_is_enough_where_both_are_the_same() =>
        Assert.Equal(
            ["Monday, 10 Nov 2025, 00:01 New York (UTC-05:00)"],
            TimeWords.Lines(Mails.Date(), Mails.Zone("America/New_York")));

    [Fact]
    public void An_all_day_date_far_away_says_from_when_to_when_it_is_that_day_there() => Assert.Equal(
        ["Thursday, 30 Oct 2025, all day in Seoul", "29 Oct 2025, 11:00 to 30 Oct 2025, 11:00 New York"],
        TimeWords.Lines(Mails.Date("2025-10-30", "Asia/Seoul"), Mails.Zone("America/New_York")));
}
