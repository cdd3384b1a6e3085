using Alerts.Dates;
using Alerts.Subscriptions;
using MimeKit;

namespace Alerts.Tests.Senders.Email;

public sealed class ServiceMailTests
{
    private static readonly Preferences Preferences = new(
        ["us-china-truce-expiry"], ["us-china", "tariffs"],
        [
            new CalendarLead("P1M1W", Period.FromMonths(1) + Period.FromWeeks(1)),
            new CalendarLead("P0D", Period.Zero),
            new ClockLead("PT36H1S", Duration.FromHours(36) + Duration.FromSeconds(1)),
            new ClockLead("PT0S", Duration.Zero),
            new BusinessDayLead("3BD/US-FEDERAL", 3, HolidayCalendar.UsFederal),
            new BusinessDayLead("1BD", 1, HolidayCalendar.Weekends),
        ],
        Mails.Zone("Asia/Tokyo"), new LocalTime(8, 0), new QuietHours(new LocalTime(22, 0), new LocalTime(7, 0)));

    [Fact]
    public void A_confirmation_says_what_was_asked_for_how_to_confirm_and_when_it_lapses()
    {
        var message = Mails.Service(ServiceMessage.Confirmation, Preferences);
        var mail = Mails.Received(message);
        var link =
            "https://alerts.example.com/confirm/" + Mails.Tokens.Make(TokenPurpose.Confirm, message.Subscription);

        Assert.Equal("Please confirm your deadline alerts", mail.Subject);
        string[] said =
        [
            link,
            "us-china-truce-expiry",
            "US-China, Tariffs",
            "1 month 1 week before",
            "on the day",
            "36 hours 1 second before",
            "when it begins",
            "3 business days before (us-federal)",
            "1 business day before",
            "08:00 Tokyo time (Asia/Tokyo)",
            "22:00 and 07:00",
            "The link works until 31 Oct 2025, 09:00 (Tokyo).",
        ];
        Assert.All(said, words => Assert.Contains(words, mail.TextBody, StringComparison.Ordinal));
        Assert.Contains($"href=\"{link}\"", mail.HtmlBody, StringComparison.Ordinal);
        Assert.Empty(mail.Attachments);
    }

    // No mail program should offer "unsubscribe" for a list that the recipient may never have asked for. The link in
    // the footer cancels the request.
    [Fact]
    public void A_confirmation_is_no_list_mail() =>
        Assert.False(
            Mails.Received(Mails.Service(ServiceMessage.Confirmation)).Headers.Contains(HeaderId.ListUnsubscribe));

    [Theory]
    [InlineData(nameof(ServiceMessage.Confirmation))]
    [InlineData(nameof(ServiceMessage.ManageLink))]
    [InlineData(nameof(ServiceMessage.Test))]
    [InlineData(nameof(ServiceMessage.Welcome))]
    public void Every_email_to_a_subscriber_ends_with_manage_calendar_and_unsubscribe_links(string message)
    {
        var sent = Mails.Service(Enum.Parse<ServiceMessage>(message), Preferences);
        var mail = Mails.Received(sent);

        Assert.All(
            [
                ("Manage", "/manage/" + Token(TokenPurpose.Manage)),
                ("Your calendar", $"/calendar/{Token(TokenPurpose.Calendar)}.ics"),
                ("Unsubscribe", "/unsubscribe/" + Token(TokenPurpose.Unsubscribe)),
            ],
            link =>
            {
                var (name, path) = link;
                var url = "https://alerts.example.com" + path;
                Assert.Contains($"{name}: {url}", Footer(mail.TextBody), StringComparison.Ordinal);
                Assert.Contains($"href=\"{url}\"", mail.HtmlBody, StringComparison.Ordinal);
            });

        string Token(TokenPurpose purpose) => Mails.Tokens.Make(purpose, sent.Subscription);
    }

    [Fact]
    public void A_confirmation_says_that_its_request_can_be_cancelled_and_that_nothing_comes_without_confirming()
    {
        var mail = Mails.Received(Mails.Service(ServiceMessage.Confirmation));

        string[] said =
        [
            "If you did not ask for this, ignore this email; you will not hear from us again.",
            "You get this email because this address was entered to get alerts.",
            "Nothing more is sent unless you confirm. To cancel the request now, unsubscribe.",
        ];
        Assert.All(said, words => Assert.Contains(words, mail.TextBody, StringComparison.Ordinal));
        Assert.All(said, words => Assert.Contains(words, mail.HtmlBody, StringComparison.Ordinal));
    }

