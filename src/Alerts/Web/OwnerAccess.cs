using Alerts.Subscriptions;
using Alerts.Web.OpenApi;

namespace Alerts.Web;

/// <summary>Access to a subscription: it requires a token made for it.</summary>
internal sealed class OwnerAccess(Tokens tokens, ISubscriptions subscriptions)
{
    /// <summary>
    /// Calls the handler of an owner route if the token is that of the subscription; otherwise answers 401 without a
    /// token, 404 with one of another subscription.
    /// </summary>
    public async ValueTask<object?> AnswerAsync(
        EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var context = invocation.HttpContext;
        if (Bearer.Of(context.Request) is not { } token)
        {
            return Problems.Unauthorized(
                context.Response, "Send the subscription's manage token as Authorization: Bearer <manageToken>.");
        }

        if (await HolderAsync(TokenPurpose.Manage, token, context.RequestAborted) is not { } found
            || found.Id != (string?)context.GetRouteValue("id"))
        {
            return Problems.NotFound("There is no such subscription, or the token is not its own.");
        }

        context.Features.Set(found);
        return await next(invocation);
    }

    /// <summary>
    /// The subscription that a token was made for; null if the token is not one of ours or of an older generation.
    /// </summary>
    public async Task<Subscription?> HolderAsync(TokenPurpose purpose, string token, CancellationToken cancel) =>
        tokens.Read(purpose, token) is { } read
        && await subscriptions.FindAsync(read.SubscriptionId, cancel) is { } found
        && found.Generation == read.Generation
            ? found : null;
}

internal static class OwnerRoutes
{
    /// <summary>
    /// Requires the manage token of the subscription <c>{id}</c>, before the body of the request is read.
    /// </summary>
    public static TBuilder ForOwner<TBuilder>(this TBuilder routes)
        where TBuilder : IEndpointConventionBuilder => routes
        .WithMetadata(Access.Owner)
        .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status404NotFound)
        .AddEndpointFilter((invocation, next) => invocation.HttpContext.RequestServices
            .GetRequiredService<OwnerAccess>().AnswerAsync(invocation, next));

    /// <summary>The subscription of an owner route, as it was when the request began.</summary>
    public static Subscription OwnSubscription(this HttpContext context) =>
        context.Features.Get<Subscription>() ?? throw new InvalidOperationException("This is not an owner route.");
}
