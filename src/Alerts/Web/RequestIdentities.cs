using Alerts.Subscriptions;

namespace Alerts.Web;

/// <summary>
/// What a request to subscribe begins with. With an <c>Idempotency-Key</c> the same request gets the same again for
/// 24 h,
/// so that nothing is made twice. The answer for a webhook holds secrets, so there the same request also comes from the
/// same client: a stranger who guesses key and body gets a 409.
/// </summary>
internal sealed class RequestIdentities(IRequestKeys keys, Tokens tokens)
{
    /// <param name="key">Null for none.</param>
    /// <param name="body">All that was asked for.</param>
    /// <returns>Null when the key came with another request before.</returns>
    public async Task<SubscriptionIdentity?> OfAsync(string? key, string channel, string body, HttpContext context)
    {
        var client = tokens.ClientOf(ClientAddress.Of(context));
        if (key is null)
        {
            return SubscriptionIdentity.Random() with { Client = client };
        }

        var request = tokens.RequestHash(channel == "email" ? "" : client, body);
        var kept = await keys.KeepAsync(tokens.KeyHash(key), request, context.RequestAborted);
        return kept.Request == request ? tokens.IdentityOf(key, request, kept.At) with { Client = client } : null;
    }
}
