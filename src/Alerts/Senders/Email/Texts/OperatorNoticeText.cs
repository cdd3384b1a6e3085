namespace Alerts.Senders.Email.Texts;

/// <summary>Notifies the operator of failures.</summary>
internal static class OperatorNoticeText
{
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
