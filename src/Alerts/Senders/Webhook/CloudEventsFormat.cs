using System.Text.Json;
using Alerts.Ledger;

namespace Alerts.Senders.Webhook;

/// <summary>
/// <c>format: "cloudevents"</c>: the same <c>data</c> in a structured CloudEvents 1.0 event (JSON event format,
/// section 3). Its endpoint agrees to deliveries by a handshake (CloudEvents, "HTTP 1.1 Web Hooks for Event Delivery"
/// 1.0, section 4).
/// </summary>
internal sealed class CloudEventsFormat : BodyFormat
{
    public static readonly CloudEventsFormat Only = new();

    private const string RequestOrigin = "WebHook-Request-Origin";
    private const string AllowedOrigin = "WebHook-Allowed-Origin";

    public override string ContentType => "application/cloudevents+json";

    public override bool IsChallenged => false;

    public override string HowToConsent(string origin) =>
        $"Answer its OPTIONS request with 200 and the header {AllowedOrigin}: {origin} (or *).";

    public override void Write(Utf8JsonWriter json, WebhookEvent content)
    {
        json.WriteString("specversion", "1.0");
        json.WriteString("id", content.Message.Id);
        json.WriteString("source", content.Source);
        json.WriteString("type", content.Type);
        if (content.Subject is { } subject)
        {
            json.WriteString("subject", subject);
        }

        json.WriteString("time", TimeText.Write(content.Timestamp));
        json.WriteString("datacontenttype", "application/json");
        json.WriteStartObject("data");
        content.WriteData(json);
        json.WriteEndObject();
    }

    public override HttpRequestMessage Handshake(string url) => new(HttpMethod.Options, url);

    /// <summary>Adds the header that names the sender; each delivery repeats it (section 4.1.2).</summary>
    public override void AddHeaders(HttpRequestMessage request, string origin) =>
        request.Headers.TryAddWithoutValidation(RequestOrigin, origin);

    /// <summary>
    /// Checks that the response allows this origin, or all origins. A 2xx alone is not consent (section 4.2), because
    /// servers answer OPTIONS by default.
    /// </summary>
    public override SendResult JudgeConsent(SendResult result, HttpResponseMessage response, string origin) =>
        result is not Delivered || IsAllowed(response, origin)
            ? result
            : new TryAgain(result.Status, $"the answer to OPTIONS has no header {AllowedOrigin} that allows {origin}");

    private static bool IsAllowed(HttpResponseMessage response, string origin) =>
        response.Headers.NonValidated.TryGetValues(AllowedOrigin, out var allowed)
        && allowed.Any(value =>
            value.Trim() == "*" || string.Equals(value.Trim(), origin, StringComparison.OrdinalIgnoreCase));
}
