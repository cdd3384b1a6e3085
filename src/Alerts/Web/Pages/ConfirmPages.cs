using Alerts.Due;
using Alerts.Senders;
using Alerts.Subscriptions;
using Alerts.Watch;
using Alerts.Web.OpenApi;

namespace Alerts.Web.Pages;

/// <summary>
/// <c>/confirm/{token}</c>: confirms a subscription by email. Opening the page changes nothing; its button does.
/// </summary>
internal sealed class ConfirmPages(
    OwnerAccess owner, ContactPages contacts, SubscriptionEdits edits, Preview preview, Tokens tokens,
    ServiceClock clock)
{
    private const int NextShown = 3;

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapRead<ConfirmPages>("/confirm/{token}", (pages, context) =>
                pages.ShowAsync(context.InPath("token"), context.Request))
            .Described(LinkDocs.ConfirmPage);
        app.MapPost<ConfirmPages>("/confirm/{token}", (pages, context) =>
                pages.ConfirmAsync(context.InPath("token"), context))
            .Described(LinkDocs.Confirm);
    }

    private async Task<IResult> ShowAsync(string token, HttpRequest request) =>
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

    private async Task<IResult> ConfirmAsync(string token, HttpContext context)
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
