using System.Security.Cryptography;
using System.Text;
using Alerts.Dates;
using Alerts.Dates.Calendars;
using NodaTime.Text;

namespace Alerts.Tests.Dates.Calendars;

/// <summary>How the events of a calendar file become key dates.</summary>
public sealed class CalendarFileTests
{
    [Fact]
    public void An_event_becomes_a_key_date()
    {
        var date = Good("""
            UID:truce-2025
            DTSTAMP:20251025T120000Z
            DTSTART;TZID="America/New_York":20251110T000100
            DTEND;TZID=America/New_York:20251110T010000
            SUMMARY;LANGUAGE=en:US-China\, the tr
             uce\nexpires
            DESCRIPTION:one\ntwo\; three \\ four
            CATEGORIES:us-china,Trade & Tariffs
            CATEGORIES:US-China,a\,b
            URL;VALUE=URI:https://example.org/a,b?c=d;e
            STATUS:tentative
            X-OTHER;A=b:c
            BEGIN:VALARM
            ACTION:DISPLAY
            DESCRIPTION:an alarm
            DTSTART:banana
            not even a line
            END:VALARM
            """);
        Assert.Equal("truce-2025", date.Id);
        Assert.Equal("US-China, the truce expires", date.Title);
        Assert.Equal("one\ntwo; three \\ four", date.Summary);
        Assert.Equal(["us-china", "trade-tariffs", "a-b"], date.Topics);
        Assert.Equal("2025-11-10 00:01 America/New_York", Words(date));
        Assert.Equal(DateStatus.Tentative, date.Status);
        Assert.Equal("https://example.org/a,b?c=d;e", date.Source);
        Assert.Null(date.CheckedOn);
    }

    [Theory]
    // All-day: DTEND is the day after the last day.
    [InlineData("DTSTART;VALUE=DATE:20251031\nDTEND;VALUE=DATE:20251102", "2025-10-31 Europe/Berlin to 2025-11-01")]
    [InlineData("DTSTART;VALUE=DATE:20251031\nDTEND;VALUE=DATE:20251101", "2025-10-31 Europe/Berlin")]
    [InlineData("DTSTART;VALUE=DATE:20251031\nDTEND;VALUE=DATE:20251031", "2025-10-31 Europe/Berlin")]
    [InlineData("DTSTART:20251031", "2025-10-31 Europe/Berlin")]
    [InlineData("DTSTART;VALUE=DATE:20251031\nDURATION:P2D", "2025-10-31 Europe/Berlin to 2025-11-01")]
    [InlineData("DTSTART;VALUE=DATE:20251031\nDURATION:P1W", "2025-10-31 Europe/Berlin to 2025-11-06")]
    [InlineData("DTSTART;TZID=Asia/Seoul;VALUE=DATE:20251031", "2025-10-31 Asia/Seoul")]
    // Timed: the end is kept only if it is on a later day, in the zone of the start.
    [InlineData("DTSTART:20251031T101500Z", "2025-10-31 10:15 UTC")]
    [InlineData("DTSTART:20251031T101500Z\nDTEND:20251031T235900Z", "2025-10-31 10:15 UTC")]
    [InlineData("DTSTART:20251031T101500Z\nDTEND:20251101T000000Z", "2025-10-31 10:15 UTC to 2025-11-01 00:00")]
    [InlineData("DTSTART;TZID=Asia/Tokyo:20251031T200000\nDTEND:20251031T160000Z",
        "2025-10-31 20:00 Asia/Tokyo to 2025-11-01 01:00")]
    [InlineData("DTSTART:20251031T101500Z\nDURATION:P1DT2H", "2025-10-31 10:15 UTC to 2025-11-01 12:15")]
    // The night of 1 to 2 November lasts an hour longer in New York: P1D ends at the same time of day, PT24H does not.
    [InlineData("DTSTART;TZID=America/New_York:20251101T120000\nDURATION:P1D",
        "2025-11-01 12:00 America/New_York to 2025-11-02 12:00")]
    [InlineData("DTSTART;TZID=America/New_York:20251101T120000\nDURATION:PT24H",
        "2025-11-01 12:00 America/New_York to 2025-11-02 11:00")]
    // Zones: Windows names are mapped, a floating time uses X-WR-TIMEZONE, seconds are dropped.
    [InlineData("DTSTART;TZID=Eastern Standard Time:20251031T100000", "2025-10-31 10:00 America/New_York")]
    [InlineData("DTSTART;TZID=\"Tokyo Standard Time\":20251031T100000", "2025-10-31 10:00 Asia/Tokyo")]
    [InlineData("DTSTART;TZID=UTC:20251031T100000", "2025-10-31 10:00 UTC")]
    [InlineData("DTSTART:20251031T235959", "2025-10-31 23:59 Europe/Berlin")]
    public void Times_are_read_as_calendars_mean_them(string times, string expected) =>
        Assert.Equal(expected, Words(Good("UID:a\nSUMMARY:S\n" + times, "X-WR-TIMEZONE:Europe/Berlin\n")));

