using System.Text;
using Alerts.Dates;
using Ical.Net.CalendarComponents;
using MimeKit;
using Calendar = Ical.Net.Calendar;

namespace Alerts.Tests.Senders.Email;

public sealed class CalendarPartTests
{
    [Fact]
    public void The_entry_is_known_by_the_date_and_counted_by_its_revision()
    {
        var entry = Entry(Mails.Date(revision: 3));

        Assert.Equal("us-china-truce-expiry", entry.Uid);
        Assert.Equal(2, entry.Sequence);
        Assert.Equal("CONFIRMED", entry.Status);
        Assert.Equal("US-China tariff truce expires", entry.Summary);
        Assert.Equal("The truce of Geneva ends.", entry.Description);
        Assert.Equal(["us-china", "tariffs"], entry.Categories);
        Assert.Equal("https://example.org/source?a=1&b=2", entry.Url?.AbsoluteUri);
    }

    [Fact]
    public void A_timed_date_is_a_time_in_its_zone_without_an_end() =>
        AssertLines(
            Mails.Date(),
            ["DTSTAMP:20251104T120000Z", "DTSTART;TZID=America/New_York:20251110T000100", "METHOD:PUBLISH"],
            absent: "DTEND");

    [Fact]
    public void An_all_day_date_ends_on_the_day_after() =>
        AssertLines(Mails.Date("2025-12-31"), ["DTSTART;VALUE=DATE:20251231", "DTEND;VALUE=DATE:20260101"]);

    [Fact]
    public void A_summit_ends_on_the_day_after_its_last() =>
        AssertLines(
            Mails.Date("2025-10-31", end: "2025-11-01"), ["DTSTART;VALUE=DATE:20251031", "DTEND;VALUE=DATE:20251102"]);

    [Fact]
    public void A_timed_date_with_an_end_keeps_it() =>
        AssertLines(Mails.Date(end: "2025-11-11T09:00"), ["DTEND;TZID=America/New_York:20251111T090000"]);

    [Fact]
    public void Of_a_time_that_exists_twice_the_entry_keeps_the_one_that_is_meant() =>
        Assert.Equal(new DateTime(2025, 11, 2, 5, 30, 0), Entry(Mails.Date("2025-11-02T01:30")).DtStart?.AsUtc);

    [Theory]
    [InlineData(DateStatus.Tentative, "TENTATIVE")]
    [InlineData(DateStatus.Cancelled, "CANCELLED")]
    internal void The_entry_says_how_sure_the_date_is_and_is_published_in_any_case(
        DateStatus status,
        string expected) => AssertLines(Mails.Date(status: status), [$"STATUS:{expected}", "METHOD:PUBLISH"]);

    [Fact]
    public void The_part_is_an_attachment_named_after_the_date()
    {
        var part = Part(Mails.Date());

        Assert.True(part.IsAttachment);
        Assert.Equal("us-china-truce-expiry.ics", part.FileName);
        Assert.Equal("text/calendar", part.ContentType.MimeType);
        Assert.Equal("PUBLISH", part.ContentType.Parameters["method"]);
        Assert.Equal("utf-8", part.ContentType.Charset);
    }

    // A fold inside a character would be shown as two question marks.
    [Fact]
    public void Long_texts_of_any_script_survive_the_folding_of_lines()
    {
        var title = string.Concat(Enumerable.Repeat("a😀é", 50));
        var summary = "One, two; three\nand \\n four 習近平" + string.Concat(Enumerable.Repeat("😀", 400));
        var entry = Entry(Mails.Date(title: title, summary: summary));

        Assert.Equal(title, entry.Summary);
        Assert.Equal(summary, entry.Description);
        Assert.All(Text(Mails.Date(title: title, summary: summary)).Split("\r\n"), line =>
            Assert.InRange(Encoding.UTF8.GetByteCount(line), 0, 76));
    }

    private static void AssertLines(KeyDate date, string[] present, string? absent = null)
    {
        var lines = Text(date).Split("\r\n");
        Assert.All(present, line => Assert.Contains(line, lines));
        if (absent is not null)
        {
            Assert.DoesNotContain(lines, line => line.StartsWith(absent, StringComparison.Ordinal));
        }
    }

    private static CalendarEvent Entry(KeyDate date) =>
        Assert.Single(Assert.IsType<Calendar>(Calendar.Load(Text(date))).Events);

    // Part(…).Text would convert the line breaks to this machine's.
    private static string Text(KeyDate date)
    {
        using var bytes = new MemoryStream();
        Part(date).Content?.DecodeTo(bytes);
        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private static TextPart Part(KeyDate date) => Assert.IsType<TextPart>(
        Assert.Single(Mails.Received(Mails.Reminder(date, "2025-10-09T14:00:00Z")).Attachments));
}
