using System.Security.Cryptography;
using System.Text;
using Alerts.Subscriptions;

namespace Alerts.Senders.Webhook;

/// <summary>
/// Signs webhooks by the Standard Webhooks specification 1.0 (github.com/standard-webhooks,
/// "Signature scheme", symmetric).
/// </summary>
internal static class StandardWebhooks
{
    /// <summary>
    /// The value of the header <c>webhook-signature</c>: for each secret, <c>v1,</c> and the base64 HMAC-SHA256 of
    /// <c>id.timestamp.body</c>, separated by spaces, in the order of the secrets.
    /// </summary>
    /// <param name="secrets">At least one; each is <c>whsec_</c> followed by its key in base64.</param>
    /// <param name="id">The header <c>webhook-id</c>.</param>
    /// <param name="timestamp">The header <c>webhook-timestamp</c>: seconds since 1970, in real time.</param>
    /// <param name="body">The bytes sent.</param>
    public static string Sign(IReadOnlyList<string> secrets, string id, long timestamp, ReadOnlySpan<byte> body)
    {
        ArgumentOutOfRangeException.ThrowIfZero(secrets.Count);
        var head = Encoding.UTF8.GetBytes($"{id}.{timestamp}.");
        byte[] signed = [.. head, .. body];
        return string.Join(
            ' ', secrets.Select(secret => "v1," + Convert.ToBase64String(HMACSHA256.HashData(Key(secret), signed))));
    }

    private static byte[] Key(string secret) => Convert.FromBase64String(secret[WebhookSecrets.Prefix.Length..]);
}
