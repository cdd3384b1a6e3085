using Alerts.App;
using Alerts.Due;
using Alerts.Subscriptions;
using Alerts.Web.OpenApi;

namespace Alerts.Web.Pages;

/// <summary><c>/confirm/{token}</c>: the second half of subscribing by mail. Opening it changes nothing; its button does.</summary>
internal sealed class ConfirmPages(OwnerAccess owner, ContactPages contacts, ISubscriptions subscriptions, Watcher watcher, ChangeSignal signal, ServiceClock clock)
{
    private const string VoidLink =
        "This link is not valid (any more): it lapses after 7 days, and when the subscription ends. Subscribe again to get a new one.";

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapRead("/confirm/{token}", (string token, HttpRequest request, ConfirmPages pages) => pages.ShowAsync(token, request)).Described(LinkDocs.ConfirmPage);
        app.MapPost("/confirm/{token}", (string token, HttpContext context, ConfirmPages pages) => pages.ConfirmAsync(token, context)).Described(LinkDocs.Confirm);
    }

    private async Task<IResult> ShowAsync(string token, HttpRequest request) => await HolderAsync(token, request.HttpContext.RequestAborted) switch
    {
        null => await contacts.ShowConfirmAsync(token, request) ?? Void(request),
        { Status: SubscriptionStatus.Pending } pending => Page.Of("Confirm your subscription", Html.Of(
            $"""
            <p>{pending.Address} asked to be told ahead of these dates. If that was you, press the button; if not, close this page and nothing will be sent.</p>
            {WishText.Describe(pending.Wish)}
            <form method="post" action="{token}"><p><button>Confirm</button></p></form>
            """)),
        _ => Done(),
    };

    private async Task<IResult> ConfirmAsync(string token, HttpContext context)
    {
        if (await HolderAsync(token, context.RequestAborted) is not { } subscription)
        {
            return await contacts.ConfirmAsync(token, context) ?? Void(context.Request);
        }

        if (subscription.Status == SubscriptionStatus.Pending)
        {
            await watcher.CatchUpAsync(context.RequestAborted);
            if (await subscriptions.ConfirmAsync(subscription.Id, context.RequestAborted) is not { } confirmed)
            {
                return Void(context.Request);
            }

            subscription = confirmed;
            signal.Raise();
        }

        return Accepts.Json(context.Request)
            ? Answer.Object(StatusCodes.Status200OK, json => json.WriteString("status", subscription.Status.Word()))
            : Done();
    }

    /// <summary>Null also for what has lapsed, whether or not it has been tidied away yet.</summary>
    private async Task<Subscription?> HolderAsync(string token, CancellationToken cancel) =>
        await owner.HolderAsync(TokenPurpose.Confirm, token, cancel) is { Status: not SubscriptionStatus.Ended } found
        && !(found.Status == SubscriptionStatus.Pending && clock.Now - found.CreatedAt >= Lasting.Pending)
            ? found
            : null;

    private static Page Done() => Page.Of("Confirmed", Html.Of($"<p>The subscription is active. Every mail has a link to change or end it.</p>"));

    private static IResult Void(HttpRequest request) => Accepts.Json(request)
        ? Problems.NotFound(VoidLink)
        : Page.Refusal(request, StatusCodes.Status404NotFound, VoidLink);
}
