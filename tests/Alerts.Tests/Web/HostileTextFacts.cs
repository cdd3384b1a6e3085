using System.Text;
using Alerts.Tests.Senders.Email;
using MimeKit;

namespace Alerts.Tests.Web;

/// <summary>Tests that hostile text stays plain text in calendars and mails.</summary>
public sealed class HostileTextFacts
{
    private const string Title = "<script>alert(1)</script>;,:\\ \u202E😀\uFFFE BEGIN:VEVENT";

    private static readonly string Summary =
        "\"quoted\"\r\nEND:VEVENT\r\nX-EVIL:1\r\n\u202E" + string.Concat(Enumerable.Repeat("😀", 1900));

    [Fact]
    public async Task It_stays_text_in_a_calendar_whoever_reads_it()
    {
        await using var service = await TestService.StartAsync();
        var body = System.Text.Json.JsonSerializer.Serialize(
            new
            {
                title = Title,
                summary = Summary,
                when = new { date = "2025-11-10", timeZone = "UTC" },
                source = "https://example.org/\"><script>?a=\u202E;,b",
            });
        Assert.Equal(201, (await service.PutDateAsync("trap", body)).Status);

        var calendar = (await service.GetAsync("/calendar.ics")).Text;

        Assert.All(calendar.Split("\r\n"), line => Assert.InRange(Encoding.UTF8.GetByteCount(line), 0, 75));
        Assert.DoesNotContain('\n', calendar.Replace("\r\n", "", StringComparison.Ordinal));
        foreach (var (reader, entries) in await CalendarReaders.ReadAsync(calendar))
        {
            var entry = Assert.Single(entries);
            Assert.Equal(
                reader == "node-ical" ? "trap" : $"trap <script>alert(1)</script>;,:\\ 😀\uFFFD BEGIN:VEVENT",
                reader == "node-ical" ? entry.Uid : $"{entry.Uid} {entry.Summary}");
            Assert.Equal(PlainText.Lines(Summary), entry.Description);
            Assert.StartsWith("https://example.org/%22%3E%3Cscript%3E?a=", entry.Url, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void It_adds_no_header_and_no_part_to_a_mail()
    {
        const string reason = "Because\r\nBcc: all@example.com\r\n\r\n--boundary\r\nContent-Type: text/html";
        var date = Mails.Date(title: "Talks\r\nBcc: all@example.com\r\n\r\n<script>", summary: Summary) with
        {
            Revision = 2,
        };
        var plain = Mails.Received(
            Mails.Correction(Mails.Date() with { Revision = 2 }, Mails.Date("2025-11-01"), reason: "Because."));
        var hostile = Mails.Received(Mails.Correction(date, Mails.Date("2025-11-01"), reason: reason));

        Assert.Equal(plain.Headers.Select(header => header.Field), hostile.Headers.Select(header => header.Field));
        Assert.Empty(hostile.Bcc);
        Assert.Equal(Types(plain), Types(hostile));
        Assert.DoesNotContain("<script", hostile.HtmlBody, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(
            PlainText.Lines(Summary)[^3800..],
            Assert.IsType<string>(hostile.TextBody).ReplaceLineEndings("\n"),
            StringComparison.Ordinal);
    }

    private static IEnumerable<string> Types(MimeMessage mail) =>
        mail.BodyParts.Select(part => part.ContentType.MimeType);
}
