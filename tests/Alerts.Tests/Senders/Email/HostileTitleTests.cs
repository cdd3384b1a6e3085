using Alerts.Senders;

namespace Alerts.Tests.Senders.Email;

public sealed class HostileTitleTests
{
    private const string When = "(10 Nov 2025, 00:01 New York)";

    [Theory]
    [InlineData("Talks\r\nBcc: all@example.com", "Talks  Bcc: all@example.com")]
    [InlineData("Talks\u2028next\u0000\u0007", "Talks next  ")]
    [InlineData("Talks \u202Egpj.exe", "Talks gpj.exe")] // an override would reverse all that follows
    [InlineData("שלום \u2067x", "שלום x")]
    [InlineData("=?utf-8?q?Bcc?= literally", "=\u2060?utf-8?q?Bcc?= literally")]
    [InlineData("Summit 😀 習近平", "Summit 😀 習近平")]
    public void A_title_stays_one_line_of_a_subject(string title, string expected)
    {
        var mail = Mails.Received(Reminder(title));

        Assert.Equal($"Tomorrow: {expected} {When}", mail.Subject);
        Assert.Empty(mail.Bcc);
        Assert.StartsWith(
            $"Tomorrow: {expected.Replace("\u2060", "", StringComparison.Ordinal)}", mail.TextBody,
            StringComparison.Ordinal);
    }

    // Not a row above, because attributes cannot contain half a surrogate pair.
    [Fact]
    public void Half_a_surrogate_pair_becomes_a_replacement_character() =>
        Assert.Equal($"Tomorrow: half \uFFFD pair {When}", Mails.Received(Reminder("half \uD83D pair")).Subject);

    [Fact]
    public void Two_hundred_emoji_survive_in_subject_text_and_html()
    {
        var title = string.Concat(Enumerable.Repeat("x😀", 100));
        var mail = Mails.Received(Reminder(title));

        Assert.Equal($"Tomorrow: {title} {When}", mail.Subject);
        Assert.Contains(title, mail.TextBody, StringComparison.Ordinal);
        Assert.Contains(title, System.Net.WebUtility.HtmlDecode(mail.HtmlBody), StringComparison.Ordinal);
    }

    [Fact]
    public void Markup_in_a_title_a_summary_a_reason_or_a_source_is_text()
    {
        const string attack = "</title><script>alert(1)</script>\"'><img src=x onerror=alert(1)>";
        var date = Mails.Date(
            title: attack, summary: attack, source: "https://example.org/\"><script>alert(1)</script>");
        var html = Mails
            .Received(Mails.Correction(date with { Revision = 2 }, Mails.Date("2025-11-01"), reason: attack))
            .HtmlBody
            ?? "";

        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", html, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(1, html.Split("</title>").Length - 1);
    }

    private static OutboundAlert Reminder(string title) =>
        Mails.Reminder(Mails.Date(title: title), "2025-11-09T14:00:00Z");
}