    [Theory]
    [InlineData("CONFIRMED", "Confirmed")]
    [InlineData("TENTATIVE", "Tentative")]
    [InlineData("CANCELLED", "Cancelled")]
    [InlineData("", "Confirmed")]
    public void The_status_is_kept(string status, string expected) =>
        Assert.Equal(expected, Good($"UID:a\nSUMMARY:S\nDTSTART:20251031T100000Z\nSTATUS:{status}").Status.ToString());

    [Theory]
    [InlineData("040000008200E00074C5B7101A82E008@example.org")]
    [InlineData("UPPER")]
    public void A_uid_that_is_no_id_is_hashed(string uid)
    {
        var hash = Base32.LowerCase(SHA256.HashData(Encoding.UTF8.GetBytes(uid)), 12);
        Assert.Equal("ical-" + hash, Good($"UID:{uid}\nSUMMARY:S\nDTSTART:20251031T100000Z").Id);
    }

    [Fact]
    public void The_hash_of_a_uid_never_changes() => // expected value computed with sha256sum | base32
        Assert.Equal("ical-ppwltslscabr", Good("UID:event@example.org\nSUMMARY:S\nDTSTART:20251031T100000Z").Id);

    [Fact]
    public void Long_texts_are_cut_and_control_characters_become_spaces()
    {
        var smiles = string.Concat(Enumerable.Repeat("😀", 3000));
        var date =
            Good($"UID:a\nSUMMARY:a\u0007b\tc {smiles}\nDESCRIPTION:x\u0007y\\n{smiles}\nDTSTART:20251031T100000Z");
        Assert.Equal("a b c " + string.Concat(Enumerable.Repeat("😀", 194)), date.Title);
        Assert.Equal("x y\n" + string.Concat(Enumerable.Repeat("😀", 1996)), date.Summary);
    }

