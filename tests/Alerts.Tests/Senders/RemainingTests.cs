using Alerts.Senders;
using Alerts.Tests.Senders.Email;

namespace Alerts.Tests.Senders;

public sealed class RemainingTests
{
    [Theory]
    [InlineData("2025-11-09T14:00:00Z", "PT15H1M")] // the contract's example
    [InlineData("2025-11-08T02:58:00Z", "P2DT2H3M")]
    [InlineData("2025-11-09T05:01:00Z", "P1D")]
    [InlineData("2025-11-09T04:01:00Z", "P1DT1H")]
    [InlineData("2025-11-09T05:00:00Z", "P1DT1M")]
    [InlineData("2025-11-10T04:01:00Z", "PT1H")]
    [InlineData("2025-11-10T04:01:29.999Z", "PT1H")] // rounded to the nearest minute: 59 min 30 s is 60
    [InlineData("2025-11-10T04:01:31Z", "PT59M")]
    [InlineData("2025-11-10T05:00:45Z", "PT0S")]
    [InlineData("2025-11-10T05:01:00Z", "PT0S")]
    [InlineData("2025-11-11T05:01:00Z", "PT0S")] // after the start
    [InlineData("2023-11-11T05:01:00Z", "P730D")] // days only, never months
    public void Remaining_time_is_told_to_the_nearest_minute(string at, string expected) =>
        Assert.Equal(expected, Remaining.Iso(Mails.Utc(at), Mails.Utc("2025-11-10T05:01:00Z")));

    [Theory]
    // New York, with a time: the deadline is 10 Nov 00:01 there (UTC-5).
    [InlineData("2025-11-10T00:01", null, "America/New_York", "2025-11-03T14:00:00Z", "In 7 days")]
    [InlineData("2025-11-10T00:01", null, "America/New_York", "2025-11-08T14:00:00Z", "In 2 days")]
    [InlineData("2025-11-10T00:01", null, "America/New_York", "2025-11-09T14:00:00Z", "Tomorrow")]
    [InlineData("2025-11-10T00:01", null, "America/New_York", "2025-11-09T05:01:00Z", "Tomorrow")]
    [InlineData(
        "2025-11-10T00:01", null, "America/New_York", "2025-11-10T04:01:00Z", "In 1 hour")] // 23:01 on the day before
    [InlineData("2025-11-10T00:01", null, "America/New_York", "2025-11-10T04:01:00.4Z", "In 1 hour")]
    [InlineData("2025-11-10T00:01", null, "America/New_York", "2025-11-10T03:31:00Z", "In 1 hour 30 minutes")]
    [InlineData("2025-11-10T00:01", null, "America/New_York", "2025-11-10T05:00:00Z", "In 1 minute")]
    [InlineData("2025-11-10T00:01", null, "America/New_York", "2025-11-10T05:01:00.2Z", "Now")]
    [InlineData("2025-11-10T00:01", null, "America/New_York", "2025-11-10T08:03:00Z", "3 hours 2 minutes ago")]
    [InlineData("2025-11-10T00:01", null, "America/New_York", "2025-11-13T08:03:00Z", "3 days ago")]
    [InlineData(
        "2025-11-10T00:01", "2025-11-10T09:00", "America/New_York", "2025-11-10T08:03:00Z", "Now")] // in progress
    // In Tokyo, the same deadline is 10 Nov 14:01.
    [InlineData("2025-11-10T00:01", null, "Asia/Tokyo", "2025-11-08T23:00:00Z", "Tomorrow")]
    [InlineData("2025-11-10T00:01", null, "Asia/Tokyo", "2025-11-09T23:00:00Z", "In 6 hours 1 minute")]
    // All-day: the same calendar day in every zone.
    [InlineData("2025-11-01", null, "Asia/Tokyo", "2025-10-31T14:59:00Z", "Tomorrow")] // 23:59 in Tokyo
    [InlineData("2025-11-01", null, "Asia/Tokyo", "2025-10-31T15:00:00Z", "Today")]
    [InlineData("2025-11-01", null, "Asia/Tokyo", "2025-11-01T15:00:00Z", "Now")] // still 1 Nov in New York
    [InlineData("2025-11-01", null, "Asia/Tokyo", "2025-11-02T04:00:00Z", "Yesterday")]
    [InlineData("2025-11-01", "2025-11-02", "Asia/Tokyo", "2025-11-01T15:00:00Z", "Now")]
    [InlineData("2025-11-01", null, "America/New_York", "2024-11-01T13:00:00Z", "In 365 days")]
    public void Mails_count_calendar_days_where_the_reader_is_and_below_a_day_hours_and_minutes(
        string when, string? end, string reader, string at, string expected) =>
        Assert.Equal(expected, Remaining.Words(Mails.Date(when, end: end), Mails.Utc(at), Mails.Zone(reader)));

