namespace Alerts.Senders.Email.Texts;

/// <summary>A test email that a subscriber asked for, to see that alerts arrive.</summary>
internal static class TestText
{
    public static MailText Of(SystemNotification message, MailLinks links)
    {
        var preferences = message.Subscription.Preferences;
        var body = new MailBody(MailTone.Service, "Test")
            .Heading("Test: your deadline alerts arrive")
            .Paragraph(
                $"You asked for this test. It was sent on {TimeWords.Of(message.At, preferences.Zone)}. "
                + "Your alerts will come the same way:")
            .Preferences(preferences)
            .Footer("You get this email because you subscribed to these alerts.", links);
        return new MailText("Test: your deadline alerts arrive", body);
    }
}
