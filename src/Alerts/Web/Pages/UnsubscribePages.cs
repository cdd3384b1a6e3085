using Alerts.Due;
using Alerts.Subscriptions;
using Alerts.Web.OpenApi;

namespace Alerts.Web.Pages;

/// <summary>
/// <c>/unsubscribe/{token}</c>: ends a subscription, by the button of its page or by a mail program's one click (RFC 8058, whose
/// body says nothing more). Opening it changes nothing.
/// </summary>
internal sealed class UnsubscribePages(OwnerAccess owner, ContactPages contacts, ISubscriptions subscriptions, Watcher watcher, ChangeSignal signal)
{
    private const string VoidLink = "This link is not valid; take the one at the foot of a newer mail.";

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapRead("/unsubscribe/{token}", (string token, HttpRequest request, UnsubscribePages pages) => pages.ShowAsync(token, request)).Described(LinkDocs.UnsubscribePage);
        app.MapPost("/unsubscribe/{token}", (string token, HttpContext context, UnsubscribePages pages) => pages.UnsubscribeAsync(token, context)).Described(LinkDocs.Unsubscribe);
    }

    private async Task<IResult> ShowAsync(string token, HttpRequest request) => await owner.HolderAsync(TokenPurpose.Unsubscribe, token, request.HttpContext.RequestAborted) switch
    {
        null => await contacts.ShowStopAsync(token, request) ?? Void(request),
        { Status: SubscriptionStatus.Ended } => Done(),
        { } subscription => Page.Of("Unsubscribe", Html.Of(
            $"""
            <p>End this subscription of {subscription.Address}? Nothing more will be sent for it.</p>
            {WishText.Describe(subscription.Wish)}
            <form method="post" action="{token}"><p><button class="stop">Unsubscribe</button></p></form>
            """)),
    };

    private async Task<IResult> UnsubscribeAsync(string token, HttpContext context)
    {
        if (await owner.HolderAsync(TokenPurpose.Unsubscribe, token, context.RequestAborted) is not { } subscription)
        {
            return await contacts.StopAsync(token, context) ?? Void(context.Request);
        }

        if (subscription.Status != SubscriptionStatus.Ended)
        {
            await watcher.CatchUpAsync(context.RequestAborted);
            await subscriptions.EndAsync(subscription.Id, context.RequestAborted);
            signal.Raise();
        }

        return Accepts.Json(context.Request)
            ? Answer.Object(StatusCodes.Status200OK, json => json.WriteString("status", SubscriptionStatus.Ended.Word()))
            : Done();
    }

    private static Page Done() => Page.Of("Unsubscribed", Html.Of($"<p>The subscription has ended. Nothing more will be sent for it.</p>"));

    private static IResult Void(HttpRequest request) => Accepts.Json(request)
        ? Problems.NotFound(VoidLink)
        : Page.Refusal(request, StatusCodes.Status404NotFound, VoidLink);
}
