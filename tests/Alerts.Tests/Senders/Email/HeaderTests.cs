using Alerts.Senders;
using Alerts.Senders.Email;
using Alerts.Subscriptions;
using MimeKit;

namespace Alerts.Tests.Senders.Email;

public sealed class HeaderTests
{
    private static readonly OutboundAlert Alert = Mails.Reminder(Mails.Date(), "2025-11-09T14:00:00Z");
    private static readonly string Token = Mails.Tokens.Make(TokenPurpose.Unsubscribe, Alert.Subscription);

    [Fact]
    public void An_alert_can_be_unsubscribed_from_with_one_click()
    {
        var mail = Mails.Received(Alert);

        Assert.Equal($"<https://alerts.example.com/unsubscribe/{Token}>", mail.Headers[HeaderId.ListUnsubscribe]);
        Assert.Equal("List-Unsubscribe=One-Click", mail.Headers[HeaderId.ListUnsubscribePost]);
        Assert.Equal("Alerts <alerts.alerts.example.com>", mail.Headers[HeaderId.ListId]);
    }

    // Reads the raw bytes, because a mail program need not undo the encodings that MimeKit may apply to long words.
    [Fact]
    public void The_unsubscribe_link_stands_unbroken_in_the_bytes() =>
        Assert.Contains(
            $"<https://alerts.example.com/unsubscribe/{Token}>\r\n", Mails.Raw(Alert), StringComparison.Ordinal);

    [Theory]
    [InlineData("https://alerts.example.com", "alerts.example.com")]
    [InlineData("http://127.0.0.1:7071", "127.0.0.1")]
    [InlineData("http://localhost:7071", "localhost")]
    [InlineData("http://[::1]:7071", "[::1]")]
    [InlineData("https://bücher.example", "xn--bcher-kva.example")]
    public void Without_a_sender_the_message_id_is_the_alert_key_at_our_host(string url, string host)
    {
        using var mail = new MailComposer(new(new Uri(url)), Mails.Tokens, from: null).Compose(Alert);

        Assert.Equal($"{Mails.Key}@{host}", mail.MessageId);
        Assert.Equal("alerts@localhost", Assert.Single(mail.From.Mailboxes).Address);
        Assert.Contains($"\r\nList-Id: Alerts <alerts.{host}>\r\n", Mails.Raw(Alert, url), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("alerts@example.com", "example.com")]
    [InlineData("Deadlines <deadlines@mail.example.org>", "mail.example.org")]
    [InlineData("alerts@bücher.example", "xn--bcher-kva.example")]
    public void The_message_id_ends_in_the_domain_of_the_sender(string from, string domain)
    {
        using var mail = new MailComposer(new(new Uri("http://127.0.0.1:7071")), Mails.Tokens, from).Compose(Alert);

        Assert.Equal($"{Mails.Key}@{domain}", mail.MessageId);
    }

    [Fact]
    public void The_mail_is_dated_by_the_attempt_and_says_that_nobody_wrote_it()
    {
        var mail = Mails.Received(Alert);

        Assert.Equal(new DateTimeOffset(2025, 11, 9, 14, 0, 0, TimeSpan.Zero), mail.Date);
        Assert.Equal("auto-generated", mail.Headers[HeaderId.AutoSubmitted]);
        Assert.Equal("newyork@example.com", Assert.Single(mail.To.Mailboxes).Address);
        Assert.Equal("\"Alerts\" <alerts@example.com>", Assert.Single(mail.From.Mailboxes).ToString());
    }

    [Fact]
    public void The_same_alert_composed_twice_is_the_same_message() =>
        Assert.Equal(
            Mails.Received(Alert).MessageId,
            Mails.Received(Alert with { At = Mails.Utc("2025-11-09T14:05:00Z") }).MessageId);

    [Fact]
    public void Both_bodies_carry_the_links_to_source_date_manage_and_unsubscribe()
    {
        var mail = Mails.Received(Alert);
        string[] links =
        [
            "https://example.org/source?a=1&b=2",
            "https://alerts.example.com/dates/us-china-truce-expiry",
            "https://alerts.example.com/manage/" + Mails.Tokens.Make(TokenPurpose.Manage, Alert.Subscription),
            "https://alerts.example.com/unsubscribe/" + Token,
        ];

        Assert.All(links, link => Assert.Contains(link, mail.TextBody, StringComparison.Ordinal));
        Assert.All(links, link => Assert.Contains(
            $"href=\"{link.Replace("&", "&amp;", StringComparison.Ordinal)}\"", mail.HtmlBody,
            StringComparison.Ordinal));
    }

    [Fact]
    public void No_line_is_longer_than_mail_allows() =>
        Assert.All(
            Mails
                .Raw(Mails.Reminder(
                    Mails.Date(title: new string('x', 200), summary: new string('y', 2000)), "2025-11-09T14:00:00Z"))
                .Split("\r\n"),
            line => Assert.InRange(line.Length, 0, 998));

    [Theory]
    [InlineData("alerts@localhost", "alerts@localhost")]
    [InlineData("Deadlines <deadlines@example.com>", "deadlines@example.com")]
    public void The_sender_may_be_an_address_with_or_without_a_name(string from, string expected)
    {
        var composer = new MailComposer(new(new Uri("https://alerts.example.com")), Mails.Tokens, from);

        Assert.Equal(expected, Assert.Single(composer.Compose(Alert).From.Mailboxes).Address);
    }
}
