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
    ISubscriptions subscriptions, SubscriptionEdits edits, IDeliveries deliveries, IKeyDates dates, ManageView view,
    Preview preview, ChannelKinds channels, ServiceClock clock)
{
    public static void Map(IEndpointRouteBuilder app)
    {
        Route[] routes =
        [
            app.MapRead<ManagePages>("/manage/{token}", (pages, context) => pages.ShowAsync(context)),
            app.MapPost<ManagePages>("/manage/{token}", (pages, context) => pages.ChangeAsync(context)),
            app.MapPost<ManagePages>("/manage/{token}/test", (pages, context) => pages.TestAsync(context)),
            app.MapPost<ManagePages>("/manage/{token}/rotate-secret", (pages, context) => pages.RotateAsync(context)),
            app.MapPost<ManagePages>("/manage/{token}/recover", (pages, context) => pages.RecoverAsync(context)),
            app.MapPost<ManagePages>("/manage/{token}/resend/{key}",
                (pages, context) => pages.ResendAsync(context.InPath("key"), context)),
            app.MapRead<ManagePages>("/manage/{token}/end", (_, context) => Task.FromResult(AskToEnd(context))),
            app.MapPost<ManagePages>("/manage/{token}/resume", (pages, context) => pages.ResumeAsync(context)),
            app.MapPost<ManagePages>("/manage/{token}/end", (pages, context) => pages.EndAsync(context)),
        ];
        foreach (var route in routes)
        {
            route.Behind<OwnerAccess>(ForHolderAsync);
        }
    }

    /// <summary>Calls the handler if the link has the manage token of a subscription.</summary>
    private static async Task<IResult> ForHolderAsync(OwnerAccess owner, HttpContext context, Handler next)
    {
        var token = context.InPath("token");
        if (await owner.HolderAsync(TokenPurpose.Manage, token, context.RequestAborted) is not { } subscription)
        {
            return BadLink(context.Request);
        }

        context.Features.Set(subscription);
        return await next(context);
    }

    /// <summary>A button that opens the page.</summary>
    public static Html Button(string address) => Html.Of(
        $"<p class=\"buttons\"><a class=\"button\" href=\"{address}\">See, change or end your alerts</a></p>");

    private async Task<IResult> ShowAsync(HttpContext context) =>
        await view.OfAsync(context, PreferencesForm.Of(context.OwnSubscription().Preferences), []);

    private async Task<IResult> ChangeAsync(HttpContext context)
    {
        var fields = await RequestBody.FormAsync(context.Request);
        var form = PreferencesForm.Of(fields);
        var problems = new List<Problem>();
        if (await form.ReadAsync(channels, dates, problems, context.RequestAborted) is not { } wanted)
        {
            return await view.OfAsync(context, form, problems);
        }

        if (fields["do"] == "preview")
        {
            return await view.OfAsync(context, form, [], PreferencesText.Coming(
                await preview.OfAsync(wanted, clock.Now, context.RequestAborted), wanted));
        }

        await edits.EditAsync(context.OwnSubscription().Id, _ => wanted, context.RequestAborted);
        return After("saved", context);
    }

    private async Task<IResult> TestAsync(HttpContext context) =>
        await edits.TestAsync(context.OwnSubscription().Id, context.RequestAborted) switch
        {
            null => After("", context),
            0 => After(context.OwnSubscription().Channel.IsMailbox ? "often" : "waiting", context),
            _ => After("tested", context),
        };

    private async Task<IResult> RotateAsync(HttpContext context) =>
        context.OwnSubscription() is not { Channel.HasSecrets: true } subscription
            ? BadLink(context.Request)
        : await subscriptions.RotateSecretAsync(subscription.Id, context.RequestAborted) is not { } secret
            ? After("", context)
        : Page.Of("Your new secret", Html.Of(
            $"""
            {SecretText.Once(secret, "Messages are signed with it from now on. It is shown only this once.")}
            <p>{"For 24 hours messages are signed with both the new and the old secret, "
                + "so you can switch without losing any."}</p>
            <p class="buttons"><a class="button" href="{Page.Root(
                context.Request)}manage/{context.InPath("token")}">Back to the subscription</a></p>
            """));

    private async Task<IResult> RecoverAsync(HttpContext context)
    {
        var subscription = context.OwnSubscription();
        var since = clock.Now - SubscriptionLimits.Recoverable;
        return After(
            await edits.RecoverAsync(subscription.Id, since, context.RequestAborted) > 0 ? "recovered" : "nothing",
            context);
    }

    private async Task<IResult> ResendAsync(string key, HttpContext context)
    {
        var subscription = context.OwnSubscription();
        if (subscription.Status == SubscriptionStatus.Ended)
        {
            return After("", context);
        }

        if (await deliveries.FindAsync(subscription.Id, key, context.RequestAborted) is not { } delivery)
        {
            return Page.Refusal(
                context.Request, StatusCodes.Status404NotFound, "This subscription has no such delivery.");
        }

        return await edits.ResendAsync(delivery, context.RequestAborted) switch
        {
            Resent.Queued => After("resent", context),
            Resent.NotAnAlert => After("service", context),
            Resent.Superseded => After("superseded", context),
            Resent.StillUnderWay => After("underway", context),
            _ => throw new InvalidOperationException("Sending again has four outcomes."),
        };
    }

    private static IResult AskToEnd(HttpContext context)
    {
        var subscription = context.OwnSubscription();
        var manage = "manage/" + context.InPath("token");
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

    private async Task<IResult> ResumeAsync(HttpContext context) =>
        await edits.ResumeAsync(context.OwnSubscription().Id, context.RequestAborted) is not null
            ? After("resumed", context)
            : UnsubscribePages.CannotUndo(context.Request);

    private async Task<IResult> EndAsync(HttpContext context)
    {
        await edits.EndAsync(context.OwnSubscription().Id, context.RequestAborted);
        return After("", context);
    }

    /// <summary>Redirects to the page, which then says what was done, or that the subscription has ended.</summary>
    private static IResult After(string word, HttpContext context) =>
        Page.SeeOther(context, $"manage/{context.InPath("token")}{(word.Length > 0 ? "?done=" + word : "")}");

    private static Page BadLink(HttpRequest request) => Page.DeadLink(
        "This link is not valid. Use the one at the end of a newer email, or let us send you one.",
        Html.Of($"<a class=\"button\" href=\"{Page.Root(request)}manage\">{LostLinkPages.Offer}</a>"));
}
