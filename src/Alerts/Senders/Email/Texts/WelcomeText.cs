namespace Alerts.Senders.Email.Texts;

/// <summary>Confirms a new subscription: the next alerts, and all links that the reader may need.</summary>
internal static class WelcomeText
{
    public static MailText Of(SystemNotification message, MailLinks links)
    {
        const string Subject = "Your deadline alerts are on";
        var preferences = message.Subscription.Preferences;
        var body = new MailBody(MailTone.Service, "Confirmed").Heading(Subject);
        if (message.Next is [var first, ..])
        {
            body.Preview($"The first one comes on {TimeWords.Of(first.Due.DueAt, preferences.Zone)}.")
                .Paragraph(message.Next.Count == 1 ? "The next alert:" : "The next alerts:");
            foreach (var next in message.Next)
            {
                body.Fact(
                    TimeWords.Of(next.Due.DueAt, preferences.Zone),
                    [DateFacts.Title(next.KeyDate), PreferencesWords.Words(next.Due.Lead)]);
            }

            body.Gap();
        }
        else
        {
            body.Paragraph(
                "No alert is ahead for the dates known today. You will hear of new dates as they are added.");
        }

        body.Paragraph("You asked for:").Preferences(preferences)
            .Button("See, change or end your alerts", links.Manage)
            .Link("Your dates as a calendar, for any calendar program", links.Calendar)
            .Footer("You get this email because you confirmed your subscription.", links);
        return new MailText(Subject, body);
    }
}
