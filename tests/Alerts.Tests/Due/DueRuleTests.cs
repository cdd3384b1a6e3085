using Alerts.Due;
using static Alerts.Tests.Due.Written;

namespace Alerts.Tests.Due;

public sealed class DueRuleTests
{
    private const string NewYork = "America/New_York 09:00";

    [Theory]
    [InlineData("2025-11-10 00:01 America/New_York", "PT1H", "2025-11-10T04:01Z")]
    [InlineData("2025-11-10 00:01 America/New_York", "PT0S", "2025-11-10T05:01Z")]
    [InlineData("2025-11-10 00:01 America/New_York", "P1DT2H", "2025-11-09T03:01Z")] // 26 hours
    [InlineData("2025-11-01 America/New_York", "PT1H", "2025-11-01T03:00Z")] // the start of the day in the date's zone
    [InlineData("2025-11-01 Asia/Seoul", "PT12H", "2025-10-31T03:00Z")]
    //   New York:  Sat 00:00 ---- Sun 00:00 -- 02:00|01:00 ---- 24:00        a Sunday with 25 hours
    // Sunday, the earlier 01:00: 24 hours, not a calendar day.
    [InlineData("2025-11-03 America/New_York", "PT24H", "2025-11-02T05:00Z")]
    // Saturday 23:00: beside a time part, a day is 24 hours.
    [InlineData("2025-03-10 America/New_York", "P1DT0H", "2025-03-09T04:00Z")]
    [InlineData("2025-03-09 02:30 America/New_York", "PT0S", "2025-03-09T07:30Z")] // the start is in the gap: 03:30
    // The start occurs twice: the earlier one.
    [InlineData("2025-11-02 01:30 America/New_York", "PT30M", "2025-11-02T05:00Z")]
    // Midnight is skipped: the day begins at 01:00.
    [InlineData("2017-10-15 America/Sao_Paulo", "PT1H", "2017-10-15T02:00Z")]
    [InlineData("2011-12-30 Pacific/Apia", "PT1H", "2011-12-30T09:00Z")] // a skipped day begins with the next one
    public void A_clock_lead_is_elapsed_time_before_the_start(string date, string lead, string dueAt) =>
        Assert.Equal(dueAt, Due(date, lead, NewYork));

    [Theory]
    [InlineData("P7D", "2025-11-03T14:00Z")]
    [InlineData("P1D", "2025-11-09T14:00Z")]
    [InlineData("P1W", "2025-11-03T14:00Z")]
    [InlineData("P1W2D", "2025-11-01T13:00Z")] // before the clocks went back: 09:00 is 13:00Z
    [InlineData("P1M", "2025-10-10T13:00Z")]
    [InlineData("P1Y", "2024-11-10T14:00Z")]
    [InlineData("1BD", "2025-11-07T14:00Z")] // from Monday to the Friday before
    [InlineData("P0D", "2025-11-10T05:01Z")] // 09:00 would be after the deadline, so it is due at the deadline
    public void A_calendar_lead_comes_at_the_subscribers_hour(string lead, string dueAt) =>
        Assert.Equal(dueAt, Due("2025-11-10 00:01 America/New_York", lead, NewYork));

    // 2025-11-10 00:01 in New York is 05:01Z: the 9th in Honolulu, the 10th in Tokyo.
    //   UTC-10 ---- 9th 19:01     UTC-5 10th 00:01     UTC+9 10th 14:01     UTC+14 10th 19:01
    [Theory]
    [InlineData("2025-11-10 00:01 America/New_York", "P1D", "Pacific/Honolulu 09:00", "2025-11-08T19:00Z")]
    [InlineData("2025-11-10 00:01 America/New_York", "P0D", "Pacific/Honolulu 09:00", "2025-11-09T19:00Z")]
    [InlineData("2025-11-10 00:01 America/New_York", "P1D", "Asia/Tokyo 08:00", "2025-11-08T23:00Z")]
    [InlineData("2025-11-10 00:01 America/New_York", "P0D", "Asia/Tokyo 08:00", "2025-11-09T23:00Z")]
    // A minute too late: capped.
    [InlineData("2025-11-10 00:01 America/New_York", "P0D", "Asia/Tokyo 14:02", "2025-11-10T05:01Z")]
    // 23:30 on the 11th for the subscriber.
    [InlineData("2025-11-10 23:30 Pacific/Honolulu", "P1D", "Pacific/Kiritimati 09:00", "2025-11-09T19:00Z")]
    // 00:30 on the 9th for the subscriber.
    [InlineData("2025-11-10 00:30 Pacific/Kiritimati", "P1D", "Pacific/Honolulu 09:00", "2025-11-08T19:00Z")]
    // Tuesday 02:00 for the subscriber, so Monday.
    [InlineData("2025-11-10 12:00 America/New_York", "1BD", "Asia/Tokyo 09:00", "2025-11-10T00:00Z")]
    public void A_timed_date_counts_from_its_day_in_the_subscribers_zone(
        string date, string lead, string subscriber, string dueAt) => Assert.Equal(dueAt, Due(date, lead, subscriber));

