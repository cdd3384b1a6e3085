using System.Security.Cryptography;
using NodaTime;

namespace Alerts.Subscriptions;

/// <summary>The signing secrets of a webhook: how one is made, and which of them sign.</summary>
internal static class WebhookSecrets
{
    /// <summary>What every secret's text begins with (Standard Webhooks 1.0).</summary>
    public const string Prefix = "whsec_";

    /// <summary>How long a replaced secret signs beside the newer ones.</summary>
    private static readonly Duration Overlap = Duration.FromHours(24);

    /// <summary>A new secret: <c>whsec_</c> and 32 random bytes in base64.</summary>
    public static string Make() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <summary>The texts that sign at an instant, newest first: the newest always, an older one for 24 h from its replacement.</summary>
    /// <param name="secrets">Newest first, as a subscription holds them.</param>
    /// <param name="at">By the service's clock, as <see cref="WebhookSecret.ReplacedAt"/> is.</param>
    public static IReadOnlyList<string> Signing(IReadOnlyList<WebhookSecret> secrets, Instant at) =>
        [
            .. secrets
                .Where((secret, index) => index == 0 || at < secret.ReplacedAt + Overlap)
                .Select(secret => secret.Text),
        ];
}
