using Alerts.Dates;
using Alerts.Ledger;
using Alerts.Senders;
using Alerts.Subscriptions;
using Alerts.Watch;
using Alerts.Web.Pages.Channels;

namespace Alerts.Web.Pages;

/// <summary>
/// <c>/manage/{token}</c>: one subscription for its owner, with everything that can be done with it. Opening the page
/// changes nothing. Each button is a POST, after which the page is loaded again.
/// </summary>
internal sealed class ManagePages(
    OwnerAccess owner, ISubscriptions subscriptions, SubscriptionEdits edits, IDeliveries deliveries, IKeyDates dates,
    ManageView view, Preview preview, ChannelKinds channels, ServiceClock clock) : IEndpoints
{
    public void Map(IEndpointRouteBuilder app)
    {
        var routes = app.MapGroup("").AddEndpointFilter(ForHolderAsync);
        routes.MapMethods("/manage/{token}", Verbs.Read, ShowAsync);
        routes.MapPost("/manage/{token}", ChangeAsync);
        routes.MapPost("/manage/{token}/test", TestAsync);
        routes.MapPost("/manage/{token}/rotate-secret", RotateAsync);
        routes.MapPost("/manage/{token}/recover", RecoverAsync);
        routes.MapPost("/manage/{token}/resend/{key}", ResendAsync);
        routes.MapMethods("/manage/{token}/end", Verbs.Read, AskToEnd);
        routes.MapPost("/manage/{token}/resume", ResumeAsync);
        routes.MapPost("/manage/{token}/end", EndAsync);
    }

    /// <summary>Calls the handler if the link has the manage token of a subscription.</summary>
    private async ValueTask<object?> ForHolderAsync(
        EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var context = invocation.HttpContext;
        var token = (string)context.GetRouteValue("token")!; // not null: all routes have it
        if (await owner.HolderAsync(TokenPurpose.Manage, token, context.RequestAborted) is not { } subscription)
        {
            return BadLink(context.Request);
        }

        context.Features.Set(subscription);
        return await next(invocation);
    }

    /// <summary>A button that opens the page.</summary>
    public static Html Button(string address) => Html.Of(
        $"<p class=\"buttons\"><a class=\"button\" href=\"{address}\">See, change or end your alerts</a></p>");

    private async Task<IResult> ShowAsync(string token, HttpContext context) =>
        await view.OfAsync(token, context, PreferencesForm.Of(context.OwnSubscription().Preferences), []);

    private async Task<IResult> ChangeAsync(string token, HttpContext context)
    {
        var fields = await RequestBody.FormAsync(context.Request);
        var form = PreferencesForm.Of(fields);
        var problems = new List<Problem>();
        if (await form.ReadAsync(channels, dates, problems, context.RequestAborted) is not { } wanted)
        {
            return await view.OfAsync(token, context, form, problems);
        }

        if (fields["do"] == "preview")
        {
            return await view.OfAsync(token, context, form, [], PreferencesText.Coming(
                await preview.OfAsync(wanted, clock.Now, context.RequestAborted), wanted));
        }

        await edits.EditAsync(context.OwnSubscription().Id, _ => wanted, context.RequestAborted);
        return After("saved", token, context);
    }

    private async Task<IResult> TestAsync(string token, HttpContext context) =>
        await edits.TestAsync(context.OwnSubscription().Id, context.RequestAborted) switch
        {
            null => After("", token, context),
            0 => After(context.OwnSubscription().Channel.IsMailbox ? "often" : "waiting", token, context),
            _ => After("tested", token, context),
        };

    private async Task<IResult> RotateAsync(string token, HttpContext context) =>
        context.OwnSubscription() is not { Channel.HasSecrets: true } subscription
            ? BadLink(context.Request)
        : await subscriptions.RotateSecretAsync(subscription.Id, context.RequestAborted) is not { } secret
            ? After("", token, context)
        : Page.Of("Your new secret", Html.Of(
            $"""
            {SecretText.Once(secret, "Messages are signed with it from now on. It is shown only this once.")}
            <p>{"For 24 hours messages are signed with both the new and the old secret, "
                + "so you can switch without losing any."}</p>
            <p class="buttons"><a class="button" href="{Page.Root(
                context.Request)}manage/{token}">Back to the subscription</a></p>
            """));

    private async Task<IResult> RecoverAsync(string token, HttpContext context)
    {
        var subscription = context.OwnSubscription();
        var since = clock.Now - SubscriptionLimits.Recoverable;
        return After(
            await edits.RecoverAsync(subscription.Id, since, context.RequestAborted) > 0 ? "recovered" : "nothing",
            token, context);
    }

    private async Task<IResult> ResendAsync(string token, string key, HttpContext context)
    {
        var subscription = context.OwnSubscription();
        if (subscription.Status == SubscriptionStatus.Ended)
        {
            return After("", token, context);
        }

        if (await deliveries.FindAsync(subscription.Id, key, context.RequestAborted) is not { } delivery)
        {
            return Page.Refusal(
                context.Request, StatusCodes.Status404NotFound, "This subscription has no such delivery.");
        }

        return await edits.ResendAsync(delivery, context.RequestAborted) switch
        {
            Resent.Queued => After("resent", token, context),
            Resent.NotAnAlert => After("service", token, context),
            Resent.Superseded => After("superseded", token, context),
            Resent.StillUnderWay => After("underway", token, context),
            _ => throw new InvalidOperationException("Sending again has four outcomes."),
        };
    }

    private static IResult AskToEnd(string token, HttpContext context)
    {
        var subscription = context.OwnSubscription();
        var manage = "manage/" + token;
        var back = Page.Root(context.Request) + manage;
        var (title, ask, button) = subscription.Status == SubscriptionStatus.Pending
            ? (UnsubscribePages.CancelRequest, UnsubscribePages.CancelRequestAsk(subscription.Address),
                UnsubscribePages.CancelRequest)
            : ("End your alerts",
                $"End this subscription of {subscription.Address}? Nothing more is sent from then on.",
                "End the subscription");
        return subscription.Status == SubscriptionStatus.Ended
            ? Page.SeeOther(context, manage)
            : Page.Of(title, Html.Of(
                $"""
                <p class="lead">{ask}</p>
                {PreferencesText.Describe(subscription.Preferences)}
                <form method="post" action="{back}/end">
                <p class="buttons"><button class="stop">{button}</button>
                <a class="button plain" href="{back}">Keep it</a></p></form>
                """));
    }

    private async Task<IResult> ResumeAsync(string token, HttpContext context) =>
        await edits.ResumeAsync(context.OwnSubscription().Id, context.RequestAborted) is not null
            ? After("resumed", token, context)
            : UnsubscribePages.CannotUndo(context.Request);

    private async Task<IResult> EndAsync(string token, HttpContext context)
    {
        await edits.EndAsync(context.OwnSubscription().Id, context.RequestAborted);
        return After("", token, context);
    }

    /// <summary>Redirects to the page, which then says what was done, or that the subscription has ended.</summary>
    private static IResult After(string word, string token, HttpContext context) =>
        Page.SeeOther(context, $"manage/{token}{(word.Length > 0 ? "?done=" + word : "")}");

    private static Page BadLink(HttpRequest request) => Page.DeadLink(
        "This link is not valid. Use the one at the end of a newer email, or let us send you one.",
        Html.Of($"<a class=\"button\" href=\"{Page.Root(request)}manage\">{LostLinkPages.Offer}</a>"));
}
