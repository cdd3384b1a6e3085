using Alerts.Subscriptions;

namespace Alerts.Web;

/// <summary>
/// The <c>Idempotency-Key</c> of a request. A client that lost the response sends the request again with the same
/// key, and nothing is created twice.
/// </summary>
internal static class IdempotencyKey
{
    public const string Header = "Idempotency-Key";

    /// <summary>
    /// Minimum length. A shorter key is too easy to guess, and the response to it may contain a secret.
    /// </summary>
    public const int Shortest = 16;

    public const int Longest = 255;

    /// <summary>Whether a text is a valid key.</summary>
    public static bool IsOne(string text) => text.Length is >= Shortest and <= Longest
        && !text.AsSpan().ContainsAnyExceptInRange('!', '~');

    /// <summary>Returns the key; null if there is none, or if it is invalid, which adds a problem.</summary>
    public static string? Of(HttpRequest request, List<Problem> problems)
    {
        var given = request.Headers[Header];
        if (given.Count == 0)
        {
            return null;
        }

        if (given is [{ } key] && IsOne(key))
        {
            return key;
        }

        problems.Add(new Problem(
            "", "The Idempotency-Key is unusable; send 16 to 255 visible ASCII characters, such as a UUID, or none."));
        return null;
    }
}

/// <summary>
/// Assigns the identity with which a request to subscribe begins. With an <c>Idempotency-Key</c> the same request
/// gets the same identity for 24 h, so that nothing is created twice. The response for an endpoint contains secrets, so
/// there the request must also come from the same client: others who guess key and body get a 409.
/// </summary>
internal sealed class RequestIdentities(IRequestKeys keys, Tokens tokens)
{
    /// <param name="key">The idempotency key; null for none.</param>
    /// <param name="body">The whole body of the request.</param>
    /// <returns>The identity; null if the key was used with another request before.</returns>
    public async Task<SubscriptionIdentity?> OfAsync(string? key, ChannelKind channel, string body, HttpContext context)
    {
        var client = tokens.ClientOf(ClientAddress.Of(context));
        if (key is null)
        {
            return SubscriptionIdentity.Random() with { Client = client };
        }

        var request = tokens.RequestHash(channel.IsPersonal ? "" : client, body);
        var kept = await keys.KeepAsync(tokens.KeyHash(key), request, context.RequestAborted);
        return kept.Request == request ? tokens.IdentityOf(key, request, kept.At) with { Client = client } : null;
    }
}
