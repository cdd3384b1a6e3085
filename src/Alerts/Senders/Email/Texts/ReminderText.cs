using Alerts.Dates;
using Alerts.Subscriptions;

namespace Alerts.Senders.Email.Texts;

/// <summary>
/// A reminder of a date: what, when, and how long until then. The time left counts from this attempt, not from
/// when the reminder was due.
/// </summary>
internal static class ReminderText
{
    public static MailText Of(OutboundAlert alert, MailLinks links)
    {
        var date = alert.Date.KeyDate;
        var zone = alert.Subscription.Preferences.Zone;
        var what = What(alert);
        var body = new MailBody(
            MailTone.Reminder,
            date.Status == DateStatus.Tentative ? "Reminder of a tentative date" : "Reminder")
            .Preview(TimeWords.Lines(date, zone)[0])
            .Heading(what);
        Facts(body, alert, links)
            .Footer(
                $"You get this email because you asked for an alert {Lead(alert.Lead)}."
                + (alert.IsShortNotice ? " This date became known or moved only after that." : ""), links);
        return new MailText($"{what} ({DateFacts.When(date, zone)})", body);
    }

    /// <summary>
    /// The heading, such as <c>Tomorrow: US-China tariff truce expires</c>; for a lead in hours or minutes, the time is
    /// given in hours and minutes.
    /// </summary>
    public static string What(OutboundAlert alert)
    {
        var date = alert.Date.KeyDate;
        var soon = IsClockLead(alert)
            ? Remaining.ClockWords(date, alert.At)
            : Remaining.Words(date, alert.At, alert.Subscription.Preferences.Zone);
        return $"{soon}: {DateFacts.Title(date)}";
    }

    /// <summary>Adds a reminder's facts about its date, below the heading.</summary>
    public static MailBody Facts(MailBody body, OutboundAlert alert, MailLinks links)
    {
        var date = alert.Date.KeyDate;
        var zone = alert.Subscription.Preferences.Zone;
        if (alert.IsLate)
        {
            body.Notice($"This reminder is late: it was due on {TimeWords.Of(alert.DueAt, zone)}.");
        }

        if (SaysWhenItBegins(alert))
        {
            body.Paragraph(Remaining.Begins(date, alert.At, zone));
        }

        body.Fact("When", TimeWords.Lines(date, zone));
        if (!IsClockLead(alert) && Remaining.Left(date, alert.At, zone) is { } left)
        {
            body.Fact("Time left", [left]);
        }

        return body.About(date, null, links);
    }

    /// <summary>
    /// Whether to say when the date begins for the reader: for a lead in hours or minutes, and from a day before an
    /// all-day date that begins on another calendar day for them.
    /// </summary>
    private static bool SaysWhenItBegins(OutboundAlert alert)
    {
        var date = alert.Date.KeyDate;
        return IsClockLead(alert)
            ? date.Start > alert.At
            : date.Start - alert.At < Duration.FromDays(1) && date.Over > alert.At
                && Remaining.BeginsOnAnotherDay(date, alert.Subscription.Preferences.Zone);
    }

    private static bool IsClockLead(OutboundAlert alert) =>
        LeadText.TryParse(alert.Lead, out var lead, out _) && lead is ClockLead;

    /// <summary>A lead in words: <c>7 days before</c>.</summary>
    public static string Lead(string lead) => LeadText.TryParse(lead, out var asked, out _)
        ? PreferencesWords.Words(asked)
        : throw new InvalidOperationException("a reminder has one of the subscription's leads");
}
