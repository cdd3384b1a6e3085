using Alerts.Dates;
using Alerts.Due;

namespace Alerts.Senders.Email.Texts;

/// <summary>
/// A correction for a date that was cancelled, moved, or is on again after a cancellation: what the reader was told
/// before, and what holds now.
/// </summary>
internal static class CorrectionText
{
    public static MailText Of(OutboundAlert alert, MailLinks links) =>
        alert.Kind == AlertKind.Cancelled ? Cancelled(alert, links) : Rescheduled(alert, links);

    /// <summary>What has happened to the date: <c>Cancelled: …</c>, <c>Moved: …</c> or <c>Back on: …</c>.</summary>
    public static string What(OutboundAlert alert) =>
        (alert.Kind == AlertKind.Cancelled ? "Cancelled: " : Before(alert).IsCancelled ? "Back on: " : "Moved: ")
        + DateFacts.Title(alert.Date.KeyDate);

    /// <summary>Adds what held before and what holds now, below the heading.</summary>
    public static MailBody Facts(MailBody body, OutboundAlert alert, MailLinks links)
    {
        var (date, before, zone) = (alert.Date.KeyDate, Before(alert), alert.Subscription.Preferences.Zone);
        if (alert.Kind == AlertKind.Cancelled || !before.IsAtSameTimeAs(date))
        {
            body.Was(TimeWords.Lines(before, zone));
        }

        if (alert.Kind != AlertKind.Cancelled)
        {
            body.New("Now", [.. TimeWords.Lines(date, zone), Remaining.Words(date, alert.At, zone)]);
        }

        return body.About(date, alert.Reason, links);
    }

    private static MailText Cancelled(OutboundAlert alert, MailLinks links)
    {
        var before = Before(alert);
        var zone = alert.Subscription.Preferences.Zone;
        var was = TimeWords.Lines(before, zone);
        var what = What(alert);
        var body = new MailBody(MailTone.Ended, "Cancelled")
            .Preview($"Was {was[0]}")
            .Heading(what)
            .Paragraph("This date is cancelled.");
        Facts(body, alert, links).Footer(
            "You get this email because we told you about this date. The attached entry updates your calendar.", links);
        return new MailText($"{what} (was {TimeWords.Of(before, zone)})", body);
    }

    private static MailText Rescheduled(OutboundAlert alert, MailLinks links)
    {
        var date = alert.Date.KeyDate;
        var before = Before(alert);
        var zone = alert.Subscription.Preferences.Zone;
        var (what, when) = (What(alert), DateFacts.When(date, zone));
        var body = new MailBody(MailTone.Changed, before.IsCancelled ? "Back on" : "New date")
            .Preview($"Now {TimeWords.Lines(date, zone)[0]}")
            .Heading(what)
            .Paragraph(before.IsCancelled
                ? "We told you that this date is cancelled. It is on again."
                : "The date that we told you has changed:");
        Facts(body, alert, links)
            .Footer(
                "You get this email because we told you "
                + $"{(before.IsCancelled ? "that it is cancelled" : "the date as it was before")}. "
                + "The attached entry updates your calendar.", links);
        return new MailText(before.IsCancelled ? $"{what} ({when})" : $"{what}, now {when}", body);
    }

    private static KeyDate Before(OutboundAlert alert) =>
        alert.Previous ?? throw new InvalidOperationException("a correction says what was told before");
}
