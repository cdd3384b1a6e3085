using Alerts.Core;
using Alerts.Dates;
using Alerts.Ledger;
using Alerts.Senders;
using Alerts.Subscriptions;
using Alerts.Watch;
using Alerts.Web.Pages.Texts;

namespace Alerts.Web.Pages;

/// <summary>
/// <c>/manage/{token}</c>: one subscription for its owner, with everything that can be done with it. Opening the page
/// changes nothing. Each button is a POST, after which the page is loaded again.
/// </summary>
internal sealed class ManagePages(
    OwnerAccess owner, ISubscriptions subscriptions, SubscriptionEdits edits, IDeliveries deliveries, IKeyDates dates,
    ManageView view, Preview preview, ChannelKinds channels, ServiceClock clock)
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapRead<ManagePages>("/manage/{token}",
            (pages, context) => pages.ShowAsync(context.InPath("token"), context.Request));
        app.MapPost<ManagePages>("/manage/{token}",
            (pages, context) => pages.ChangeAsync(context.InPath("token"), context));
        app.MapPost<ManagePages>("/manage/{token}/test",
            (pages, context) => pages.TestAsync(context.InPath("token"), context));
        app.MapPost<ManagePages>("/manage/{token}/rotate-secret",
            (pages, context) => pages.RotateAsync(context.InPath("token"), context));
        app.MapPost<ManagePages>("/manage/{token}/recover",
            (pages, context) => pages.RecoverAsync(context.InPath("token"), context));
        app.MapPost<ManagePages>("/manage/{token}/resend/{key}",
            (pages, context) => pages.ResendAsync(context.InPath("token"), context.InPath("key"), context));
        app.MapRead<ManagePages>("/manage/{token}/end",
            (pages, context) => pages.AskToEndAsync(context.InPath("token"), context.Request));
        app.MapPost<ManagePages>("/manage/{token}/resume",
            (pages, context) => pages.ResumeAsync(context.InPath("token"), context));
        app.MapPost<ManagePages>("/manage/{token}/end",
            (pages, context) => pages.EndAsync(context.InPath("token"), context));
    }

    private async Task<IResult> ShowAsync(string token, HttpRequest request) =>
        await HolderAsync(token, request.HttpContext.RequestAborted) is { } subscription
            ? await view.OfAsync(
                StatusCodes.Status200OK,
                subscription,
                PreferencesForm.Of(subscription.Preferences),
                [],
                null,
                token,
                request)
            : BadLink(request);

    private async Task<IResult> ChangeAsync(string token, HttpContext context)
    {
        if (await HolderAsync(token, context.RequestAborted) is not { } subscription)
        {
            return BadLink(context.Request);
        }

        var fields = await RequestBody.FormAsync(context.Request);
        var form = PreferencesForm.Of(fields);
        var problems = new List<Problem>();
        using var json = form.ToJson(channel: null);
        var asked = SubscriptionRequest.ReadPreview(json.RootElement, channels, problems);
        problems.AddRange(await UnknownDates.OfAsync(json.RootElement, dates, context.RequestAborted));
        if (asked is null || problems.Count > 0)
        {
            return await view.OfAsync(
                StatusCodes.Status400BadRequest,
                subscription,
                form,
                problems,
                null,
                token,
                context.Request);
        }

        if (fields["do"] == "preview")
        {
            return await view.OfAsync(
                StatusCodes.Status200OK,
                subscription,
                form,
                [],
                PreferencesText.Coming(
                    await preview.OfAsync(asked.Preferences, clock.Now, context.RequestAborted),
                    asked.Preferences,
                    root: null),
                token,
                context.Request);
        }

        await edits.EditAsync(subscription.Id, asked.Preferences, context.RequestAborted);
        return After("saved", token, context);
    }

    private async Task<IResult> TestAsync(string token, HttpContext context) =>
        await HolderAsync(token, context.RequestAborted) is { } subscription
            ? await edits.TestAsync(subscription.Id, context.RequestAborted) switch
            {
                null => After("", token, context),
                0 => After(subscription.Channel.IsMailbox ? "often" : "waiting", token, context),
                _ => After("tested", token, context),
            }
            : BadLink(context.Request);

    private async Task<IResult> RotateAsync(string token, HttpContext context) =>
        await HolderAsync(token, context.RequestAborted) is not { Channel.HasSecrets: true } subscription
            ? BadLink(context.Request)
        : await subscriptions.RotateSecretAsync(subscription.Id, context.RequestAborted) is not { } secret
            ? After("", token, context)
        : Page.Of(
            ManageTexts.RotatedTitle,
            Html.Of(
                $"""
                {SecretText.Once(secret, ManageTexts.RotatedLead)}
                <p>{ManageTexts.RotatedNext}</p>
                <p class="buttons"><a class="button" href="{Page.Root(
                    context.Request)}manage/{token}">{ManageTexts.BackToManage}</a></p>
                """
            ));

    private async Task<IResult> RecoverAsync(string token, HttpContext context)
    {
        if (await HolderAsync(token, context.RequestAborted) is not { } subscription)
        {
            return BadLink(context.Request);
        }

        await edits.RecoverAsync(subscription.Id, clock.Now - SubscriptionLimits.Recoverable, context.RequestAborted);
        return After("recovered", token, context);
    }

    private async Task<IResult> ResendAsync(string token, string key, HttpContext context)
    {
        if (await HolderAsync(token, context.RequestAborted) is not { } subscription)
        {
            return BadLink(context.Request);
        }

        if (subscription.Status == SubscriptionStatus.Ended)
        {
            return After("", token, context);
        }

        if (await deliveries.FindAsync(subscription.Id, key, context.RequestAborted) is not { } delivery)
        {
            return Page.Refusal(context.Request, StatusCodes.Status404NotFound, ManageTexts.NoSuchDelivery);
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

    private async Task<IResult> AskToEndAsync(string token, HttpRequest request)
    {
        if (await HolderAsync(token, request.HttpContext.RequestAborted) is not { } subscription)
        {
            return BadLink(request);
        }

        var back = $"{Page.Root(request)}manage/{token}";
        var (title, ask, button) = subscription.Status == SubscriptionStatus.Pending
            ? (SubscribeTexts.CancelRequestTitle, SubscribeTexts.CancelRequestAsk(subscription.Address),
                SubscribeTexts.CancelRequestButton)
            : (ManageTexts.EndTitle, ManageTexts.EndAsk(subscription.Address), ManageTexts.EndButton);
        return subscription.Status == SubscriptionStatus.Ended
            ? Page.SeeOther(request.HttpContext, $"manage/{token}")
            : Page.Of(
                title,
                Html.Of(
                    $"""
                    <p class="lead">{ask}</p>
                    {PreferencesText.Describe(subscription.Preferences)}
                    <form method="post" action="{back}/end">
                    <p class="buttons"><button class="stop">{button}</button>
                    <a class="button plain" href="{back}">{ManageTexts.Keep}</a></p></form>
                    """
                ));
    }

    private async Task<IResult> ResumeAsync(string token, HttpContext context)
    {
        if (await HolderAsync(token, context.RequestAborted) is not { } subscription)
        {
            return BadLink(context.Request);
        }

        return await edits.ResumeAsync(subscription.Id, context.RequestAborted) is not null
            ? After("resumed", token, context)
            : Page.Refusal(context.Request, StatusCodes.Status409Conflict, SubscribeTexts.UndoImpossible);
    }

    private async Task<IResult> EndAsync(string token, HttpContext context)
    {
        if (await HolderAsync(token, context.RequestAborted) is not { } subscription)
        {
            return BadLink(context.Request);
        }

        await edits.EndAsync(subscription.Id, context.RequestAborted);
        return After("", token, context);
    }

    /// <summary>Redirects to the page, which then says what was done, or that the subscription has ended.</summary>
    private static IResult After(string word, string token, HttpContext context) =>
        Page.SeeOther(context, $"manage/{token}{(word.Length > 0 ? "?done=" + word : "")}");

    private Task<Subscription?> HolderAsync(string token, CancellationToken cancel) =>
        owner.HolderAsync(TokenPurpose.Manage, token, cancel);

    private static Page BadLink(HttpRequest request) =>
        new(
            StatusCodes.Status404NotFound,
            SubscribeTexts.VoidTitle,
            Html.Of(
                $"<p class=\"lead\">{ManageTexts.BadLink}</p>"
                + $"<p><a  class=\"button\" href=\"{Page.Root(request)}manage\">{ManageTexts.Lost}</a></p>"
            ));
}
