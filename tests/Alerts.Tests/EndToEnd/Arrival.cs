using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MimeKit;

namespace Alerts.Tests.EndToEnd;

/// <summary>One alert as received in an email or a webhook request.</summary>
/// <param name="Key">
/// The alert key: <c>webhook-id</c>, the local part of <c>Message-ID</c>, or one of <c>X-Alerts-Keys</c>.
/// </param>
/// <param name="Revision">Revision of the key date that the alert names.</param>
/// <param name="IsCancelled">Whether the alert says that the date is cancelled.</param>
/// <param name="Lead">Null for a correction, and for an email, which does not name its lead.</param>
internal sealed partial record Arrival(
    string Key, string SubscriptionId, string DateId, int Revision, bool IsCancelled, string? Lead)
{
    /// <summary>Reads the alert from a webhook request; null when the request carries none.</summary>
    public static Arrival? Of(ReceivedWebhook webhook)
    {
        if (JsonNode.Parse(webhook.Text)!["data"]!["keyDate"] is not { } date)
        {
            return null;
        }

        var data = date.Parent!;
        return new Arrival(
            webhook.Headers["webhook-id"],
            (string)data["subscriptionId"]!,
            (string)date["id"]!,
            (int)date["revision"]!,
            (string)date["status"]! == "cancelled",
            (string?)data["lead"]);
    }

    /// <summary>Reads the alerts from an email; empty for a service message.</summary>
    public static IReadOnlyList<Arrival> In(ReceivedMail mail)
    {
        var parts = mail.Message.BodyParts.OfType<TextPart>();
        if (parts.SingleOrDefault(part => part.ContentType.IsMimeType("text", "calendar")) is not { } calendar)
        {
            return [];
        }

        var keys = mail.Message.Headers["X-Alerts-Keys"]?.Split(", ") ?? [(mail.Message.MessageId ?? "").Split('@')[0]];
        var events = Regex.Matches(calendar.Text, "BEGIN:VEVENT.*?END:VEVENT", RegexOptions.Singleline);
        return [.. keys.Zip(events, (key, one) => Of(key, ManageTokenIn(mail).Split('.')[0], one.Value))];
    }

    private static Arrival Of(string key, string subscriptionId, string calendarEvent)
    {
        string Line(string name) =>
            Regex.Match(calendarEvent, $"^{name}:(.*?)\r?$", RegexOptions.Multiline).Groups[1].Value;
        var revision = int.Parse(Line("SEQUENCE"), CultureInfo.InvariantCulture) + 1;
        return new Arrival(key, subscriptionId, Line("UID"), revision, Line("STATUS") == "CANCELLED", null);
    }

    /// <summary>Returns the owner's token, read from the manage link in the email.</summary>
    public static string ManageTokenIn(ReceivedMail mail) => ManageLink().Match(mail.Text ?? "").Groups[1].Value;

    [GeneratedRegex(@"/manage/(\S+)")]
    private static partial Regex ManageLink();
}
