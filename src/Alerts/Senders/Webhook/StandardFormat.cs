using System.Text.Json;
using Alerts.Core;

namespace Alerts.Senders.Webhook;

/// <summary><c>format: "standard"</c>: type, timestamp and data, as Standard Webhooks 1.0 recommends.</summary>
internal sealed class StandardFormat : BodyFormat
{
    public static readonly StandardFormat Only = new();

    public override string ContentType => "application/json";

    public override string HowToConsent(string origin) => Consent.HowTo;

    public override void Write(Utf8JsonWriter json, WebhookEvent content)
    {
        json.WriteStartObject();
        json.WriteString("type", content.Type);
        json.WriteString("timestamp", TimeText.Write(content.Timestamp));
        json.WriteStartObject("data");
        content.WriteData(json);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
