using Alerts.Dates;

namespace Alerts.Senders.Email.Texts;

/// <summary>
/// A correction for a date that was moved, or is on again after a cancellation: what the reader was told
/// before, and what holds now.
/// </summary>
internal static class RescheduledText
{
    public static MailText Of(OutboundAlert alert, MailLinks links)
    {
        var date = alert.Date.KeyDate;
        var before = alert.Previous ?? throw new InvalidOperationException("a correction says what was told before");
        var zone = alert.Subscription.Preferences.Zone;
        var title = DateFacts.Title(date);
        var when = DateFacts.When(date, zone);

        var body = new MailBody(MailTone.Changed, before.IsCancelled ? "Back on" : "New date").Preview(
            $"Now {TimeWords.Lines(date, zone)[0]}");
        if (before.IsCancelled)
        {
            body.Heading($"Back on: {title}").Paragraph("We told you that this date is cancelled. It is on again.");
        }
        else
        {
            body.Heading($"Moved: {title}").Paragraph("We told you an earlier date. This has changed:");
        }

        Facts(body, alert, before, links)
            .Footer(
                "You get this email because we told you "
                + $"{(before.IsCancelled ? "that it is cancelled" : "the earlier date")}. "
                + "The attached entry updates your calendar.", links);
        return new MailText(before.IsCancelled ? $"Back on: {title} ({when})" : $"Moved: {title}, now {when}", body);
    }

    /// <summary>Adds what held before and what holds now, below the heading.</summary>
    public static MailBody Facts(MailBody body, OutboundAlert alert, KeyDate before, MailLinks links)
    {
        var date = alert.Date.KeyDate;
        var zone = alert.Subscription.Preferences.Zone;
        if (!before.IsAtSameTimeAs(date))
        {
            body.Old("Was", TimeWords.Lines(before, zone));
        }

        return body.New("Now", [.. TimeWords.Lines(date, zone), Remaining.Words(date, alert.At, zone)])
            .About(date, alert.Reason, links);
    }
}
