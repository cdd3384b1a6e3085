using Alerts.Dates;
using Alerts.Due;
using Alerts.Subscriptions;

namespace Alerts.Senders.Email.Texts;

/// <summary>Ahead of a date: what, when, and how long until then, counted from this attempt and never from when it was due.</summary>
internal static class ReminderText
{
    public static MailText Of(OutboundAlert alert, MailLinks links)
    {
        var date = alert.Date.KeyDate;
        var zone = alert.Subscription.Preferences.Zone;
        var what = $"{Remaining.Words(date, alert.At, zone)}: {DateFacts.Title(date)}";
        var when = TimeWords.Lines(date, zone);
        var body = new MailBody(MailTone.Reminder, date.Status == DateStatus.Tentative ? "Reminder of a tentative date" : "Reminder")
            .Preview(when[0])
            .Heading(what);
        Facts(body, alert, links).Footer($"You get this mail because you asked to be told {Lead(alert.Lead)}.", links);
        return new MailText($"{what} ({DateFacts.When(date, zone)})", body);
    }

    /// <summary>What a reminder says of its date, below its heading.</summary>
    public static MailBody Facts(MailBody body, OutboundAlert alert, MailLinks links)
    {
        var date = alert.Date.KeyDate;
        var zone = alert.Subscription.Preferences.Zone;
        if (alert.IsLate)
        {
            body.Notice($"This reminder is late: it was due on {TimeWords.Of(alert.DueAt, zone)}.");
        }

        body.Fact("When", TimeWords.Lines(date, zone));
        if (Remaining.Left(date, alert.At, zone) is { } left)
        {
            body.Fact("Time left", [$"{left}, counted on {TimeWords.Of(alert.At, zone)}"]);
        }

        return body.About(date, null, links);
    }

    /// <summary><c>7 days before</c>.</summary>
    public static string Lead(string lead) => LeadText.TryParse(lead, out var asked, out _)
        ? PreferencesWords.Words(asked)
        : throw new InvalidOperationException("a reminder has one of the subscription's leads");
}
