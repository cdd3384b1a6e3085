using System.Security.Cryptography;
using System.Text.Json;

namespace Alerts.Subscriptions;

/// <summary>Creates webhook signing secrets and selects those in use.</summary>
internal static class WebhookSecrets
{
    /// <summary>The prefix of every secret (Standard Webhooks 1.0).</summary>
    public const string Prefix = "whsec_";

    /// <summary>A new secret: <c>whsec_</c> and 32 random bytes in base64.</summary>
    public static string Make() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <summary>
    /// The secrets to sign with at an instant, newest first: the newest, and older ones for 24 h after their
    /// replacement.
    /// </summary>
    /// <param name="secrets">Newest first.</param>
    /// <param name="at">By the service's clock, like <see cref="WebhookSecret.ReplacedAt"/>.</param>
    public static IReadOnlyList<string> Signing(IReadOnlyList<WebhookSecret> secrets, Instant at) =>
        [
            .. secrets
                .Where((secret, index) => index == 0 || at < secret.ReplacedAt + SubscriptionLimits.ReplacedSecret)
                .Select(secret => secret.Text),
        ];
}

/// <summary>Serializes signing secrets for storage.</summary>
internal static class StoredSecrets
{
    public static string Write(IReadOnlyList<WebhookSecret> secrets) => JsonSerializer.Serialize(
        secrets.Select(secret => new Stored(secret.Text, secret.ReplacedAt?.ToUnixTimeMilliseconds())));

    public static IReadOnlyList<WebhookSecret> Read(string stored) =>
        stored == "[]"
            ? []
            : JsonSerializer.Deserialize<List<Stored>>(stored)!
                .Select(secret => new WebhookSecret(
                    secret.Text, secret.ReplacedAt is { } at ? Instant.FromUnixTimeMilliseconds(at) : null))
                .ToList();

    private sealed record Stored(string Text, long? ReplacedAt);
}
