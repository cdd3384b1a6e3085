namespace Alerts.Senders.Email.Texts;

/// <summary>
/// Sends the manage link to a subscriber who lost it, or who asked for alerts that they already have.
/// </summary>
internal static class ManageLinkText
{
    public static MailText Of(SystemNotification message, MailLinks links)
    {
        var body = new MailBody(MailTone.Service, "Your subscription")
            .Heading("The link to your deadline alerts")
            .Paragraph("You asked for this link, or for alerts that this address already gets:")
            .Preferences(message.Subscription.Preferences)
            .Button("See, change or end your alerts", links.Manage)
            .Paragraph("If you did not ask for this, ignore this email; nothing has changed.")
            .Footer("You get this email because you subscribed to these alerts.", links);
        return new MailText("Your deadline alerts: the link to manage them", body);
    }
}
