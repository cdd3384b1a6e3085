using System.Diagnostics.CodeAnalysis;
using Alerts.Subscriptions;

namespace Alerts.Web;

/// <summary>Access to a subscription: it requires a token made for it.</summary>
internal sealed class OwnerAccess(Tokens tokens, ISubscriptions subscriptions)
{
    /// <summary>
    /// The subscription of an owner route, or the refusal: 401 without a token, 404 with one of another subscription.
    /// </summary>
    public async Task<Entry> AskAsync(HttpRequest request, string id)
    {
        if (Bearer.Of(request) is not { } token)
        {
            return new Entry(
                null,
                Problems.Unauthorized(
                    request.HttpContext.Response,
                    "Send the subscription's manage token as Authorization: Bearer <manageToken>."));
        }

        return
            await HolderAsync(TokenPurpose.Manage, token, request.HttpContext.RequestAborted) is { } found
            && found.Id == id
            ? new Entry(found, null)
            : new Entry(null, Problems.NotFound("There is no such subscription, or the token is not its own."));
    }

    /// <summary>
    /// The subscription that a token was made for; null if the token is not one of ours or of an older generation.
    /// </summary>
    public async Task<Subscription?> HolderAsync(TokenPurpose purpose, string token, CancellationToken cancel) =>
        tokens.Read(purpose, token) is { } read
        && await subscriptions.FindAsync(read.SubscriptionId, cancel) is { } found
        && found.Generation == read.Generation
            ? found
            : null;

    /// <summary>The result of a request for access: the subscription or the refusal.</summary>
    internal sealed class Entry(Subscription? subscription, IResult? refusal)
    {
        public bool Opens([NotNullWhen(true)] out Subscription? opened, [NotNullWhen(false)] out IResult? refused)
        {
            (opened, refused) = (subscription, refusal);
            return subscription is not null;
        }
    }
}
