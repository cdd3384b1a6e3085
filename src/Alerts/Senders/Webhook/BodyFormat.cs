using System.Text.Json;
using Alerts.Ledger;
using Alerts.Subscriptions;

namespace Alerts.Senders.Webhook;

/// <summary>What differs between the formats of a webhook: the body, and how its endpoint consents.</summary>
internal abstract class BodyFormat
{
    public abstract string ContentType { get; }

    /// <summary>
    /// Whether an endpoint consents by answering the verification with its challenge (see <see cref="Consent"/>);
    /// default true.
    /// </summary>
    public virtual bool IsChallenged => true;

    /// <summary>Tells an endpoint's owner how the endpoint consents, as a sentence or more.</summary>
    /// <param name="origin">The host of PublicUrl.</param>
    public abstract string HowToConsent(string origin);

    /// <exception cref="ArgumentOutOfRangeException">The format does not exist.</exception>
    public static BodyFormat Of(WebhookFormat format) => format switch
    {
        WebhookFormat.Standard => StandardFormat.Only,
        WebhookFormat.CloudEvents => CloudEventsFormat.Only,
        _ => throw new ArgumentOutOfRangeException(nameof(format)),
    };

    /// <summary>Writes the members of the body.</summary>
    public abstract void Write(Utf8JsonWriter json, WebhookEvent content);

    /// <summary>The request that asks for consent; null (default) to send a signed verification message.</summary>
    public virtual HttpRequestMessage? Handshake(string url) => null;

    /// <summary>Adds the headers of the format to a request; default none.</summary>
    /// <param name="origin">The host of PublicUrl.</param>
    public virtual void AddHeaders(HttpRequestMessage request, string origin)
    {
    }

    /// <summary>Checks the answer to a <see cref="Handshake"/>.</summary>
    /// <param name="result">The result by the status alone.</param>
    public virtual SendResult JudgeConsent(SendResult result, HttpResponseMessage response, string origin) => result;
}

/// <summary>The content of a message, without its form.</summary>
/// <param name="Source">The service's public URL.</param>
/// <param name="Subject">The key date that the event is about; null for none.</param>
/// <param name="WriteData">Writes the members of <c>data</c>.</param>
internal sealed record WebhookEvent(
    OutboundMessage Message, string Type, Instant Timestamp, string Source, string? Subject,
    Action<Utf8JsonWriter> WriteData);

/// <summary><c>format: "standard"</c>: type, timestamp and data, as Standard Webhooks 1.0 recommends.</summary>
internal sealed class StandardFormat : BodyFormat
{
    public static readonly StandardFormat Only = new();

    public override string ContentType => "application/json";

    public override string HowToConsent(string origin) => Consent.HowTo;

    public override void Write(Utf8JsonWriter json, WebhookEvent content)
    {
        json.WriteString("type", content.Type);
        json.WriteString("timestamp", TimeText.Write(content.Timestamp));
        json.WriteStartObject("data");
        content.WriteData(json);
        json.WriteEndObject();
    }
}
