using System.IO.Compression;
using System.Text;
using Alerts.Dates;
using Alerts.Sources;

namespace Alerts.Tests.Dates.Calendars;

/// <summary>Files that hold more than calendars, or none.</summary>
public sealed class ContentAroundCalendarsTests
{
    private const string When = "SUMMARY:S\nDTSTART:20261110T050100Z";

    [Theory]
    [InlineData("\nNotice: Undefined index in x.php on line 3\n{0}", "Line 2, 'Notice: Undefined index in x.php")]
    [InlineData("{0}<!-- cached -->\n", "Line 10, '<!-- cached -->', stands outside")]
    [InlineData("{0}  <!-- cached -->\n", "stands outside")]
    [InlineData("<br />{0}", "Line 1, '<br />BEGIN:VCALENDAR', stands outside")]
    [InlineData("From: me\nTo: you\n\n{0}\nBye\n", "Line 1, 'From: me', and 2 more lines stand outside")]
    [InlineData("{0}END:VCALENDAR\n", "Line 10, 'END:VCALENDAR', stands outside")]
    public void Content_around_a_calendar_is_left_out_with_a_warning(string format, string says)
    {
        var file = format.Replace("{0}", CalendarText.Event(When), StringComparison.Ordinal);
        var bench = ImportBench.Of(file);
        Assert.Equal("a added", bench.Output[^1]);
        Assert.Contains(says, bench.Output[0], StringComparison.Ordinal);
        var reading = Read(file);
        Assert.Equal("s-a", Assert.Single(reading.Dates).Id);
        Assert.Contains(says, Assert.Single(reading.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("utf-16", "It is UTF-16;")]
    [InlineData("utf-16BE", "It is UTF-16;")]
    [InlineData("utf-16-without-mark", "It is UTF-16;")]
    [InlineData("zip", "It is a ZIP archive;")]
    [InlineData("gzip", "It is compressed with gzip;")]
    [InlineData("<!DOCTYPE html><html><body>Sign in</body></html>", "It is an HTML page;")]
    [InlineData("\n<html>\n<body>Sign in</body></html>", "It is an HTML page;")]
    [InlineData("<?xml version=\"1.0\"?><icalendar/>", "It is XML;")]
    [InlineData("[\"vcalendar\",[],[]]", "It is a calendar in JSON;")]
    public void A_file_that_is_no_calendar_is_named_for_what_it_is(string kind, string says)
    {
        var file = FileOf(kind);
        var error = Assert.Single(DatesFile.Read(file).Errors);
        Assert.Contains(says, error, StringComparison.Ordinal);
        Assert.DoesNotContain("remove it", error, StringComparison.Ordinal);
        Assert.Contains(says, Assert.Throws<SourceException>(() => Read(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_from_the_address_of_a_calendar_is_named() =>
        Assert.Contains("It is JSON;",
            Assert.Throws<SourceException>(() => Read("{\"error\": 404}"u8.ToArray())).Message,
            StringComparison.Ordinal);

    private static byte[] FileOf(string kind)
    {
        var calendar = CalendarText.Event("SUMMARY:Zölle 中国\nDTSTART:20261110T050100Z");
        switch (kind)
        {
            case "utf-16": return [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(calendar)];
            case "utf-16BE":
                return [.. Encoding.BigEndianUnicode.Preamble, .. Encoding.BigEndianUnicode.GetBytes(calendar)];
            case "utf-16-without-mark": return Encoding.Unicode.GetBytes(calendar);
            case "zip" or "gzip":
                var packed = new MemoryStream();
                if (kind == "gzip")
                {
                    using var gzip = new GZipStream(packed, CompressionLevel.Fastest);
                    gzip.Write(Encoding.UTF8.GetBytes(calendar));
                }
                else
                {
                    using var zip = new ZipArchive(packed, ZipArchiveMode.Create);
                    using var entry = zip.CreateEntry("a.ics").Open();
                    entry.Write(Encoding.UTF8.GetBytes(calendar));
                }

                return packed.ToArray();
            default: return Encoding.UTF8.GetBytes(kind);
        }
    }

    [Theory]
    [InlineData("Content-Type: text/calendar; charset=utf-8\n", "quoted-printable")]
    [InlineData("From: me@example.org\nSubject: Dates\nMIME-Version: 1.0\nContent-Type: text/calendar\n", "BASE64")]
    public void The_calendar_in_an_email_is_decoded(string head, string encoding)
    {
        var calendar = CalendarText.Event($"{When.Replace("SUMMARY:S", "SUMMARY:Müll", StringComparison.Ordinal)}\n"
            + "URL:https://example.org/?a=1");
        var coded = encoding == "BASE64"
            ? Convert.ToBase64String(Encoding.UTF8.GetBytes(calendar), Base64FormattingOptions.InsertLineBreaks)
            : calendar.Replace("=", "=3D", StringComparison.Ordinal)
                .Replace("ü", "=C3=\n=BC", StringComparison.Ordinal);
        var file = $"{head}Content-Transfer-Encoding: {encoding}\n\n{coded}";
        var bench = ImportBench.Of(file);
        Assert.Equal("a added", bench.Output[^1]);
        Assert.Equal(("Müll", "https://example.org/?a=1"), (bench["a"].Title, bench["a"].Source));
        Assert.Equal("Müll", Assert.Single(Read(file).Dates).Title);
    }

    [Fact]
    public void An_email_without_a_calendar_is_named_for_what_it_is() => Assert.Contains("It is an email",
        Assert.Single(DatesFile.Read("Content-Transfer-Encoding: base64\n\nSGVsbG8=\n"u8.ToArray()).Errors),
        StringComparison.Ordinal);

    [Fact]
    public void Components_that_are_left_out_are_named_in_import_and_source()
    {
        var file = CalendarText.Event(When + "\nBEGIN:VEVENT\nUID:inner\nEND:VEVENT",
            "BEGIN:X-WRAP\nBEGIN:VEVENT\nUID:b\nEND:VEVENT\nEND:X-WRAP\nBEGIN:VJOURNAL\nEND:VJOURNAL\n");
        string[] warnings =
        [
            "1 X-WRAP left out: only events and to-dos become dates.",
            "1 VJOURNAL left out: only events and to-dos become dates.",
            "1 VEVENT inside of X-WRAP left out: write each event directly in the calendar.",
            "1 VEVENT inside of VEVENT left out: write each event directly in the calendar.",
        ];
        Assert.Equal([.. warnings, "a added"], ImportBench.Of(file).Output);
        Assert.Equal(warnings, Read(file).Warnings);
    }

    private static Reading Read(string file) => Read(Encoding.UTF8.GetBytes(file));

    private static Reading Read(byte[] file) => CalendarSource.Read(
        new Source { Id = "s", Type = SourceType.ICalendar, Url = "https://example.org/c.ics" }, file,
        Instant.FromUtc(2026, 10, 1, 0, 0), []);
}
