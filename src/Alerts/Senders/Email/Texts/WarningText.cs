using Alerts.Ledger;
using Alerts.Subscriptions;

namespace Alerts.Senders.Email.Texts;

/// <summary>Warns the contact of a webhook that its endpoint has failed for hours without a single success.</summary>
internal static class WarningText
{
    public static MailText Of(SystemNotification message, MailLinks links)
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
                "You get this email because this address is the contact of that endpoint.",
                ("Manage", links.Manage),
                ("Its calendar", links.Calendar),
                ("Stop these warnings", links.StopWarnings));
        return new MailText(what, body);
    }
}

/// <summary>Names a webhook endpoint for people.</summary>
internal static class WebhookWords
{
    /// <summary>
    /// Scheme and host only, because paths and queries often contain secrets; <c>(gone)</c> if erased.
    /// </summary>
    public static string Host(Subscription subscription) =>
        Uri.TryCreate(subscription.Address, UriKind.Absolute, out var url)
            ? url.GetLeftPart(UriPartial.Authority)
            : "(gone)";
}