    [Theory]
    [InlineData("SUMMARY:S\nDTSTART:20251031T100000Z", "Event 'S': has no UID")]
    [InlineData("DTSTART:20251031T100000Z", "Event 1: has no UID")]
    [InlineData("UID:a\nSUMMARY:S", "has no DTSTART")]
    [InlineData("UID:a\nSUMMARY:S\nDTSTART:banana", "has a DTSTART that is no date or time, 'banana'")]
    [InlineData("UID:a\nSUMMARY:S\nDTSTART:20251331T000000Z", "DTSTART that is no date")]
    [InlineData("UID:a\nSUMMARY:S\nDTSTART:20251031T250000Z", "DTSTART that is no date")]
    [InlineData("UID:a\nSUMMARY:S\nDTSTART:18991231",
        "has a DTSTART outside of the years 1900 to 9998, '18991231'; write a year within them.")]
    [InlineData("UID:a\nSUMMARY:S\nDTSTART:20251031T100000", "without a time zone")]
    [InlineData("UID:a\nSUMMARY:S\nDTSTART;VALUE=DATE:20251031", "without a time zone")]
    [InlineData("UID:a\nSUMMARY:S\nDTSTART;TZID=Mars/Olympus:20251031T100000", "'Mars/Olympus'")]
    [InlineData("UID:a\nSUMMARY:S\nDTSTART:20251031T100000Z\nDTEND:oops", "DTEND")]
    [InlineData("UID:a\nSUMMARY:S\nDTSTART:20251031T100000Z\nDTEND:20251031T095900Z", "ends before")]
    [InlineData("UID:a\nSUMMARY:S\nDTSTART:20251031T100000Z\nDTEND;VALUE=DATE:20251101", "only one of")]
    [InlineData("UID:a\nSUMMARY:S\nDTSTART:20251031T100000Z\nDTEND:20251101T110000Z\nDURATION:P1D",
        "both DTEND and DURATION")]
    [InlineData("UID:a\nSUMMARY:S\nDTSTART:20251031T100000Z\nDURATION:oops", "DURATION")]
    [InlineData("UID:a\nSUMMARY:S\nDTSTART:20251031T100000Z\nDURATION:-P1D", "DURATION")]
    [InlineData("UID:a\nSUMMARY:S\nDTSTART:20251031T100000Z\nDURATION:P999999999W", "ends after")]
    [InlineData("UID:a\nSUMMARY:S\nDTSTART:20251031T100000Z\nDURATION:P9999999999999999999D", "DURATION")]
    [InlineData("UID:a\nSUMMARY:S\nDTSTART:99981231T235900Z\nDURATION:P9998D", "ends after")]
    [InlineData("UID:a\nSUMMARY:S\nDTSTART:99981231T100000Z\nDURATION:P100D", "ends after")]
    [InlineData("UID:a\nSUMMARY:S\nDTSTART:20251031T100000Z\nRRULE:FREQ=YEARLY", "recurs (RRULE)")]
    [InlineData("UID:a\nSUMMARY:S\nDTSTART:20251031T100000Z\nRDATE:20261031T100000Z", "recurs (RDATE)")]
    [InlineData("UID:a\nSUMMARY:S\nDTSTART:20251031T100000Z\nRECURRENCE-ID:20261031T100000Z", "recurs (RECURRENCE-ID)")]
    [InlineData("UID:a\nSUMMARY:S\nDTSTART:20251031T100000Z\nDTSTART:20261031T100000Z", "DTSTART more than once")]
    [InlineData("UID:a\nSUMMARY:S\nDTSTART;TZID=Asia/Tokyo:20251031T100000Z\nDTSTART;TZID=UTC:20251031T100000Z",
        "DTSTART more than once")]
    [InlineData("UID:a\nSUMMARY:S\nDTSTART:20251031T100000Z\nSTATUS:TENTATIVE\nSTATUS:CANCELLED",
        "STATUS more than once")]
    // ISO 8601 times are quoted whole, and a colon in TZID does not end the parameters.
    [InlineData("UID:a\nSUMMARY:S\nDTSTART:2026-07-10T09:00:00Z", "no date or time, '2026-07-10T09:00:00Z'")]
    [InlineData("UID:a\nSUMMARY:S\nDTSTART:2026-07-10 09:00", "no date or time, '2026-07-10 09:00'")]
    [InlineData("UID:a\nSUMMARY:S\nDTSTART;TZID=Asia/Tokyo:2026-07-10T09:00:00",
        "no date or time, '2026-07-10T09:00:00'")]
    [InlineData("UID:a\nSUMMARY:S\nDTSTART;TZID=(UTC+01:00) X:2026-07-10T09:00:00.000+02:00",
        "no date or time, '2026-07-10T09:00:00.000+02:00'")]
    [InlineData("UID:a\nSUMMARY:S\nDTSTART:20251031T100000Z\nCATEGORIES:a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,u",
        "has 21 categories")]
    [InlineData("UID:a\nSUMMARY:S\nDTSTART;TZID=UTC", "line 5, 'DTSTART;TZID=UTC', cannot be read")]
    public void A_bad_event_is_named_with_what_is_wrong(string content, string says)
    {
        var good = "BEGIN:VEVENT\nUID:good\nSUMMARY:S\nDTSTART:20251031T100000Z\nEND:VEVENT\n";
        var file = Read($"BEGIN:VCALENDAR\nBEGIN:VEVENT\n{content}\nEND:VEVENT\n{good}END:VCALENDAR\n");
        var first = file.Errors[0];
        Assert.Contains(says, first, StringComparison.Ordinal);
        Assert.StartsWith("Event ", first, StringComparison.Ordinal);
        Assert.DoesNotContain(file.Errors, error => error.Contains("'good'", StringComparison.Ordinal));
        Assert.Equal("good", Made(Assert.Single(file.Dates)).Id);
    }

