using Alerts.Due;
using Alerts.Subscriptions;
using Alerts.Watch;
using Alerts.Web.OpenApi;
using Alerts.Web.Pages.Texts;

namespace Alerts.Web.Pages;

/// <summary>
/// <c>/unsubscribe/{token}</c>: ends a subscription, by the button of its page or by a mail program's one click (RFC
/// 8058, whose body carries no further information). Opening the page changes nothing.
/// </summary>
internal sealed class UnsubscribePages(
    OwnerAccess owner, ContactPages contacts, SubscriptionEdits edits, Tokens tokens, ServiceClock clock)
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapRead<UnsubscribePages>("/unsubscribe/{token}", (pages, context) =>
                pages.ShowAsync(context.InPath("token"), context.Request))
            .Described(LinkDocs.UnsubscribePage);
        app.MapPost<UnsubscribePages>("/unsubscribe/{token}", (pages, context) =>
                pages.UnsubscribeAsync(context.InPath("token"), context))
            .Described(LinkDocs.Unsubscribe);
        app.MapPost<UnsubscribePages>("/unsubscribe/{token}/undo", (pages, context) =>
            pages.UndoAsync(context.InPath("token"), context));
    }

    private async Task<IResult> ShowAsync(string token, HttpRequest request) =>
        await owner.HolderAsync(TokenPurpose.Unsubscribe, token, request.HttpContext.RequestAborted) switch
        {
            null => await contacts.ShowStopAsync(token, request) ?? Void(request),
            { Status: SubscriptionStatus.Ended } ended => Done(ended, token, request),
            { } subscription => Ask(subscription, token),
        };

    private static Page Ask(Subscription subscription, string token)
    {
        var isPending = subscription.Status == SubscriptionStatus.Pending;
        return Page.Of(isPending ? SubscribeTexts.CancelRequestTitle : "Unsubscribe", Html.Of(
            $"""
            <p class="lead">{(isPending
                ? SubscribeTexts.CancelRequestAsk(subscription.Address)
                : SubscribeTexts.UnsubscribeAsk(subscription.Address))}</p>
            {PreferencesText.Describe(subscription.Preferences)}
            <form method="post" action="{token}">
            <p class="buttons"><button class="stop">{(isPending
                ? SubscribeTexts.CancelRequestButton
                : "Unsubscribe")}</button></p></form>
            """));
    }

    private async Task<IResult> UnsubscribeAsync(string token, HttpContext context)
    {
        if (await owner.HolderAsync(TokenPurpose.Unsubscribe, token, context.RequestAborted) is not { } subscription)
        {
            return await contacts.StopAsync(token, context) ?? Void(context.Request);
        }

        if (subscription.Status != SubscriptionStatus.Ended)
        {
            subscription = await edits.EndAsync(subscription.Id, context.RequestAborted) ?? subscription;
        }

        return Accepts.Json(context.Request)
            ? new JsonResult(StatusCodes.Status200OK, new StandingResponse(SubscriptionStatus.Ended.Word()))
            : Done(subscription, token, context.Request);
    }

    private async Task<IResult> UndoAsync(string token, HttpContext context)
    {
        if (await owner.HolderAsync(TokenPurpose.Unsubscribe, token, context.RequestAborted) is not { } subscription)
        {
            return Void(context.Request);
        }

        if (await edits.ResumeAsync(subscription.Id, context.RequestAborted) is not { } resumed)
        {
            return Page.Refusal(context.Request, StatusCodes.Status409Conflict, SubscribeTexts.UndoImpossible);
        }

        return Page.Of("Subscribed again", Html.Of(
            $"""
            {Html.Done(SubscribeTexts.Undone)}
            {PreferencesText.Describe(resumed.Preferences)}
            <p class="buttons"><a class="button" href="{Page.Root(context.Request)}manage/{tokens.Make(
                TokenPurpose.Manage, resumed)}">{SubscribeTexts.OpenManage}</a></p>
            """));
    }

    private Page Done(Subscription ended, string token, HttpRequest request)
    {
        var root = Page.Root(request);
        return Page.Of("Unsubscribed", Html.Of(
            $"""
            {Html.Done(ended.HasEndedLapsed ? SubscribeTexts.RequestLapsed
                : ended.HasEndedUnconfirmed ? SubscribeTexts.RequestEnded
                : "The subscription has ended. You will get no more alerts from it.")}
            {(ended.CanResume(clock.Now)
                ? Html.Of($"<p>{SubscribeTexts.UndoLead}</p>"
                    + $"<form method=\"post\" action=\"{root}unsubscribe/{token}/undo\"><p class=\"buttons\">"
                    + $"<button class=\"plain\">{SubscribeTexts.UndoButton}</button></p></form>")
                : Html.Of($"<p class=\"buttons\">"
                    + $"<a class=\"button plain\" href=\"{root}subscribe\">{SubscribeTexts.SubscribeAgain}</a></p>"))}
            """));
    }

    private static IResult Void(HttpRequest request) =>
        Accepts.Json(request)
            ? Problems.NotFound(SubscribeTexts.UnsubscribeVoid)
            : new Page(StatusCodes.Status404NotFound, SubscribeTexts.VoidTitle, Html.Of(
                $"<p class=\"lead\">{SubscribeTexts.UnsubscribeVoid}</p>"
                + $"<p><a  href=\"{Page.Root(request)}manage\">{ManageTexts.Lost}</a></p>"));
}
