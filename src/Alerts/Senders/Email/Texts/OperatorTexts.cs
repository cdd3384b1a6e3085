namespace Alerts.Senders.Email.Texts;

/// <summary>Emails to the operator.</summary>
internal static class OperatorTexts
{
    /// <summary>A test email that shows that the email settings work.</summary>
    public static MailText Of(SettingsTest message)
    {
        const string Subject = "Test: this service can send email";
        var at = TimeWords.Of(message.At, message.Subscription.Preferences.Zone);
        var body = new MailBody(MailTone.Service, "Test")
            .Heading(Subject)
            .Paragraph($"An operator asked for this test on {at}. The email settings work.");
        return new MailText(Subject, body);
    }

    /// <summary>A notice of failures.</summary>
    public static MailText Of(OperatorNotice notice)
    {
        var body = new MailBody(MailTone.Service, "Service").Heading(notice.Subject);
        foreach (var sentence in notice.Sentences)
        {
            body.Paragraph(sentence);
        }

        return new MailText(notice.Subject, body);
    }
}