    [Theory]
    [InlineData("P1D", "Pacific/Honolulu 09:00", "2025-11-09T19:00Z")]
    [InlineData("P1D", "Asia/Tokyo 09:00", "2025-11-09T00:00Z")]
    [InlineData("P0D", "Pacific/Kiritimati 09:00", "2025-11-09T19:00Z")]
    // After the start, and after the day in Seoul: not capped.
    [InlineData("P0D", "Pacific/Honolulu 09:00", "2025-11-10T19:00Z")]
    public void An_all_day_date_is_the_same_day_everywhere(string lead, string subscriber, string dueAt) =>
        Assert.Equal(dueAt, Due("2025-11-10 Asia/Seoul", lead, subscriber));

    [Theory]
    [InlineData("2025-03-31", "P1M", "2025-02-28")]
    [InlineData("2024-03-31", "P1M", "2024-02-29")]
    [InlineData("2024-03-29", "P1M", "2024-02-29")]
    [InlineData("2100-03-31", "P1M", "2100-02-28")] // 2100 is not a leap year
    [InlineData("2100-03-01", "P1D", "2100-02-28")]
    [InlineData("2000-03-01", "P1D", "2000-02-29")] // 2000 was a leap year
    [InlineData("2025-12-31", "P1M", "2025-11-30")]
    [InlineData("2024-02-29", "P1Y", "2023-02-28")]
    [InlineData("2024-02-29", "P2Y", "2022-02-28")]
    [InlineData("2024-02-29", "P1Y1M", "2023-01-29")] // thirteen months in one step, not via 28 February
    [InlineData("2025-03-31", "P1M1D", "2025-02-27")] // months first, then days
    [InlineData("2025-05-31", "P1M4W", "2025-04-02")] // 30 April, then 28 days
    [InlineData("2025-01-15", "P24M", "2023-01-15")]
    [InlineData("2025-01-01", "P731D", "2023-01-01")]
    [InlineData("9999-12-31", "P1D", "9999-12-30")]
    [InlineData("9999-12-31", "P0D", "9999-12-31")]
    [InlineData("0001-01-01", "P24M", "-0001-01-01")] // the years before 1 are 0 and -1
    public void A_lead_is_subtracted_on_the_calendar(string on, string lead, string told) =>
        Assert.Equal(told + "T09:00Z", Due(on + " UTC", lead, "UTC 09:00"));

    //   gap       01:59 EST | 03:00 EDT      overlap   01:59 EDT | 01:00 EST
    [Theory]
    [InlineData("2025-03-10 America/New_York", "America/New_York 02:30", "2025-03-09T07:30Z")] // 03:30
    [InlineData("2025-03-10 America/New_York", "America/New_York 03:30", "2025-03-09T07:30Z")]
    [InlineData("2025-11-03 America/New_York", "America/New_York 01:30", "2025-11-02T05:30Z")] // the earlier one
    // Midnight is skipped: 01:00.
    [InlineData("2017-10-16 America/Sao_Paulo", "America/Sao_Paulo 00:00", "2017-10-15T03:00Z")]
    [InlineData("2017-10-16 America/Sao_Paulo", "America/Sao_Paulo 00:45", "2017-10-15T03:45Z")] // 01:45
    // 00:00 to 01:00 occurs twice: the earlier one.
    [InlineData("2025-11-03 America/Havana", "America/Havana 00:15", "2025-11-02T04:15Z")]
    // A gap of half an hour.
    [InlineData("2025-10-06 Australia/Lord_Howe", "Australia/Lord_Howe 02:15", "2025-10-04T15:45Z")]
    // The 30th was skipped: 09:00 on the 31st.
    [InlineData("2011-12-31 Pacific/Apia", "Pacific/Apia 09:00", "2011-12-30T19:00Z")]
    // The 21st was skipped: 09:00 on the 22nd.
    [InlineData("1993-08-22 Pacific/Kwajalein", "Pacific/Kwajalein 09:00", "1993-08-21T21:00Z")]
    [InlineData("2011-12-31 UTC", "Pacific/Apia 23:00", "2011-12-31T09:00Z")]
    public void The_day_before_comes_at_an_hour_that_exists(string date, string subscriber, string dueAt) =>
        Assert.Equal(dueAt, Due(date, "P1D", subscriber));

