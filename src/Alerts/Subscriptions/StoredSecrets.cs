using System.Text.Json;
using NodaTime;

namespace Alerts.Subscriptions;

/// <summary>Serializes signing secrets for storage.</summary>
internal static class StoredSecrets
{
    public static string Write(IReadOnlyList<WebhookSecret> secrets) =>
        JsonSerializer.Serialize(
            secrets.Select(secret => new Stored(secret.Text, secret.ReplacedAt?.ToUnixTimeMilliseconds())));

    public static IReadOnlyList<WebhookSecret> Read(string stored) =>
        stored == "[]"
            ? []
            : JsonSerializer
                .Deserialize<List<Stored>>(stored)!
                .Select(secret => new WebhookSecret(
                    secret.Text,
                    secret.ReplacedAt is { } at ? Instant.FromUnixTimeMilliseconds(at) : null))
                .ToList();

    private sealed record Stored(string Text, long? ReplacedAt);
}
