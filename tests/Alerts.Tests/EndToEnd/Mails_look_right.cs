using Alerts.Dates;
using Alerts.Senders;
using Alerts.Subscriptions;
using Alerts.Tests.Senders.Email;

namespace Alerts.Tests.EndToEnd;

/// <summary>
/// Shows the HTML of each kind of mail in a real browser, at the width of a phone and of a mail program, in light and
/// dark mode.
/// </summary>
[Collection(nameof(Chromium))]
public sealed class Mails_look_right(Chromium chromium)
{
    private const string Summary =
        "Until then the United States suspends its heightened reciprocal tariffs on goods from China. "
        + "Without an extension the higher rates apply from 00:01 in New York.";

    [Fact]
    public async Task Every_kind_of_mail_is_readable_on_a_phone_and_in_a_window_light_and_dark()
    {
        var date = Mails.Date(summary: Summary) with { CheckedOn = new(2025, 10, 25) };
        (string Name, OutboundMessage Message)[] kinds =
        [
            ("confirmation", Mails.Service(ServiceMessage.Confirmation)),
            ("reminder", Mails.Reminder(date, "2025-11-09T14:00:00Z", "Asia/Tokyo")),
            (
                "reminder-late",
                Mails.Reminder(
                    date with { Status = DateStatus.Tentative },
                    "2025-11-09T16:00:00Z",
                    dueAt: "2025-11-09T14:00:00Z")),
            (
                "rescheduled",
                Mails.Correction(
                    Mails.Date("2026-11-10T00:01", revision: 2, summary: Summary),
                    Mails.Date(),
                    reason: "Extended for a year by Executive Order 14358.")),
            (
                "cancelled",
                Mails.Correction(
                    Mails.Date(status: DateStatus.Cancelled, revision: 2, summary: null),
                    Mails.Date(),
                    reason: "Called off at the meeting in Busan.")),
            ("warning", Mails.Service(ServiceMessage.Warning)),
            ("link", Mails.Service(ServiceMessage.ManageLink)),
            ("test", Mails.Service(ServiceMessage.Test)),
            ("contact", Mails.Service(ServiceMessage.ContactConfirmation)),
            ("reminders-2", DigestMailTests.Reminders(2)),
            ("reminders-50", DigestMailTests.Reminders(50)),
            ("changes-3", DigestMailTests.Corrections(3)),
            ("changes-50", DigestMailTests.Corrections(50)),
        ];
        await using var visitor = await chromium.OpenAsync(new Uri("http://127.0.0.1"), width: 700);
        foreach (var (name, message) in kinds)
        {
            await visitor.Page.SetContentAsync(Mails.Received(message).HtmlBody!); // every mail has an HTML body
            await visitor.LookAtMailAsync("mail-" + name);
        }

        Assert.Empty(visitor.Complaints);
    }
}