    [Theory]
    [InlineData("2025-12-26 America/New_York", "1BD", "2025-12-25T14:00Z")]
    [InlineData("2025-12-26 America/New_York", "1BD/us-federal", "2025-12-24T14:00Z")]
    // 31 December is observed for 1 January 2022.
    [InlineData("2022-01-03 America/New_York", "1BD/us-federal", "2021-12-30T14:00Z")]
    [InlineData("2025-11-08 America/New_York", "1BD", "2025-11-07T14:00Z")] // a Saturday
    public void A_business_day_lead_skips_what_its_calendar_skips(string date, string lead, string dueAt) =>
        Assert.Equal(dueAt, Due(date, lead, NewYork));

    //                 22:00 ======== quiet ======== 07:00
    [Theory]
    [InlineData("2025-11-10 12:00 UTC", "PT6H", "UTC 09:00 22:00-07:00", "2025-11-10T07:00Z")] // 06:00 waits
    // The date starts before quiet hours end: sent when due.
    [InlineData("2025-11-10 06:30 UTC", "PT8H", "UTC 09:00 22:00-07:00", "2025-11-09T22:30Z")]
    // The date starts when quiet hours end: sent when due.
    [InlineData("2025-11-10 07:00 UTC", "PT8H", "UTC 09:00 22:00-07:00", "2025-11-09T23:00Z")]
    [InlineData("2025-11-10 07:01 UTC", "PT9H1M", "UTC 09:00 22:00-07:00", "2025-11-10T07:00Z")] // 22:00 is inside
    [InlineData("2025-11-10 07:01 UTC", "PT9H2M", "UTC 09:00 22:00-07:00", "2025-11-09T21:59Z")] // 21:59 is outside
    [InlineData("2025-11-10 12:00 UTC", "PT5H", "UTC 09:00 22:00-07:00", "2025-11-10T07:00Z")] // 07:00 is outside
    [InlineData("2025-11-10 12:00 UTC", "P1D", "UTC 23:00 22:00-07:00", "2025-11-10T07:00Z")] // across midnight
    [InlineData("2025-11-10 12:00 UTC", "P1D", "UTC 00:00 22:00-07:00", "2025-11-09T07:00Z")] // after midnight
    [InlineData("2025-11-10 12:00 UTC", "P1D", "UTC 13:00 12:00-14:30", "2025-11-09T14:30Z")] // within one day
    [InlineData("2025-11-10 12:00 UTC", "P1D", "UTC 23:00 22:00-00:00", "2025-11-10T00:00Z")] // until midnight
    // Capped, then sent at once.
    [InlineData("2025-11-10 00:01 America/New_York", "P0D", "America/New_York 09:00 22:00-07:00", "2025-11-10T05:01Z")]
    // An all-day date starts at 00:00: sent when due.
    [InlineData("2025-11-10 UTC", "P0D", "UTC 06:00 22:00-07:00", "2025-11-10T06:00Z")]
    // Its day starts at 05:00Z, after quiet hours end.
    [InlineData("2025-11-10 America/New_York", "P0D", "UTC 03:00 22:00-04:59", "2025-11-10T04:59Z")]
    // Its day starts when quiet hours end.
    [InlineData("2025-11-10 America/New_York", "P0D", "UTC 03:00 22:00-05:00", "2025-11-10T03:00Z")]
    //   New York, 9 March:      01:59 EST | 03:00 EDT
    // The end is moved to 03:30.
    [InlineData("2025-03-10 America/New_York", "P1D", "America/New_York 01:00 22:00-02:30", "2025-03-09T07:30Z")]
    // Already moved to 03:30: outside.
    [InlineData("2025-03-10 America/New_York", "P1D", "America/New_York 02:30 01:00-03:15", "2025-03-09T07:30Z")]
    //   New York, 2 November:   01:00 EDT ==A== 01:59 | 01:00 EST ==B== 01:59 | 02:00     quiet until 01:30, in A
    [InlineData(
        "2025-11-02 10:15 America/New_York",
        "PT10H",
        "America/New_York 09:00 22:00-01:30",
        "2025-11-02T05:30Z")] // A 01:15 waits until A 01:30
    // B 01:15: quiet hours have ended, sent when due.
    [InlineData("2025-11-02 10:15 America/New_York", "PT9H", "America/New_York 09:00 22:00-01:30", "2025-11-02T06:15Z")]
    [InlineData(
        "2025-11-02 10:45 America/New_York",
        "PT10H",
        "America/New_York 09:00 22:00-01:30",
        "2025-11-02T05:45Z")] // A 01:45 is outside
    // 02:00 occurs once.
    [InlineData("2025-11-02 10:15 America/New_York", "PT9H", "America/New_York 09:00 22:00-02:00", "2025-11-02T07:00Z")]
    //   Apia:   29 Dec 23:59 | 31 Dec 00:00
    // 23:00 on the 29th waits until 07:00 on the skipped 30th, which is 07:00 on the 31st.
    [InlineData("2012-01-02 Pacific/Apia", "PT49H", "Pacific/Apia 09:00 22:00-07:00", "2011-12-30T17:00Z")]
    public void A_reminder_in_quiet_hours_waits_for_their_end(
        string date, string lead, string subscriber, string dueAt) => Assert.Equal(dueAt, Due(date, lead, subscriber));

