using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Alerts.Subscriptions;
using Alerts.Tests.Support;
using MimeKit;

namespace Alerts.Tests.EndToEnd;

/// <summary>One alert as it came out of a mail or a webhook.</summary>
/// <param name="Key">
/// The alert's own: <c>webhook-id</c>, the local part of <c>Message-ID</c>, or one of <c>X-Alerts-Keys</c>.
/// </param>
/// <param name="Revision">Of the key date, as the alert tells it.</param>
/// <param name="IsCancelled">Whether it says that the date is called off.</param>
/// <param name="Lead">Null for a correction, and for a mail, which does not name it.</param>
internal sealed partial record Arrival(
    string Key,
    string SubscriptionId,
    string DateId,
    int Revision,
    bool IsCancelled,
    string? Lead)
{
    /// <summary>Null for what is no alert.</summary>
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

    /// <summary>The alerts in an email; none in a service message.</summary>
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

    /// <summary>The owner's token, from the mail's manage link.</summary>
    public static string ManageTokenIn(ReceivedMail mail) => ManageLink().Match(mail.Text ?? "").Groups[1].Value;

    [GeneratedRegex(@"/manage/(\S+)")]
    private static partial Regex ManageLink();
}