    [Theory]
    [InlineData("BEGIN:VCALENDAR", "END:VCALENDAR is missing")]
    [InlineData("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a", "END:VEVENT is missing")]
    [InlineData("BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR", "Line 3")]
    [InlineData("BEGIN:VCALENDAR\ngarbage\nEND:VCALENDAR", "no event")]
    [InlineData("BEGIN:VCALENDAR\nEND:VCALENDAR", "no event")]
    [InlineData("BEGIN:VCALENDAR\nEND:VCALENDAR\nBEGIN:VEVENT\nEND:VEVENT", "outside")]
    [InlineData("BEGIN:VCALENDAR\nBEGIN:VCALENDAR\nEND:VCALENDAR\nEND:VCALENDAR", "Line 2")]
    public void A_file_that_is_no_calendar_is_one_error(string text, string says)
    {
        var file = Read(text);
        Assert.Empty(file.Dates);
        Assert.Contains(says, Assert.Single(file.Errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SUMMARY:S", "SUMMARY:T")]
    [InlineData("SUMMARY:S\nCATEGORIES:a", "SUMMARY:S\nCATEGORIES:b")]
    [InlineData("SUMMARY:S\nSEQUENCE:1", "SUMMARY:T\nSEQUENCE:1")]
    public void Two_events_with_one_uid_that_contradict_each_other_are_an_error(string first, string second) =>
        Assert.Contains("'a' is in the file 2 times", Assert.Single(Twice(first, second).Errors),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("SUMMARY:S\nCATEGORIES:a,b", "SUMMARY:S\nCATEGORIES:a,b", "S")]
    [InlineData("SUMMARY:S\nSEQUENCE:1", "SUMMARY:T\nSEQUENCE:2", "T")]
    [InlineData("SUMMARY:S\nSEQUENCE:2", "SUMMARY:T", "S")]
    [InlineData("SUMMARY:S\nSEQUENCE:2\nDTSTAMP:20250101T000000Z", "SUMMARY:T\nDTSTAMP:20250202T000000Z", "S")]
    [InlineData("SUMMARY:S\nDTSTAMP:20250101T000000Z", "SUMMARY:T\nDTSTAMP:20250102T000000Z", "T")]
    public void Of_two_events_with_one_uid_the_newest_is_taken_with_a_warning(string first, string second, string title)
    {
        var file = Twice(first, second);
        Assert.Empty(file.Errors);
        Assert.Equal(title, Made(Assert.Single(file.Dates)).Title);
        Assert.Contains("Event 'a': is in the file 2 times", Assert.Single(file.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("STATUS:TENTATIVE\nSTATUS:tentative ")]
    [InlineData("STATUS:TENTATIVE\nDTSTART:20251031T100000Z")]
    [InlineData("STATUS:TENTATIVE\nUID:a")]
    public void A_property_that_says_the_same_twice_is_read(string lines)
    {
        var date = Good($"UID:a\nSUMMARY:S\nDTSTART:20251031T100000Z\n{lines}");
        Assert.Equal((DateStatus.Tentative, "2025-10-31 10:00 UTC"), (date.Status, Words(date)));
    }

    private static ImportFile Twice(string first, string second)
    {
        static string Event(string content) =>
            $"BEGIN:VEVENT\nUID:a\n{content}\nDTSTART:20251031T100000Z\nEND:VEVENT\n";
        return Read($"BEGIN:VCALENDAR\n{Event(first)}{Event(second)}END:VCALENDAR");
    }

    [Fact]
    public void Each_calendar_of_a_file_has_its_own_zone_wherever_it_says_so()
    {
        const string Event = "BEGIN:VEVENT\nUID:{0}\nSUMMARY:S\nDTSTART:20251031T100000\nEND:VEVENT\n";
        var one = Event.Replace("{0}", "one", StringComparison.Ordinal);
        var two = Event.Replace("{0}", "two", StringComparison.Ordinal);
        var file = Read(
            $"BEGIN:VCALENDAR\n{one}X-WR-TIMEZONE:Asia/Seoul\nEND:VCALENDAR\n"
            + $"BEGIN:VCALENDAR\nX-WR-TIMEZONE:UTC\n{two}END:VCALENDAR\n");
        Assert.Empty(file.Errors);
        Assert.Equal(["2025-10-31 10:00 Asia/Seoul", "2025-10-31 10:00 UTC"], file.Dates.Select(date =>
            Words(Made(date))));
    }

    private static KeyDate Good(string content, string head = "")
    {
        var file = Read(
            $"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{head}BEGIN:VEVENT\r\n{content}\r\nEND:VEVENT\r\n"
            + "END:VCALENDAR\r\n");
        Assert.Empty(file.Errors);
        return Made(Assert.Single(file.Dates));
    }

    private static ImportFile Read(string text) => CalendarFile.Read(Encoding.UTF8.GetBytes(text), zone: null);

    // The event is not cancelled.
    private static KeyDate Made(ImportedDate asked) => asked.Against(null, null).OrThrow().Wanted!;

    private static string Words(KeyDate date)
    {
        var end = date.End is { } last ? " to " + Words(last) : "";
        return Words(date.When) + " " + date.When.Zone.Id + end;
    }

    private static string Words(Moment moment) =>
        LocalDatePattern.Iso.Format(moment.On)
        + (moment.At is { } at ? " " + LocalTimePattern.CreateWithInvariantCulture("HH:mm").Format(at) : "");
}
