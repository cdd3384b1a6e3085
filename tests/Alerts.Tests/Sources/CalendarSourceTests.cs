using System.Text;
using Alerts.Dates;
using Alerts.Sources;
using NodaTime.Text;

namespace Alerts.Tests.Sources;

/// <summary>Reads calendars as the dates of a source: ids, series and what is left out.</summary>
public sealed class CalendarSourceTests
{
    private static readonly Instant Now = Instant.FromUtc(2026, 3, 1, 12, 0);

    [Theory]
    [InlineData("meeting-1", "s-meeting-1")]
    [InlineData("Meeting@example.org", "s-mzxqx7u7hu7q", true)]
    public void An_id_is_made_of_the_uid(string uid, string id, bool isHash = false)
    {
        var read = Assert.Single(Read($"UID:{uid}\nSUMMARY:S\nDTSTART:20260401T100000Z").Dates).Id;
        if (isHash)
        {
            Assert.Matches("^s-[a-z2-7]{12}$", read);
        }
        else
        {
            Assert.Equal(id, read);
        }
    }

    [Theory]
    [InlineData(62, false)]
    [InlineData(63, true)]
    public void A_uid_too_long_for_an_id_is_hashed(int length, bool isHashed)
    {
        var id = Assert.Single(Read($"UID:{new string('u', length)}\nSUMMARY:S\nDTSTART:20260401T100000Z").Dates).Id;
        Assert.Equal(isHashed ? 14 : 64, id.Length);
    }

    [Fact]
    public void A_weekly_series_keeps_its_local_time_over_a_change_of_clocks()
    {
        var dates = Read("UID:w\nSUMMARY:W\nDTSTART;TZID=Europe/Berlin:20260323T090000\nRRULE:FREQ=WEEKLY;COUNT=3")
            .Dates;
        Assert.Equal(["s-w-20260323 2026-03-23T08:00:00Z", "s-w-20260330 2026-03-30T07:00:00Z",
            "s-w-20260406 2026-04-06T07:00:00Z"],
            Lines(dates));
        Assert.All(dates, date => Assert.Equal("w", date.Series));
    }

    [Fact]
    public void Several_on_one_day_have_the_time_in_their_ids()
    {
        var dates = Read("UID:w\nSUMMARY:W\nDTSTART:20260401T090000Z\nRRULE:FREQ=DAILY;COUNT=4;BYHOUR=9,15").Dates;
        Assert.Equal(["s-w-20260401t0900", "s-w-20260401t1500", "s-w-20260402t0900", "s-w-20260402t1500"],
            dates.Select(date => date.Id));
    }

    [Fact]
    public void Rdate_and_exdate_add_and_remove_occurrences()
    {
        var dates = Read(
            "UID:w\nSUMMARY:W\nDTSTART;VALUE=DATE:20260401\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE;VALUE=DATE:20260402\n"
            + "RDATE;VALUE=DATE:20260410,20260412").Dates;
        Assert.Equal(["s-w-20260401", "s-w-20260403", "s-w-20260410", "s-w-20260412"], dates.Select(date => date.Id));
    }

    [Fact]
    public void An_occurrence_of_its_own_keeps_the_id_of_its_original_start()
    {
        var dates = Read(
            "UID:w\nSUMMARY:W\nDESCRIPTION:Weekly\n"
                + "DTSTART;TZID=Europe/Berlin:20260401T090000\nRRULE:FREQ=DAILY;COUNT=3",
            "UID:w\nSUMMARY:Moved\nRECURRENCE-ID;TZID=Europe/Berlin:20260402T090000\n"
                + "DTSTART;TZID=Europe/Berlin:20260405T100000",
            "UID:w\nSTATUS:CANCELLED\nRECURRENCE-ID:20260403T070000Z\nDTSTART;TZID=Europe/Berlin:20260403T090000"
        ).Dates;
        Assert.Equal(
            [
                "s-w-20260401 2026-04-01T07:00:00Z",
                "s-w-20260402 2026-04-05T08:00:00Z",
                "s-w-20260403 2026-04-03T07:00:00Z",
            ],
            Lines(dates));
        Assert.Equal(["W", "Moved", "W"], dates.Select(date => date.Title));
        Assert.Equal("Weekly", dates[1].Summary);
        Assert.Equal(Alerts.Dates.DateStatus.Cancelled, dates[2].Status);
    }

    [Fact]
    public void A_series_is_expanded_from_30_days_back_to_24_months_ahead()
    {
        var dates = Read("UID:w\nSUMMARY:W\nDTSTART;VALUE=DATE:20200115\nRRULE:FREQ=MONTHLY").Dates;
        Assert.Equal("s-w-20260215", dates[0].Id);
        Assert.Equal("s-w-20280215", dates[^1].Id);
        Assert.Equal(25, dates.Count);
    }

