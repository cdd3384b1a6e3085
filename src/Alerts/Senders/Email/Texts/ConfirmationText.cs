using Alerts.Subscriptions;

namespace Alerts.Senders.Email.Texts;

/// <summary>
/// Asks the owner of an address to confirm the subscription. Nothing else is sent before they do.
/// </summary>
internal static class ConfirmationText
{
    public static MailText Of(SystemNotification message, MailLinks links)
    {
        var preferences = message.Subscription.Preferences;
        var until = TimeWords.Until(message.Subscription.CreatedAt + SubscriptionLimits.Pending, preferences.Zone);
        var body = new MailBody(MailTone.Service, "One step left")
            .Preview("Alerts start once you confirm.")
            .Heading("Please confirm your deadline alerts")
            .Paragraph("You asked for these alerts:")
            .Preferences(preferences)
            .Button("Confirm", links.Confirm)
            .Paragraph($"The link works until {until}. If you did not ask for this, ignore this email; "
                + "you will not hear from us again.")
            .Footer(
                "You get this email because this address was entered to get alerts. "
                + "Nothing more is sent unless you confirm. To cancel the request now, unsubscribe.", links);
        return new MailText("Please confirm your deadline alerts", body);
    }
}
