using System.ComponentModel.DataAnnotations;
using Alerts.Due;
using Alerts.Subscriptions;
using Alerts.Watch;

namespace Alerts.Web.Pages;

/// <summary>
/// <c>/unsubscribe/{token}</c>: ends a subscription, by the button of its page or by a mail program's one click (RFC
/// 8058, whose body carries no further information). Opening the page changes nothing.
/// </summary>
internal sealed class UnsubscribePages(
    OwnerAccess owner, ContactPages contacts, SubscriptionEdits edits, Tokens tokens, ServiceClock clock)
    : IEndpoints
{
    /// <summary>The title of the page that ends a pending subscription, and its button.</summary>
    public const string CancelRequest = "Cancel the request";

    /// <summary>Said after a subscription was resumed.</summary>
    public const string Undone = "The subscription is active again. You will get your alerts again from now on.";

    /// <summary>The offer to resume a subscription.</summary>
    public const string UndoLead = "Was that a mistake? For 30 days you can undo it.";

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapMethods("/unsubscribe/{token}", Verbs.Read, ShowAsync).WithName("showUnsubscribe").DescribedAsPage();
        app.MapPost("/unsubscribe/{token}", UnsubscribeAsync).WithName("unsubscribe").DescribedAsButton("ended");
        app.MapPost("/unsubscribe/{token}/undo", UndoAsync);
    }

    /// <summary>Show the unsubscribe page.</summary>
    /// <remarks>Changes nothing.</remarks>
    /// <param name="token" example="sub_4fzyo62mvyr7p3kfhu2z7krgnm.1.q0VYNzT9bWkV2Yc8i1Yk5o3sBv7c0m1aG4xq2fE8n3A">
    /// Token from the email.
    /// </param>
    /// <response code="200">A page with a button.</response>
    /// <response code="404">The link is invalid or no longer valid.</response>
    internal async Task<IResult> ShowAsync([MinLength(1)] string token, HttpRequest request) =>
        await owner.HolderAsync(TokenPurpose.Unsubscribe, token, request.HttpContext.RequestAborted) switch
        {
            null => await contacts.ShowStopAsync(token, request) ?? Void(request),
            { Status: SubscriptionStatus.Ended } ended => Done(ended, token, request),
            { } subscription => Ask(subscription, token),
        };

    private static Page Ask(Subscription subscription, string token)
    {
        var isPending = subscription.Status == SubscriptionStatus.Pending;
        return Page.Of(isPending ? CancelRequest : "Unsubscribe", Html.Of(
            $"""
            <p class="lead">{(isPending
                ? CancelRequestAsk(subscription.Address)
                : $"End this subscription of {subscription.Address}? You will get no more alerts from it.")}</p>
            {PreferencesText.Describe(subscription.Preferences)}
            <form method="post" action="{token}">
            <p class="buttons"><button class="stop">{(isPending
                ? CancelRequest
                : "Unsubscribe")}</button></p></form>
            """));
    }

    /// <summary>Unsubscribe.</summary>
    /// <remarks>Called by the button on the page and by one-click unsubscribe (RFC 8058). Can be repeated.</remarks>
    /// <param name="token" example="sub_4fzyo62mvyr7p3kfhu2z7krgnm.1.q0VYNzT9bWkV2Yc8i1Yk5o3sBv7c0m1aG4xq2fE8n3A">
    /// Token from the email.
    /// </param>
    /// <response code="200">The status.</response>
    /// <response code="404">The link is invalid or no longer valid.</response>
    internal async Task<IResult> UnsubscribeAsync([MinLength(1)] string token, HttpContext context)
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
            return CannotUndo(context.Request);
        }

        return Page.Of("Subscribed again", Html.Of(
            $"""
            {Html.Done(Undone)}
            {PreferencesText.Describe(resumed.Preferences)}
            {ManagePages.Button($"{Page.Root(context.Request)}manage/{tokens.Make(TokenPurpose.Manage, resumed)}")}
            """));
    }

    private Page Done(Subscription ended, string token, HttpRequest request)
    {
        var root = Page.Root(request);
        return Page.Of("Unsubscribed", Html.Of(
            $"""
            {Html.Done(EndedRequest(ended) ?? "The subscription has ended. You will get no more alerts from it.")}
            {(ended.CanResume(clock.Now)
                ? Html.Of($"<p>{UndoLead}</p>"
                    + $"<form method=\"post\" action=\"{root}unsubscribe/{token}/undo\"><p class=\"buttons\">"
                    + $"<button class=\"plain\">Undo</button></p></form>")
                : Html.Of($"<p class=\"buttons\">"
                    + $"<a class=\"button plain\" href=\"{root}subscribe\">Subscribe again</a></p>"))}
            """));
    }

    /// <summary>The question before a pending subscription is ended.</summary>
    public static string CancelRequestAsk(string address) =>
        $"Cancel the request to send these alerts to {address}? It was not confirmed, so no alert has been sent.";

    /// <summary>How a subscription ended that was never confirmed; null if it was confirmed.</summary>
    public static string? EndedRequest(Subscription ended) =>
        ended.HasEndedLapsed
            ? "The request was not confirmed within 7 days, so it has ended. You will get no alerts from it."
        : ended.HasEndedUnconfirmed ? "The request has ended. You will get no alerts from it."
        : null;

    /// <summary>The page shown if an ended subscription cannot be resumed.</summary>
    public static Page CannotUndo(HttpRequest request) => Page.Refusal(
        request, StatusCodes.Status409Conflict,
        "This cannot be undone: more than 30 days have passed, the subscription was never confirmed, "
        + "or you have the same subscription again already.");

    private static IResult Void(HttpRequest request)
    {
        const string Why = "This link is not valid. Use the one at the end of a newer email.";
        return Accepts.Json(request) ? Problems.NotFound(Why) : Page.DeadLink(
            Why, Html.Of($"<a href=\"{Page.Root(request)}manage\">{LostLinkPages.Offer}</a>"));
    }
}
