using Alerts.Subscriptions;

namespace Alerts.Senders.Email.Texts;

/// <summary>Asks the owner of an address to confirm the subscription. Nothing else is sent before they do.</summary>
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

    /// <summary>
    /// Asks the contact of a webhook to confirm that they want warnings. Nothing else is sent before they do, and the
    /// email has no link to the subscription, because the address may be a stranger's.
    /// </summary>
    public static MailText OfContact(SystemNotification message, MailLinks links)
    {
        var subscription = message.Subscription;
        var until = TimeWords.Until(subscription.CreatedAt + SubscriptionLimits.Pending, subscription.Preferences.Zone);
        var body = new MailBody(MailTone.Service, "One step left")
            .Preview("Warnings start once you confirm.")
            .Heading("Please confirm: warnings about a webhook endpoint")
            .Paragraph("This address was named to be warned when a webhook endpoint for deadline alerts keeps failing:")
            .Fact("Endpoint", [WebhookWords.Host(subscription)])
            .Gap()
            .Button("Confirm", links.ConfirmContact)
            .Paragraph($"The link works until {until}. If you do not want these warnings, ignore this email; "
                + "you will not hear from us again.")
            .Footer(
                "You get this email because this address was named as the contact of that endpoint.",
                ("Cancel this request", links.StopWarnings));
        return new MailText("Please confirm: warnings about a webhook endpoint", body);
    }
}
