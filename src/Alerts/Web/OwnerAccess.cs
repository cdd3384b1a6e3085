using System.Diagnostics.CodeAnalysis;
using Alerts.Stores.Sqlite;
using Alerts.Subscriptions;

namespace Alerts.Web;

/// <summary>Whose subscription it is: that of whoever holds a token for it.</summary>
internal sealed class OwnerAccess(Tokens tokens, SqliteSubscriptions subscriptions)
{
    /// <summary>The subscription of an owner route; else the refusal: 401 without a token, 404 with one that does not open it.</summary>
    public bool Opens(HttpRequest request, string id, [NotNullWhen(true)] out Subscription? subscription, [NotNullWhen(false)] out IResult? refusal)
    {
        subscription = null;
        refusal = null;
        if (Bearer.Of(request) is not { } token)
        {
            refusal = Problems.Unauthorized(request.HttpContext.Response, "Send the subscription's manage token as Authorization: Bearer <manageToken>.");
            return false;
        }

        subscription = Holder(TokenPurpose.Manage, token) is { } found && found.Id == id ? found : null;
        refusal = subscription is null ? Problems.NotFound("There is no such subscription, or the token is not its own.") : null;
        return subscription is not null;
    }

    /// <summary>The subscription a token was made for; null when it is not one of ours, or of an older generation.</summary>
    public Subscription? Holder(TokenPurpose purpose, string token) =>
        tokens.Read(purpose, token) is { } read && subscriptions.Find(read.SubscriptionId) is { } found && found.Generation == read.Generation
            ? found
            : null;
}
