using System.ComponentModel.DataAnnotations;
using Alerts.Due;
using Alerts.Senders;
using Alerts.Subscriptions;
using Alerts.Watch;

namespace Alerts.Web.Pages;

/// <summary>
/// <c>/confirm/{token}</c>: confirms a subscription by email. Opening the page changes nothing; its button does.
/// </summary>
internal sealed class ConfirmPages(
    OwnerAccess owner, ContactPages contacts, SubscriptionEdits edits, Preview preview, Tokens tokens,
    ServiceClock clock) : IEndpoints
{
    private const int NextShown = 3;

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapMethods("/confirm/{token}", Verbs.Read, ShowAsync).WithName("showConfirm").DescribedAsPage();
        app.MapPost("/confirm/{token}", ConfirmAsync).WithName("confirm").DescribedAsButton("active");
    }

    /// <summary>Show the confirmation page.</summary>
    /// <remarks>Changes nothing, because email scanners open every link.</remarks>
    /// <param name="token" example="sub_4fzyo62mvyr7p3kfhu2z7krgnm.1.q0VYNzT9bWkV2Yc8i1Yk5o3sBv7c0m1aG4xq2fE8n3A">
    /// Token from the email.
    /// </param>
    /// <response code="200">A page with a button.</response>
    /// <response code="404">The link is invalid or no longer valid.</response>
    internal async Task<IResult> ShowAsync([MinLength(1)] string token, HttpRequest request) =>
        await HolderAsync(token, request.HttpContext.RequestAborted) switch
        {
            null => await contacts.ShowConfirmAsync(token, request) ?? Void(request),
            { Status: SubscriptionStatus.Pending } pending => Page.Of("Confirm your subscription", Html.Of(
                $"""
                <p class="lead">{$"Confirm to get these alerts at {pending.Address}. "
                    + "If you did not ask for them, close this page; nothing will be sent."}</p>
                {PreferencesText.Describe(pending.Preferences)}
                <form method="post" action="{token}">
                <p class="buttons"><button>Confirm</button></p></form>
                """)),
            { } confirmed => await DoneAsync(confirmed, request),
        };

    /// <summary>Confirm a subscription.</summary>
    /// <remarks>Called by the button on the page. No body is needed. Can be repeated.</remarks>
    /// <param name="token" example="sub_4fzyo62mvyr7p3kfhu2z7krgnm.1.q0VYNzT9bWkV2Yc8i1Yk5o3sBv7c0m1aG4xq2fE8n3A">
    /// Token from the email.
    /// </param>
    /// <response code="200">The status.</response>
    /// <response code="404">The link is invalid or no longer valid.</response>
    internal async Task<IResult> ConfirmAsync([MinLength(1)] string token, HttpContext context)
    {
        if (await HolderAsync(token, context.RequestAborted) is not { } subscription)
        {
            return await contacts.ConfirmAsync(token, context) ?? Void(context.Request);
        }

        if (subscription.Status == SubscriptionStatus.Pending)
        {
            if (await edits.ConfirmAsync(subscription.Id, context.RequestAborted) is not { } confirmed)
            {
                return Void(context.Request);
            }

            subscription = confirmed;
        }

        return Accepts.Json(context.Request)
            ? new JsonResult(StatusCodes.Status200OK, new StandingResponse(subscription.Status.Word()))
            : await DoneAsync(subscription, context.Request);
    }

    /// <summary>
    /// The subscription of a token; null also if it has lapsed, whether or not it has been purged yet.
    /// </summary>
    private async Task<Subscription?> HolderAsync(string token, CancellationToken cancel) =>
        await owner.HolderAsync(TokenPurpose.Confirm, token, cancel) is { Status: not SubscriptionStatus.Ended } found
        && !found.HasLapsed(clock.Now)
            ? found : null;

    private async Task<Page> DoneAsync(Subscription subscription, HttpRequest request)
    {
        var (root, preferences) = (Page.Root(request), subscription.Preferences);
        var items = await preview.OfAsync(preferences, clock.Now, request.HttpContext.RequestAborted);
        return Page.Of("Confirmed", Html.Of(
            $"""
            {Html.Done("Your alerts are on.")}
            <h2>Your next alerts</h2>
            {PreferencesText.Coming(items, preferences, root, NextShown)}
            {ManagePages.Button($"{root}manage/{tokens.Make(TokenPurpose.Manage, subscription)}")}
            {ManageView.Calendar(subscription, tokens, root)}
            <p class="soft">We have also sent you these links by email.</p>
            """));
    }

    private static IResult Void(HttpRequest request)
    {
        const string Why =
            "This confirmation link no longer works: it is older than 7 days, or what it confirms has ended. "
            + "To get alerts, subscribe again.";
        return Accepts.Json(request) ? Problems.NotFound(Why) : Page.DeadLink(Why, Html.Of(
            $"<a class=\"button\" href=\"{Page.Root(request)}subscribe\">Subscribe again</a>"));
    }
}