    [Theory]
    [InlineData("2025-11-11 UTC", "P1D 1BD", "1BD 2025-11-10T09:00Z")] // a Tuesday: both on the same Monday
    [InlineData("2025-11-11 UTC", "P7D P1W", "P1W 2025-11-04T09:00Z")]
    // A Monday: different days.
    [InlineData("2025-11-10 UTC", "P1D 1BD", "1BD 2025-11-07T09:00Z, P1D 2025-11-09T09:00Z")]
    [InlineData(
        "2025-11-11 UTC", "P0D P10D P1D", "P10D 2025-11-01T09:00Z, P1D 2025-11-10T09:00Z, P0D 2025-11-11T09:00Z")]
    [InlineData("2025-11-11 UTC", "P1D PT15H", "P1D 2025-11-10T09:00Z")] // all-day: counted from 00:00
    [InlineData("2025-11-11 UTC", "PT0S PT24H P1DT0H", "P1DT0H 2025-11-10T00:00Z, PT0S 2025-11-11T00:00Z")]
    public void Leads_of_one_instant_are_one_reminder_and_all_come_in_order(
        string date, string leads, string expected) =>
        Assert.Equal(
            expected,
            string.Join(
                ", ",
                DueRule.Reminders(Date(date), Preferences(leads, "UTC 09:00")).Select(r => $"{r.Lead} {Shown(r.DueAt)}")
            ));

    [Fact]
    public void What_quiet_hours_bring_to_one_instant_is_one_reminder()
    {
        // 06:00, 05:00 and 04:00 all wait until 07:00.
        var preferences = Preferences("PT6H PT7H PT8H", "UTC 09:00 22:00-07:00");
        var reminder = Assert.Single(DueRule.Reminders(Date("2025-11-10 12:00 UTC"), preferences));
        Assert.Equal(("PT6H", "2025-11-10T07:00Z"), (reminder.Lead.Text, Shown(reminder.DueAt)));
    }

    [Fact]
    public void The_day_before_and_the_day_itself_are_one_when_the_day_before_never_was()
    {
        // Apia has 29 and 31 December. One day before the 31st is the 30th, which becomes the 31st.
        var reminder = Assert.Single(
            DueRule.Reminders(Date("2011-12-31 Pacific/Apia"), Preferences("P1D P0D", "Pacific/Apia 09:00")));
        Assert.Equal(("P0D", "2011-12-30T19:00Z"), (reminder.Lead.Text, Shown(reminder.DueAt)));
    }

