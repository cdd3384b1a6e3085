using Alerts.Due;

namespace Alerts.Senders.Email.Texts;

/// <summary>One email about several dates, with a section for each, ordered by their start.</summary>
internal static class DigestText
{
    /// <param name="digest">A digest with two or more alerts.</param>
    public static MailText Of(OutboundDigest digest, MailLinks links) =>
        digest.Alerts[0].Kind == AlertKind.Reminder ? OfReminders(digest.Alerts, links)
            : OfCorrections(digest.Alerts, links);

    private static MailText OfReminders(IReadOnlyList<OutboundAlert> alerts, MailLinks links)
    {
        var body = new MailBody(MailTone.Reminder, "Reminder")
            .Preview(string.Join(", ", alerts.Skip(1).Select(alert => DateFacts.Title(alert.Date.KeyDate))))
            .Heading($"{alerts.Count} dates");
        foreach (var alert in alerts)
        {
            ReminderText.Facts(body.Section(ReminderText.What(alert)), alert, links);
        }

        var leads = alerts.Select(alert => ReminderText.Lead(alert.Lead)).Distinct().ToList();
        var late = alerts.Count(alert => alert.IsShortNotice) is var count && count == alerts.Count ? "These"
            : count > 0 ? "Some of these"
            : null;
        body.Footer(
            $"You get this email because you asked for alerts {Joined(leads)}."
            + (late is null ? "" : $" {late} dates became known or moved only after that."), links);
        return new MailText($"{ReminderText.What(alerts[0])}, and {alerts.Count - 1} more", body);
    }

    private static MailText OfCorrections(IReadOnlyList<OutboundAlert> alerts, MailLinks links)
    {
        var areCancelled = alerts.All(alert => alert.Kind == AlertKind.Cancelled);
        var titles = alerts.Select(alert => DateFacts.Title(alert.Date.KeyDate)).ToList();
        var (tone, kind) = areCancelled ? (MailTone.Ended, "Cancelled") : (MailTone.Changed, "Changed");
        var body = new MailBody(tone, kind)
            .Preview(string.Join(", ", titles))
            .Heading(areCancelled ? $"{alerts.Count} dates are cancelled" : $"{alerts.Count} dates have changed");
        foreach (var alert in alerts)
        {
            CorrectionText.Facts(body.Section(CorrectionText.What(alert)), alert, links);
        }

        body.Footer(
            "You get this email because we told you different dates before. "
            + "The attached entries update your calendar.", links);
        return new MailText($"{alerts.Count} dates changed: {titles[0]}, and {alerts.Count - 1} more", body);
    }

    /// <summary>Joins phrases: <c>7 days before</c>, <c>7 days before and on the day</c>, and so on.</summary>
    private static string Joined(List<string> parts) => parts.Count < 2 ? parts[0]
        : string.Join(", ", parts.SkipLast(1)) + " and " + parts[^1];
}
