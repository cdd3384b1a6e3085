using NodaTime;

namespace Alerts.Senders.Email.Texts;

/// <summary>Asks whether the owner of the address asked for the alerts; nothing else is sent before the answer.</summary>
internal static class ConfirmationText
{
    private static readonly Duration Lapse = Duration.FromDays(7);

    public static MailText Of(SystemNotification message, MailLinks links)
    {
        var preferences = message.Subscription.Preferences;
        var lapses = TimeWords.Of(message.Subscription.CreatedAt + Lapse, preferences.Zone);
        var body = new MailBody(MailTone.Service, "One step left")
            .Preview("Nothing is sent before you press the button.")
            .Heading("Please confirm your deadline alerts")
            .Paragraph("Somebody, hopefully you, asked for alerts to this address:")
            .Preferences(preferences)
            .Paragraph("If that is right, open the page and press its button.")
            .Button("Open the page to confirm", links.Confirm)
            .Paragraph($"Without it the request lapses after 7 days, on {lapses}, and nothing more is sent. If it was not you, just leave it.");
        return new MailText("Please confirm your deadline alerts", body);
    }
}
