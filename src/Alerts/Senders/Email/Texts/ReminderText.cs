using Alerts.Dates;
using Alerts.Due;
using Alerts.Subscriptions;

namespace Alerts.Senders.Email.Texts;

/// <summary>
/// Ahead of a date: what, when, and how long until then, counted from this attempt and never from when it was due.
/// </summary>
internal static class ReminderText
{
    public static MailText Of(OutboundAlert alert, MailLinks links)
    {
        var date = alert.Date.KeyDate;
        var zone = alert.Subscription.Preferences.Zone;
        var isClockLead = LeadText.TryParse(alert.Lead, out var lead, out _) && lead is ClockLead;
        var soon = isClockLead ? Remaining.ClockWords(date, alert.At) : Remaining.Words(date, alert.At, zone);
        var what = $"{soon}: {DateFacts.Title(date)}";
        var when = TimeWords.Lines(date, zone);
        var body = new MailBody(MailTone.Reminder, date.Status == DateStatus.Tentative ? "Reminder of a tentative date" : "Reminder")
            .Preview(when[0])
            .Heading(what);
        if (alert.IsLate)
        {
            body.Notice($"This reminder is late: it was due on {TimeWords.Of(alert.DueAt, zone)}.");
        }

        if (isClockLead && date.Start > alert.At)
        {
            body.Paragraph(Remaining.Begins(date, alert.At, zone));
        }

        body.Fact("When", when);
        if (!isClockLead && Remaining.Left(date, alert.At, zone) is { } left)
        {
            body.Fact("Time left", [left]);
        }

        body.About(date, null, links).Footer(Because(alert.Lead), links);
        return new MailText($"{what} ({DateFacts.When(date, zone)})", body);
    }

    private static string Because(string lead) => LeadText.TryParse(lead, out var asked, out _)
        ? $"You get this email because you asked for an alert {PreferencesWords.Words(asked)}."
        : throw new InvalidOperationException("a reminder has one of the subscription's leads");
}
