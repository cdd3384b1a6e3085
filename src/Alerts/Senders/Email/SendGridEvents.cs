using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Alerts.Ledger;
using Alerts.Subscriptions;

namespace Alerts.Senders.Email;

/// <summary>
/// Reads SendGrid's signed event webhook: ECDSA P-256 with SHA-256 over the timestamp and the body's bytes as received.
/// https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features
/// </summary>
/// <param name="publicKey">A SubjectPublicKeyInfo in DER (<c>Alerts:Email:SendGrid:EventPublicKey</c>).</param>
internal sealed partial class SendGridEvents(byte[] publicKey)
{
    public const string SignatureHeader = "X-Twilio-Email-Event-Webhook-Signature";
    public const string TimestampHeader = "X-Twilio-Email-Event-Webhook-Timestamp";

    /// <summary>Decodes a key in base64, as SendGrid shows it; null if it is not a P-256 public key.</summary>
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
        return key.VerifyData(
            [.. Encoding.UTF8.GetBytes(timestamp), .. body], given.AsSpan(0, length), HashAlgorithmName.SHA256,
            DSASignatureFormat.Rfc3279DerSequence);
    }

    /// <summary>The events that are relevant here; null if the body is not a JSON list.</summary>
    /// <param name="unreadable">Number of events that could not be read.</param>
    public static IReadOnlyList<MailEvent>? Read(ReadOnlySpan<byte> body, out int unreadable) =>
        ForgivingJson.ReadList(body, out unreadable) is { } events
            ? [.. events.Select(Event).OfType<MailEvent>()] : null;

    private static MailEvent? Event(JsonElement json)
    {
        if (NewsOf(json) is not { } news)
        {
            return null;
        }

        var (keys, subscription) = (Keys(json), Id(json, SendGridMail.SubscriptionArgument));
        if (keys.Count == 0 && MessageId().Match(json.Text("smtp-id") ?? "") is { Success: true } id)
        {
            // The event lacks our arguments; identify the email by its Message-ID, which is ours too.
            keys = [id.Groups[1].Value];
        }

        var address = json.Text("email")?.Trim() ?? "";
        var stored = MailAddress.Stored(address) ?? "";
        return keys.Count > 0 || stored != ""
            ? new MailEvent(keys, subscription, stored, news, Reason(json.Text("reason"), address)) : null;
    }

    /// <summary>
    /// The meaning of an event; null for an irrelevant one. Only <c>type: bounce</c> with an enhanced status (RFC 3463)
    /// of 5.x.x, or with no status, is about the mailbox. <c>blocked</c>, <c>expired</c> and any other status, also one
    /// that cannot be read, are failures of that one email.
    /// </summary>
    private static MailEventKind? NewsOf(JsonElement json) => (json.Text("event"), json.Text("type")) switch
    {
        ("processed", _) => MailEventKind.Processed,
        ("delivered", _) => MailEventKind.Delivered,
        ("bounce", "bounce") when IsPermanent(json) => MailEventKind.Bounced,
        ("dropped" or "bounce" or "blocked" or "expired", _) => MailEventKind.Refused,
        ("spamreport", _) => MailEventKind.Complaint,
        _ => null,
    };

    private static bool IsPermanent(JsonElement bounce) =>
        !bounce.TryGetProperty("status", out var status) || status.ValueKind == JsonValueKind.Null
        || bounce.Text("status")?.Trim() is ['5', ..] or "";

    /// <summary>One of our arguments; null if it is absent or not one of our ids.</summary>
    private static string? Id(JsonElement json, string argument) =>
        json.Text(argument) is { } id && OwnId().IsMatch(id) ? id : null;

    /// <summary>The ids of an email's alerts, or of its service message; empty if the event has none.</summary>
    private static IReadOnlyList<string> Keys(JsonElement json) =>
        Id(json, SendGridMail.KeyArgument) is { } key ? [key]
            : [.. (json.Text(SendGridMail.KeysArgument) ?? "").Split(',').Where(one => OwnId().IsMatch(one))
                .Distinct(StringComparer.Ordinal)];

    /// <summary>
    /// The reason in one line of at most 300 characters, without the address, because the ledger is
    /// kept longer than addresses.
    /// </summary>
    private static string? Reason(string? text, string address)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        var told = address == "" ? text : text.Replace(address, "(address)", StringComparison.OrdinalIgnoreCase);
        return PlainText.Cut(PlainText.OneLine(told), 300);
    }

    [GeneratedRegex(@"\A(?:al|msg|sub)_[a-z0-9]{1,64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex OwnId();

    [GeneratedRegex(@"\A\s*<?((?:al|ag|msg)_[a-z0-9]{1,64})@", RegexOptions.CultureInvariant)]
    private static partial Regex MessageId();
}