    [Fact]
    public void At_most_500_occurrences_are_taken_and_the_rest_is_named()
    {
        var reading = Read("UID:w\nSUMMARY:W\nDTSTART;VALUE=DATE:20260101\nRRULE:FREQ=DAILY");
        Assert.Equal(500, reading.Dates.Count);
        Assert.Contains("left out", Assert.Single(reading.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("FREQ=DAILY;UNTIL=20260403", 3)]
    [InlineData("FREQ=DAILY;UNTIL=20260403T070000Z", 3)]
    [InlineData("FREQ=DAILY;UNTIL=20260403T065959Z", 2)]
    public void Until_is_inclusive_and_by_the_zone_of_the_series(string rule, int count) =>
        Assert.Equal(count,
            Read($"UID:w\nSUMMARY:W\nDTSTART;TZID=Europe/Berlin:20260401T090000\nRRULE:{rule}").Dates.Count);

    [Theory]
    [InlineData("FREQ=SECONDLY")]
    [InlineData("FREQ=NEVER")]
    [InlineData("BYDAY=MO")]
    [InlineData("FREQ=DAILY;UNTIL=soon")]
    [InlineData("FREQ=DAILY;INTERVAL=0")]
    public void A_bad_rule_is_named_and_does_not_keep_the_others(string rule)
    {
        var reading = Read($"UID:w\nSUMMARY:W\nDTSTART:20260401T090000Z\nRRULE:{rule}",
            "UID:o\nSUMMARY:O\nDTSTART:20260401T090000Z");
        Assert.Equal("s-o", Assert.Single(reading.Dates).Id);
        Assert.Contains("'w'", Assert.Single(reading.Warnings), StringComparison.Ordinal);
        Assert.Contains("w", reading.UnreadableSeries);
    }

    [Fact]
    public void The_days_of_an_occurrence_are_those_of_the_first()
    {
        var date = Read(
            "UID:w\nSUMMARY:W\nDTSTART;VALUE=DATE:20260401\nDTEND;VALUE=DATE:20260403\nRRULE:FREQ=WEEKLY;COUNT=2"
        ).Dates[1];
        Assert.Equal(
            "2026-04-08 2026-04-09",
            $"{LocalDatePattern.Iso.Format(date.When!.On)} {LocalDatePattern.Iso.Format(date.End!.On)}");
    }

    [Theory]
    [InlineData("<html><body>Not found</body></html>")]
    [InlineData("")]
    [InlineData("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nSUMMARY:S\nDTSTART:20260401T1000")]
    public void What_is_no_calendar_is_refused(string text) => Assert.Throws<SourceException>(() =>
        CalendarSource.Read(Source(), Encoding.UTF8.GetBytes(text), Now, []));

    [Fact]
    public void The_same_uid_twice_is_named_and_read_once()
    {
        var reading = Read("UID:a\nSUMMARY:S\nDTSTART:20260401T090000Z", "UID:a\nSUMMARY:T\nDTSTART:20260402T090000Z");
        Assert.Equal("S", Assert.Single(reading.Dates).Title);
        Assert.Single(reading.Warnings);
    }

    [Fact]
    public void Content_is_the_same_after_it_was_stored()
    {
        foreach (var date in Read(
                "UID:a\nSUMMARY:Ünï\nDESCRIPTION:two\\nlines\nCATEGORIES:A,B\nURL:https://example.org\n"
                    + "DTSTART;TZID=Asia/Tokyo:20260401T090000\nDTEND;TZID=Asia/Tokyo:20260403T090000",
                "UID:b\nSUMMARY:B\nDTSTART;VALUE=DATE:20260401").Dates)
        {
            Assert.Equal(date.ToContent(), SourceDate.Of(date.ToContent()).ToContent());
            Assert.Equal(date.When, SourceDate.Of(date.ToContent()).When);
        }
    }

    /// <summary>A date of another form would count as changed when it is read again.</summary>
    [Fact]
    public void Content_is_stored_in_one_form()
    {
        var on = new Moment(new LocalDate(2026, 4, 1), new LocalTime(9, 0), DateTimeZone.Utc);
        var date = new SourceDate
        {
            Id = "s-a",
            Name = "Event 'a'",
            Series = "a",
            Title = "Ünï",
            Summary = "two\nlines",
            Categories = ["A", "B"],
            When = on,
            End = on with { At = null },
            Status = DateStatus.Cancelled,
            Link = "https://example.org",
            IsWhole = true,
            IsCancelledOverride = true,
        };
        Assert.Equal(
            """
            {"id":"s-a","series":"a","title":"Ünï","summary":"two\nlines","categories":["A","B"],
            "when":{"on":"2026-04-01","at":"09:00","zone":"UTC"},"end":{"on":"2026-04-01","zone":"UTC"},
            "status":"Cancelled","link":"https://example.org","hasNoLink":false,"isCancel":false,"isWhole":true,
            "isCancelledOverride":true}
            """.ReplaceLineEndings(""),
            date.ToContent());
    }

    private static Source Source() => new()
    {
        Id = "s",
        Type = SourceType.ICalendar,
        Url = "https://example.org/c.ics",
        TimeZone = DateTimeZoneProviders.Tzdb["Europe/Berlin"],
    };

    private static Reading Read(params IEnumerable<string> events) => CalendarSource.Read(
        Source(),
        Encoding.UTF8.GetBytes("BEGIN:VCALENDAR\n"
            + string.Concat(events.Select(one => $"BEGIN:VEVENT\n{one}\nEND:VEVENT\n")) + "END:VCALENDAR\n"),
        Now, []);

    private static IEnumerable<string> Lines(IEnumerable<SourceDate> dates) =>
        dates.Select(date => $"{date.Id} {TimeText.Write(date.When!.Start)}");
}
