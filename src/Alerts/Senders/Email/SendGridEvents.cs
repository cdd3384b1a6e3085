using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Alerts.Dates;
using Alerts.Ledger;

namespace Alerts.Senders.Email;

/// <summary>
/// Reads SendGrid's signed event webhook: ECDSA P-256 with SHA-256 over the timestamp and the body's bytes as they came
/// (https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features).
/// </summary>
/// <param name="publicKey">A SubjectPublicKeyInfo in DER (<c>Alerts:Email:SendGrid:EventPublicKey</c>).</param>
internal sealed class SendGridEvents(byte[] publicKey)
{
    public const string SignatureHeader = "X-Twilio-Email-Event-Webhook-Signature";
    public const string TimestampHeader = "X-Twilio-Email-Event-Webhook-Timestamp";

    /// <summary>The key as SendGrid shows it, in base64; null when it is none of that kind.</summary>
    public static byte[]? ReadKey(string text)
    {
        try
        {
            using var key = ECDsa.Create();
            var bytes = Convert.FromBase64String(text);
            key.ImportSubjectPublicKeyInfo(bytes, out _);
            return key.KeySize == 256 ? bytes : null;
        }
        catch (Exception e) when (e is FormatException or CryptographicException)
        {
            return null;
        }
    }

    public bool IsSigned(string? timestamp, ReadOnlySpan<byte> body, string? signature)
    {
        var given = new byte[128];
        if (timestamp is null || signature is null || !Convert.TryFromBase64String(signature, given, out var length))
        {
            return false;
        }

        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(publicKey, out _);
        return key.VerifyData([.. Encoding.UTF8.GetBytes(timestamp), .. body], given.AsSpan(0, length), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    /// <summary>The events that mean something here; null when the body is no JSON list.</summary>
    public static IReadOnlyList<MailEvent>? Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.ValueKind == JsonValueKind.Array ? [.. json.RootElement.EnumerateArray().Select(Event).OfType<MailEvent>()] : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static MailEvent? Event(JsonElement json)
    {
        MailNews? news = (Text(json, "event"), Text(json, "type")) switch
        {
            ("processed", _) => MailNews.Processed,
            ("delivered", _) => MailNews.Delivered,
            ("dropped", _) or ("bounce", "blocked") => MailNews.Refused,
            ("bounce", _) => MailNews.Bounced,
            ("spamreport", _) => MailNews.Complaint,
            _ => null,
        };
        var address = Text(json, "email") ?? "";
        return news is { } known && Text(json, SendGridMail.KeyArgument) is { } key
            ? new MailEvent(key, Text(json, SendGridMail.SubscriptionArgument), address, known, Reason(Text(json, "reason"), address))
            : null;
    }

    /// <summary>One line of at most 300 characters, without the address: the ledger outlives it.</summary>
    private static string? Reason(string? text, string address)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        var line = PlainText.OneLine(address == "" ? text : text.Replace(address, "(address)", StringComparison.OrdinalIgnoreCase));
        return line.Length <= 300 ? line : line[..300];
    }

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
