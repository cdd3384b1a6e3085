using Alerts.Ledger;
using Alerts.Subscriptions;

namespace Alerts.Senders.Email.Texts;

/// <summary>Emails about the subscription itself.</summary>
internal static class ServiceTexts
{
    public static MailText Of(SystemNotification message, MailLinks links) => message.Message switch
    {
        ServiceMessage.Confirmation => Confirmation(message, links),
        ServiceMessage.ManageLink => ManageLink(message, links),
        ServiceMessage.Welcome => Welcome(message, links),
        ServiceMessage.Test => Test(message, links),
        ServiceMessage.ContactConfirmation => ContactConfirmation(message, links),
        ServiceMessage.Warning => Warning(message, links),
        ServiceMessage.Verification or _ => throw new ArgumentOutOfRangeException(
            nameof(message), message.Message, "not a message that is mailed"),
    };

    /// <summary>Asks the owner of an address to confirm. Nothing else is sent before they do.</summary>
    private static MailText Confirmation(SystemNotification message, MailLinks links)
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
    private static MailText ContactConfirmation(SystemNotification message, MailLinks links)
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

    /// <summary>Sends the manage link to someone who lost it, or who asked for alerts that they already have.</summary>
    private static MailText ManageLink(SystemNotification message, MailLinks links)
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

    /// <summary>Confirms a new subscription: the next alerts, and all links that the reader may need.</summary>
    private static MailText Welcome(SystemNotification message, MailLinks links)
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
            body.Paragraph(PreferencesWords.NothingAhead(preferences));
        }

        body.Paragraph("You asked for:").Preferences(preferences)
            .Button("See, change or end your alerts", links.Manage)
            .Link("Your dates as a calendar, for any calendar program", links.Calendar)
            .Footer("You get this email because you confirmed your subscription.", links);
        return new MailText(Subject, body);
    }

    /// <summary>A test that a subscriber asked for, to see that alerts arrive.</summary>
    private static MailText Test(SystemNotification message, MailLinks links)
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

    /// <summary>Warns the contact of a webhook that its endpoint has failed for hours without one success.</summary>
    private static MailText Warning(SystemNotification message, MailLinks links)
    {
        var subscription = message.Subscription;
        var zone = subscription.Preferences.Zone;
        var since = subscription.FailingSince
            ?? throw new InvalidOperationException("a warning is about an endpoint that fails");
        var what =
            $"Your webhook endpoint {WebhookWords.Host(subscription)} "
            + $"has been failing since {TimeWords.Of(since, zone)}";
        var isDisabled = subscription.Status == SubscriptionStatus.Disabled;
        var body = new MailBody(MailTone.Changed, "Warning")
            .Preview("Deadline alerts do not reach it.")
            .Heading(what)
            .Paragraph("Deadline alerts do not reach it: each attempt since then has failed, without one success.")
            .Fact("Subscription", [subscription.Id])
            .Gap()
            .Paragraph(
                isDisabled
                    ? "It is disabled: what falls due is kept as failed and can be recovered for 14 days. "
                        + "Repair it, then send a test message; once it answers, alerts go out again."
                    : "We keep trying until the alerts expire. "
                        + "If every attempt keeps failing, the endpoint is disabled after "
                        + $"about 3 days, on {TimeWords.Of(since + EndpointHealth.DisabledAfter, zone)} "
                        + "at the earliest. "
                        + "See the answers it gave in the delivery log, fix it, and send a test message.")
            .Button("Open the delivery log", links.Manage)
            .Footer(
                "You get this email because this address is the contact of that endpoint.", ("Manage", links.Manage),
                ("Its calendar", links.Calendar), ("Stop these warnings", links.StopWarnings));
        return new MailText(what, body);
    }
}

/// <summary>Names a webhook endpoint for people.</summary>
internal static class WebhookWords
{
    /// <summary>Scheme and host, because paths and queries often contain secrets; <c>(gone)</c> if erased.</summary>
    public static string Host(Subscription subscription) =>
        Uri.TryCreate(subscription.Address, UriKind.Absolute, out var url)
            ? url.GetLeftPart(UriPartial.Authority) : "(gone)";
}

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
