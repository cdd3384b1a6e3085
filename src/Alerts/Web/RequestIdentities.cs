using Alerts.Subscriptions;

namespace Alerts.Web;

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