    [Theory]
    [InlineData("2025-11-10 00:01 America/New_York", "P1D", "Asia/Tokyo 08:00", "2025-11-10T05:01Z")] // at its start
    [InlineData("2025-11-10 00:01 America/New_York", "PT1H", "Asia/Tokyo 08:00", "2025-11-10T05:01Z")]
    // A zero lead: 24 hours after it is due.
    [InlineData("2025-11-10 00:01 America/New_York", "P0D", "America/New_York 09:00", "2025-11-11T05:01Z")]
    [InlineData("2025-11-10 00:01 America/New_York", "PT0S", "America/New_York 09:00", "2025-11-11T05:01Z")]
    // Not held: the date starts when quiet hours end.
    [InlineData("2025-11-10 07:00 UTC", "PT8H", "UTC 09:00 22:00-07:00", "2025-11-10T07:00Z")]
    [InlineData("2025-11-10 Asia/Seoul", "P1D", "Asia/Seoul 09:00", "2025-11-10T15:00Z")] // the end of the day in Seoul
    // The subscriber's day ends later.
    [InlineData("2025-11-10 Asia/Seoul", "P1D", "America/New_York 09:00", "2025-11-11T05:00Z")]
    // The date's day ends later.
    [InlineData("2025-11-10 America/New_York", "P1D", "Asia/Tokyo 09:00", "2025-11-11T05:00Z")]
    [InlineData("2025-11-10 Asia/Seoul", "PT1H", "America/New_York 09:00", "2025-11-11T05:00Z")]
    [InlineData("2025-11-10 Asia/Seoul", "P0W", "America/New_York 09:00", "2025-11-11T14:00Z")]
    // The last instant of the calendar.
    [InlineData("9999-12-31 23:00 America/New_York", "P0D", "UTC 09:00", "9999-12-31T23:59:59.999999999Z")]
    public void A_reminder_expires_when_it_is_of_no_use(string date, string lead, string subscriber, string expires)
    {
        var (on, preferences) = (Date(date), Preferences(lead, subscriber));
        var reminder = Assert.Single(DueRule.Reminders(on, preferences));
        Assert.Equal(expires, Shown(reminder.Expires));
        Assert.Equal(reminder.Expires, DueRule.Expires(reminder.Lead, reminder.DueAt, on, preferences));
    }

    [Theory]
    [InlineData("2025-11-12 UTC", "2025-11-09T23:30Z", "2025-11-10T07:00Z")]
    [InlineData("2025-11-12 UTC", "2025-11-09T21:30Z", "2025-11-09T21:30Z")]
    [InlineData("2025-11-10 UTC", "2025-11-09T23:30Z", "2025-11-09T23:30Z")] // starts at midnight, before 07:00
    public void A_late_attempt_is_held_the_same_way(string date, string at, string goes) =>
        Assert.Equal(
            goes, Shown(DueRule.HeldForQuietHours(At(at), Date(date), Preferences("P1D", "UTC 09:00 22:00-07:00"))));

    [Fact]
    public void An_end_changes_nothing_about_when_a_reminder_is_due_or_expires()
    {
        var summit = Date("2025-10-31 Asia/Seoul");
        var preferences = Preferences("P1D P0D PT1H", "Asia/Tokyo 08:00");
        var until = summit with { End = summit.When with { On = summit.When.On.PlusDays(1) } };
        Assert.Equal(DueRule.Reminders(summit, preferences), DueRule.Reminders(until, preferences));
    }

    [Fact]
    public void The_ends_of_the_calendar_are_survived_in_every_zone()
    {
        var there = Preferences("P2Y731D P24M 500BD/us-federal PT17544H P0D PT0S", "UTC 23:59 23:00-22:00");
        string[] dates = ["-9998-01-01", "-9994-06-01", "-9993-01-01", "0001-01-01", "9999-12-31"];
        foreach (var zone in DateTimeZoneProviders.Tzdb.Ids.Select(id => DateTimeZoneProviders.Tzdb[id]))
        {
            foreach (var date in dates.Select(on => Date(on + " 23:59 UTC")))
            {
                var allDay = date with { When = date.When with { At = null, Zone = zone } };
                foreach (var preferences in (IEnumerable<Alerts.Subscriptions.Preferences>)
                        [there, there with { Zone = zone }])
                {
                    Assert.NotEmpty(DueRule.Reminders(date, preferences));
                    Assert.NotEmpty(
                        DueRule.Reminders(date with { When = date.When with { Zone = zone } }, preferences));
                    Assert.NotEmpty(DueRule.Reminders(allDay, preferences));
                }
            }
        }
    }

    private static string Due(string date, string lead, string subscriber) =>
        Shown(Assert.Single(DueRule.Reminders(Date(date), Preferences(lead, subscriber))).DueAt);
}
