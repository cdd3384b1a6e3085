using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Alerts.Subscriptions;
using Alerts.Tests.Support;
using MimeKit;

namespace Alerts.Tests.EndToEnd;

/// <summary>One alert as it came out of a mail or a webhook.</summary>
/// <param name="Key">What a receiver that drops repeats goes by: <c>webhook-id</c>, or the local part of <c>Message-ID</c>.</param>
/// <param name="Revision">Of the key date, as the alert tells it.</param>
/// <param name="IsCancelled">Whether it says that the date is called off.</param>
/// <param name="Lead">Null for a correction, and for a mail, which does not name it.</param>
internal sealed partial record Arrival(string Key, string SubscriptionId, string DateId, int Revision, bool IsCancelled, string? Lead)
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
            webhook.Headers["webhook-id"], (string)data["subscriptionId"]!, (string)date["id"]!, (int)date["revision"]!, (string)date["status"]! == "cancelled", (string?)data["lead"]);
    }

    /// <summary>Null for what is no alert.</summary>
    public static Arrival? Of(ReceivedMail mail)
    {
        if (mail.Message.BodyParts.OfType<TextPart>().SingleOrDefault(part => part.ContentType.IsMimeType("text", "calendar")) is not { } calendar)
        {
            return null;
        }

        string Line(string name) => Regex.Match(calendar.Text, $"^{name}:(.*?)\r?$", RegexOptions.Multiline).Groups[1].Value;
        return new Arrival(
            (mail.Message.MessageId ?? "").Split('@')[0], ManageTokenIn(mail).Split('.')[0], Line("UID"), int.Parse(Line("SEQUENCE"), CultureInfo.InvariantCulture) + 1,
            Line("STATUS") == "CANCELLED", null);
    }

    /// <summary>The owner's token, from the mail's manage link.</summary>
    public static string ManageTokenIn(ReceivedMail mail) => ManageLink().Match(mail.Text ?? "").Groups[1].Value;

    [GeneratedRegex(@"/manage/(\S+)")]
    private static partial Regex ManageLink();
}
