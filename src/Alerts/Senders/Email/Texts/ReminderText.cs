namespace Alerts.Senders.Email.Texts;

/// <summary>Ahead of a date: what, when, and how long until then, counted from this attempt and never from when it was due.</summary>
internal static class ReminderText
{
    public static MailText Of(OutgoingAlert alert, MailLinks links)
    {
        var date = alert.Date.KeyDate;
        var zone = alert.Subscription.Wish.Zone;
        var what = $"{Remaining.Words(date, alert.At, zone)}: {DateFacts.Title(date)}";
        var body = new MailBody().Heading(what);
        if (alert.IsLate)
        {
            body.Notice($"This reminder is late: it was due on {TimeWords.Of(alert.DueAt, zone)}.");
        }

        body.Fact("When", TimeWords.Lines(date, zone)).About(date, null, links);
        return new MailText($"{what} ({DateFacts.When(date, zone)})", body);
    }
}
