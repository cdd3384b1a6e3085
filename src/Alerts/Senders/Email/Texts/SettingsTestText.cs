namespace Alerts.Senders.Email.Texts;

/// <summary>A test email that shows an operator that the email settings work.</summary>
internal static class SettingsTestText
{
    public static MailText Of(SettingsTest message)
    {
        const string Subject = "Test: this service can send email";
        var at = TimeWords.Of(message.At, message.Subscription.Preferences.Zone);
        var body = new MailBody(MailTone.Service, "Test")
            .Heading(Subject)
            .Paragraph($"An operator asked for this test on {at}. The email settings work.");
        return new MailText(Subject, body);
    }
}
