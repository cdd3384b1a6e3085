using Alerts.Dates;

namespace Alerts.Senders.Email.Texts;

/// <summary>A correction for a cancelled date: what the reader was told before, and that it no longer holds.</summary>
internal static class CancelledText
{
    public static MailText Of(OutboundAlert alert, MailLinks links)
    {
        var date = alert.Date.KeyDate;
        var before = alert.Previous ?? throw new InvalidOperationException("a correction says what was told before");
        var zone = alert.Subscription.Preferences.Zone;
        var was = TimeWords.Lines(before, zone);
        var what = $"Cancelled: {DateFacts.Title(date)}";
        var body = new MailBody(MailTone.Ended, "Cancelled")
            .Preview($"Was {was[0]}")
            .Heading(what)
            .Paragraph("This date is cancelled.");
        Facts(body, alert, before, links).Footer(
            "You get this email because we told you about this date. The attached entry updates your calendar.", links);
        return new MailText($"{what} (was {TimeWords.Of(before, zone)})", body);
    }

    /// <summary>Adds what held before, below the heading.</summary>
    public static MailBody Facts(MailBody body, OutboundAlert alert, KeyDate before, MailLinks links) => body
        .Old("Was", TimeWords.Lines(before, alert.Subscription.Preferences.Zone))
        .About(alert.Date.KeyDate, alert.Reason, links);
}
