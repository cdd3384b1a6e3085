namespace Alerts.Senders.Email.Texts;

/// <summary>To the owner of an address who lost the link, or asked for what they already have: the way to it.</summary>
internal static class ManageLinkText
{
    public static MailText Of(SystemNotification message, MailLinks links)
    {
        var body = new MailBody(MailTone.Service, "Your subscription")
            .Heading("The link to your deadline alerts")
            .Paragraph("Somebody, hopefully you, asked for this link, or for alerts that this address already gets:")
            .Preferences(message.Subscription.Preferences)
            .Button("See, change or end them", links.Manage)
            .Paragraph("If it was not you, just leave it: nothing has changed.")
            .Footer("You get this mail because you subscribed to these alerts.", links);
        return new MailText("Your deadline alerts: the link to manage them", body);
    }
}
