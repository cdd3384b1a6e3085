using System.Text.RegularExpressions;
using Alerts.Dates;
using Alerts.Senders;
using Alerts.Subscriptions;

namespace Alerts.Tests.Senders.Email;

public sealed partial class MailLayoutTests
{
    private static readonly IReadOnlyList<OutboundMessage> EveryKind =
    [
        Mails.Reminder(Mails.Date(), "2025-11-09T14:00:00Z", "Asia/Tokyo"),
        Mails.Correction(Mails.Date("2026-11-10T00:01", revision: 2), Mails.Date()),
        Mails.Correction(Mails.Date(status: DateStatus.Cancelled, revision: 2), Mails.Date()),
        Mails.Service(ServiceMessage.Confirmation),
        Mails.Service(ServiceMessage.ManageLink),
        Mails.Service(ServiceMessage.Test),
        Mails.Service(ServiceMessage.ContactConfirmation),
        Mails.Service(ServiceMessage.Warning),
    ];

    public static TheoryData<int> Kinds => [.. Enumerable.Range(0, EveryKind.Count)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void No_mail_loads_anything_or_runs_anything(int kind) =>
        Assert.DoesNotMatch(LoadsOrRuns(), Html(EveryKind[kind]));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_mail_says_that_it_knows_light_and_dark(int kind)
    {
        var html = Html(EveryKind[kind]);

        Assert.Contains("<meta name=\"color-scheme\" content=\"light dark\">", html, StringComparison.Ordinal);
        Assert.Contains("@media (prefers-color-scheme: dark)", html, StringComparison.Ordinal);
    }

    // Mail programs that drop the style sheet must also show each text with its style.
    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_text_carries_its_own_style(int kind) =>
        Assert.All(Texts().Matches(Html(EveryKind[kind])), text =>
            Assert.Contains(" style=\"", text.Value, StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_class_that_is_used_has_a_dark_or_narrow_form(int kind)
    {
        var html = Html(EveryKind[kind]);
        var sheet = html[
            html.IndexOf("<style>", StringComparison.Ordinal)..html.IndexOf("</style>", StringComparison.Ordinal)
        ];

        Assert.All(
            Classes().Matches(html).SelectMany(match => match.Groups[1].Value.Split(' ')),
            name => Assert.Contains($".{name} {{", sheet, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_text_part_holds_every_link_of_the_html(int kind)
    {
        var mail = Mails.Received(EveryKind[kind]);

        Assert.All(
            Links().Matches(mail.HtmlBody!).Select(match => System.Net.WebUtility.HtmlDecode(match.Groups[1].Value)),
            link => Assert.Contains(link, mail.TextBody, StringComparison.Ordinal));
    }

    [Fact]
    public void A_reminder_tells_the_moment_in_both_zones_the_time_left_and_why_it_came()
    {
        string[] said =
        [
            "When: Monday, 10 Nov 2025, 14:01 Tokyo (UTC+09:00)", "Monday, 10 Nov 2025, 00:01 New York (UTC-05:00)",
            "Time left: 15 hours 1 minute", "because you asked for an alert 1 day before.",
        ];
        var text = Mails.Received(EveryKind[0]).TextBody;

        Assert.All(said, words => Assert.Contains(words, text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_reminder_at_short_notice_says_why_it_comes_later_than_asked(bool isShort)
    {
        var alert = Mails.Reminder(Mails.Date(), "2025-11-04T12:00:00Z") with { Lead = "P7D", IsShortNotice = isShort };
        var text = Mails.Received(alert).TextBody!.ReplaceLineEndings(" ");
        Assert.Contains("because you asked for an alert 7 days before.", text, StringComparison.Ordinal);
        Assert.Equal(
            isShort,
            text.Contains("7 days before. This date became known or moved only after that.", StringComparison.Ordinal));
    }

    [Fact]
    public void A_source_says_when_it_was_checked() =>
        Assert.Contains(
            "Source (checked on 25 Oct 2025): https://example.org/source",
            Mails
                .Received(Mails.Reminder(Mails.Date() with { CheckedOn = new(2025, 10, 25) }, "2025-11-09T14:00:00Z"))
                .TextBody,
            StringComparison.Ordinal);

    // A browser would show the lines of a summary as one, and so would a mail program without support for white-space.
    [Fact]
    public void The_lines_of_a_summary_stay_lines() =>
        Assert.Contains(
            "One<br>two &amp; three",
            Html(Mails.Reminder(Mails.Date(summary: "One\ntwo & three"), "2025-11-09T14:00:00Z")),
            StringComparison.Ordinal);

    // Every mail has an HTML body.
    private static string Html(OutboundMessage message) => Mails.Received(message).HtmlBody!;

    [GeneratedRegex(
        "<(script|link|img|iframe|object|form)|\\bsrc=|url\\(|@import|\\son[a-z]+=", RegexOptions.IgnoreCase)]
    private static partial Regex LoadsOrRuns();

    [GeneratedRegex("<(p|h1|a|body|div)\\b[^>]*>")]
    private static partial Regex Texts();

    [GeneratedRegex("class=\"([^\"]*)\"")]
    private static partial Regex Classes();

    [GeneratedRegex("href=\"([^\"]*)\"")]
    private static partial Regex Links();
}
