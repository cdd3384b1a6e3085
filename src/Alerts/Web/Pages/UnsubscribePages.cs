using Alerts.Core;
using Alerts.Due;
using Alerts.Subscriptions;
using Alerts.Watch;
using Alerts.Web.OpenApi;
using Alerts.Web.Pages.Texts;

namespace Alerts.Web.Pages;

/// <summary>
/// <c>/unsubscribe/{token}</c>: ends a subscription, by the button of its page or by a mail program's one click (RFC 8058, whose
/// body says nothing more). Opening it changes nothing.
/// </summary>
internal sealed class UnsubscribePages(OwnerAccess owner, ContactPages contacts, SubscriptionEdits edits)
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapRead<UnsubscribePages>("/unsubscribe/{token}", (pages, context) => pages.ShowAsync(context.InPath("token"), context.Request)).Described(LinkDocs.UnsubscribePage);
        app.MapPost<UnsubscribePages>("/unsubscribe/{token}", (pages, context) => pages.UnsubscribeAsync(context.InPath("token"), context)).Described(LinkDocs.Unsubscribe);
    }

    private async Task<IResult> ShowAsync(string token, HttpRequest request) => await owner.HolderAsync(TokenPurpose.Unsubscribe, token, request.HttpContext.RequestAborted) switch
    {
        null => await contacts.ShowStopAsync(token, request) ?? Void(request),
        { Status: SubscriptionStatus.Ended } => Done(request),
        { } subscription => Page.Of(SubscribeTexts.UnsubscribeTitle, Html.Of(
            $"""
            <p class="lead">{SubscribeTexts.UnsubscribeAsk(subscription.Address)}</p>
            {PreferencesText.Describe(subscription.Preferences)}
            <form method="post" action="{token}"><p class="buttons"><button class="stop">{SubscribeTexts.UnsubscribeButton}</button></p></form>
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
            await edits.EndAsync(subscription.Id, context.RequestAborted);
        }

        return Accepts.Json(context.Request)
            ? JsonResult.Object(StatusCodes.Status200OK, json => json.WriteString("status", SubscriptionStatus.Ended.Word()))
            : Done(context.Request);
    }

    private static Page Done(HttpRequest request) => Page.Of(SubscribeTexts.UnsubscribedTitle, Html.Of(
        $"""
        <p class="note good" role="status">{SubscribeTexts.Unsubscribed}</p>
        <p>{SubscribeTexts.UnsubscribedNext}</p>
        <p class="buttons"><a class="button plain" href="{Page.Root(request)}subscribe">{SubscribeTexts.SubscribeAgain}</a></p>
        """));

    private static IResult Void(HttpRequest request) => Accepts.Json(request)
        ? Problems.NotFound(SubscribeTexts.UnsubscribeVoid)
        : new Page(StatusCodes.Status404NotFound, SubscribeTexts.VoidTitle, Html.Of(
            $"<p class=\"lead\">{SubscribeTexts.UnsubscribeVoid}</p><p><a href=\"{Page.Root(request)}manage\">{ManageTexts.Lost}</a></p>"));
}
