using System.Text;
using System.Text.Json;
using Alerts.Dates;
using Alerts.Due;
using Alerts.Subscriptions;

namespace Alerts.Senders.Webhook;

/// <summary>
/// Writes a webhook's JSON body: <c>data</c> with members in the order of the product contract, section 7, in the
/// subscription's <see cref="BodyFormat"/>.
/// </summary>
/// <remarks>
/// Absent values are written as null. The bytes are pure ASCII, so no receiver's charset can break the signature.
/// </remarks>
internal sealed class WebhookBody(PublicUrl publicUrl, Tokens tokens)
{
    /// <summary>The bytes to sign and send. They differ between attempts, from which <c>remaining</c> counts.</summary>
    public byte[] Write(OutboundMessage message) => Encoding.UTF8.GetBytes(JsonWriting.Object(json =>
        BodyFormat.Of(message.Subscription.Format).Write(json, EventOf(message))));

    private WebhookEvent EventOf(OutboundMessage message)
    {
        var source = publicUrl.At("");
        switch (message)
        {
            case OutboundAlert alert:
                return new WebhookEvent(
                    alert, "deadline." + alert.Kind.Word(), alert.DueAt, source, alert.Date.KeyDate.Id,
                    json => WriteAlert(json, alert));
            case SystemNotification service:
                var (type, challenge) = Service(service);
                return new WebhookEvent(
                    service, type, service.At, source, Subject: null, json => WriteService(json, service, challenge));
            default:
                throw new ArgumentOutOfRangeException(nameof(message));
        }
    }

    private void WriteAlert(Utf8JsonWriter json, OutboundAlert alert)
    {
        var date = alert.Date.KeyDate;
        json.WriteString("alertKey", alert.Id);
        json.WriteString("subscriptionId", alert.Subscription.Id);
        json.WriteString("lead", alert.Kind.IsCorrection() ? null : alert.Lead);
        json.WriteString("dueAt", TimeText.Write(alert.DueAt));
        json.WriteString("remaining", alert.Kind == AlertKind.Cancelled ? null : Remaining.Iso(alert.At, date.Start));
        json.WriteBoolean("late", alert.IsLate);
        json.WriteString("expires", alert.Expires is { } expires ? TimeText.Write(expires) : null);
        json.WritePropertyName("keyDate");
        WriteKeyDate(json, date);
        json.WritePropertyName("previous");
        WritePrevious(json, alert.Previous);
    }

    private void WriteKeyDate(Utf8JsonWriter json, KeyDate date)
    {
        json.WriteStartObject();
        json.WriteString("id", date.Id);
        json.WriteString("title", date.Title);
        json.WriteString("summary", date.Summary);
        json.WriteList("topics", date.Topics);
        WriteStanding(json, date);
        json.WriteString("source", date.Source);
        json.WriteString("url", publicUrl.At("/dates/" + date.Id));
        json.WriteEndObject();
    }

    private static void WritePrevious(Utf8JsonWriter json, KeyDate? told)
    {
        if (told is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        WriteStanding(json, told);
        json.WriteEndObject();
    }

    /// <summary>Writes the members that <c>keyDate</c> and <c>previous</c> share: those that can change.</summary>
    private static void WriteStanding(Utf8JsonWriter json, KeyDate date)
    {
        json.WritePropertyName("when");
        MomentJson.Write(json, date.When);
        json.WritePropertyName("end");
        MomentJson.Write(json, date.End);
        json.WriteString("status", date.Status.Word());
        json.WriteNumber("revision", date.Revision);
    }

    private (string Type, string? Challenge) Service(SystemNotification service) => service.Message switch
    {
        ServiceMessage.Verification => ("webhook.verification", tokens.Challenge(service.Id)),
        ServiceMessage.Test => ("webhook.test", null),
        ServiceMessage.Confirmation or ServiceMessage.ManageLink or ServiceMessage.Welcome =>
            throw new ArgumentException("goes to email addresses only", nameof(service)),
        _ => throw new ArgumentOutOfRangeException(nameof(service)),
    };

    private static void WriteService(Utf8JsonWriter json, SystemNotification service, string? challenge)
    {
        if (challenge is not null)
        {
            json.WriteString("challenge", challenge);
        }

        json.WriteString("subscriptionId", service.Subscription.Id);
    }
}
