using Alerts.Subscriptions;

namespace Alerts.Senders.Email.Texts;

/// <summary>Asks the contact of a webhook whether they want to be warned; nothing else is sent before the answer.</summary>
internal static class ContactConfirmationText
{
    public static MailText Of(SystemNotification message, MailLinks links)
    {
        var subscription = message.Subscription;
        var lapses = TimeWords.Of(subscription.CreatedAt + SubscriptionLimits.Pending, subscription.Preferences.Zone);
        var body = new MailBody(MailTone.Service, "One step left")
            .Preview("Nothing is sent before you press the button.")
            .Heading("Please confirm: warnings about a webhook endpoint")
            .Paragraph("Somebody, hopefully you, asked for deadline alerts to a webhook endpoint and named this address to be warned when the endpoint keeps failing:")
            .Fact("Endpoint", [WebhookWords.Host(subscription)])
            .Gap()
            .Paragraph("If that is right, open the page and press its button.")
            .Button("Open the page to confirm", links.ConfirmContact)
            .Paragraph($"Without it the request lapses after 7 days, on {lapses}, and nothing more is sent. If it was not you, just leave it.");
        return new MailText("Please confirm: warnings about a webhook endpoint", body);
    }
}