    [Fact]
    public void Who_follows_everything_reads_that() =>
        Assert.Contains(
            "Dates: all", Mails.Received(Mails.Service(ServiceMessage.Confirmation)).TextBody,
            StringComparison.Ordinal);

    [Theory]
    [InlineData(nameof(ServiceMessage.ManageLink), "Your deadline alerts: the link to manage them")]
    [InlineData(nameof(ServiceMessage.Test), "Test: your deadline alerts arrive")]
    [InlineData(nameof(ServiceMessage.Welcome), "Your deadline alerts are on")]
    public void The_other_service_mails_carry_the_manage_link_and_a_random_id(string message, string subject)
    {
        var sent = Mails.Service(Enum.Parse<ServiceMessage>(message), Preferences);
        var mail = Mails.Received(sent);

        Assert.Equal(subject, mail.Subject);
        Assert.Equal("msg_1@example.com", mail.MessageId);
        Assert.Contains(
            "https://alerts.example.com/manage/" + Mails.Tokens.Make(TokenPurpose.Manage, sent.Subscription),
            mail.TextBody, StringComparison.Ordinal);
        Assert.True(mail.Headers.Contains(HeaderId.ListUnsubscribe));
    }

    [Fact]
    public void A_warning_names_the_endpoint_by_its_host_and_says_since_when_it_fails_and_what_follows()
    {
        var sent = Mails.Service(ServiceMessage.Warning);
        var mail = Mails.Received(sent);

        Assert.Equal("ops@example.com", Assert.Single(mail.To.Mailboxes).Address);
        Assert.Equal(
            "Your webhook endpoint https://hooks.example.com has been failing since 24 Oct 2025, 02:00 New York",
            mail.Subject);
        string[] said =
        [
            "disabled after about 3 days, on 26 Oct 2025, 14:00 New York at the earliest",
            "https://alerts.example.com/manage/" + Mails.Tokens.Make(TokenPurpose.Manage, sent.Subscription),
            "Stop these warnings: https://alerts.example.com/unsubscribe/"
                + Mails.Tokens.Make(TokenPurpose.StopWarnings, sent.Subscription),
            "Manage: https://alerts.example.com/manage/" + Mails.Tokens.Make(TokenPurpose.Manage, sent.Subscription),
            "Its calendar: https://alerts.example.com/calendar/"
                + Mails.Tokens.Make(TokenPurpose.Calendar, sent.Subscription),
        ];
        Assert.All(said, words => Assert.Contains(words, mail.TextBody, StringComparison.Ordinal));
        Assert.DoesNotContain("secret", mail.ToString(), StringComparison.Ordinal);
    }

    // One click in a mail program must not end an endpoint's subscription.
    [Fact]
    public void Unsubscribing_from_a_warning_ends_the_warnings_alone()
    {
        var sent = Mails.Service(ServiceMessage.Warning);

        Assert.Equal(
            "<https://alerts.example.com/unsubscribe/"
            + $"{Mails.Tokens.Make(TokenPurpose.StopWarnings, sent.Subscription)}>",
            Mails.Received(sent).Headers[HeaderId.ListUnsubscribe]);
    }

    [Fact]
    public void A_contact_is_asked_by_a_mail_that_opens_nothing_else()
    {
        var sent = Mails.Service(ServiceMessage.ContactConfirmation);
        var mail = Mails.Received(sent);

        Assert.Contains(
            "https://alerts.example.com/confirm/" + Mails.Tokens.Make(TokenPurpose.ConfirmContact, sent.Subscription),
            mail.TextBody, StringComparison.Ordinal);
        Assert.DoesNotContain("/manage/", mail.TextBody, StringComparison.Ordinal);
        Assert.DoesNotContain("/calendar/", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains(
            "Cancel this request: https://alerts.example.com/unsubscribe/"
            + Mails.Tokens.Make(TokenPurpose.StopWarnings, sent.Subscription),
            Footer(mail.TextBody),
            StringComparison.Ordinal);
        Assert.False(mail.Headers.Contains(HeaderId.ListUnsubscribe));
    }

    /// <summary>The text below the signature separator of a plain text.</summary>
    private static string Footer(string? text) => text!.ReplaceLineEndings("\n").Split("\n-- \n")[^1];
}