    [Theory]
    // 30 Oct in Seoul is 29 Oct 11:00 to 30 Oct 11:00 in New York (UTC-4).
    [InlineData("America/New_York", "2025-10-23T13:00:00Z", "In 7 days")]
    [InlineData("America/New_York", "2025-10-28T13:00:00Z", "In 2 days")]
    [InlineData("America/New_York", "2025-10-29T13:00:00Z", "In 2 hours")] // the alert of P1D
    [InlineData("America/New_York", "2025-10-29T14:00:00Z", "In 1 hour")] // the alert of PT1H
    [InlineData("America/New_York", "2025-10-29T15:00:00Z", "Now")]
    [InlineData("America/New_York", "2025-10-30T13:00:00Z", "Now")] // the alert of P0D
    [InlineData("America/New_York", "2025-10-30T16:00:00Z", "1 hour ago")]
    [InlineData("America/New_York", "2025-10-31T13:00:00Z", "Yesterday")]
    [InlineData("Pacific/Kiritimati", "2025-10-28T19:00:00Z", "Tomorrow")] // 29 Oct, 09:00, begins 30 Oct, 05:00
    [InlineData("Pacific/Kiritimati", "2025-10-29T10:00:00Z", "Today")] // 30 Oct, 00:00, begins at 05:00
    // Where it happens.
    [InlineData("Asia/Seoul", "2025-10-29T00:00:00Z", "Tomorrow")] // the day before, 09:00
    [InlineData("Asia/Seoul", "2025-10-29T09:00:00Z", "Tomorrow")]
    [InlineData("Asia/Seoul", "2025-10-29T13:00:00Z", "Tomorrow")] // 22:00
    [InlineData("Asia/Seoul", "2025-10-29T15:00:00Z", "Today")]
    [InlineData("Asia/Seoul", "2025-10-30T14:59:00Z", "Today")]
    public void An_all_day_date_is_counted_to_where_its_day_begins_for_the_reader(
        string reader, string at, string expected) =>
        Assert.Equal(
            expected, Remaining.Words(Mails.Date("2025-10-30", "Asia/Seoul"), Mails.Utc(at), Mails.Zone(reader)));

    [Theory]
    [InlineData("2025-11-10T03:31:00Z", "In 1 hour 30 minutes")]
    [InlineData("2025-11-08T17:01:00Z", "In 36 hours")]
    [InlineData("2025-11-10T05:01:00Z", "Now")] // the instant itself, where a date without an end is over
    [InlineData("2025-11-10T05:31:00Z", "30 minutes ago")]
    public void A_lead_in_hours_counts_in_hours_and_minutes(string at, string expected) =>
        Assert.Equal(expected, Remaining.ClockWords(Mails.Date("2025-11-10T00:01"), Mails.Utc(at)));

    [Theory]
    [InlineData("2025-11-10T00:01", "America/New_York", "2025-11-03T14:00:00Z", "7 days")]
    // 24 hours 1 minute: the next calendar day.
    [InlineData("2025-11-10T00:01", "America/New_York", "2025-11-09T05:00:00Z", "1 day")]
    [InlineData("2025-11-10T00:01", "America/New_York", "2025-11-09T14:00:00Z", "15 hours 1 minute")]
    [InlineData("2025-11-10T00:01", "America/New_York", "2025-11-10T05:01:00Z", null)]
    [InlineData("2025-11-10T00:01", "America/New_York", "2025-11-11T05:01:00Z", null)]
    [InlineData("2025-11-01", "Asia/Tokyo", "2025-10-30T23:00:00Z", "1 day")]
    [InlineData("2025-11-01", "Asia/Tokyo", "2025-10-31T14:59:00Z", "13 hours 1 minute")]
    [InlineData("2025-11-01", "Asia/Tokyo", "2025-10-31T15:00:00Z", "13 hours")] // today, when it begins in New York
    [InlineData("2025-11-01", "Asia/Tokyo", "2025-11-01T04:00:00Z", null)]
    public void Time_left_is_days_on_the_readers_calendar_and_below_a_day_hours_and_minutes(
        string when,
        string reader,
        string at,
        string? expected
    ) => Assert.Equal(expected, Remaining.Left(Mails.Date(when), Mails.Utc(at), Mails.Zone(reader)));
}
