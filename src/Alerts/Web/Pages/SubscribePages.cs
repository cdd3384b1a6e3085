using Alerts.Core;
using Alerts.Dates;
using Alerts.Senders;
using Alerts.Senders.Webhook;
using Alerts.Subscriptions;
using Alerts.Watch;
using Alerts.Web.Pages.Texts;

namespace Alerts.Web.Pages;

/// <summary><c>/subscribe</c>: one page to create a pending subscription, with a preview of its alerts.</summary>
internal sealed class SubscribePages(
    SubscriptionEdits edits, IKeyDates dates, ChoosableDates choosable, Preview preview, Tokens tokens,
        WebhookOptions webhooks, SubscribeLimits limits, RequestIdentities seeds,
    LocalAccess local, ServiceClock clock, PublicUrl publicUrl)
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapRead<SubscribePages>("/subscribe", (pages, context) =>
            pages.FormAsync(StatusCodes.Status200OK, PreferencesForm.Fresh(context.Request.Query), [], null, NewKey(),
            context.Request));
        app.MapPost<SubscribePages>("/subscribe", (pages, context) => pages.SubscribeAsync(context));
        app.MapPost<SubscribePages>("/subscribe/preview", (pages, context) => pages.PreviewAsync(context.Request));
    }

    private async Task<IResult> SubscribeAsync(HttpContext context)
    {
        var fields = await RequestBody.FormAsync(context.Request);
        var form = PreferencesForm.Of(fields);
        var key = IdempotencyKey.IsOne(fields["key"].ToString()) ? fields["key"].ToString() : NewKey();
        var problems = new List<Problem>();
        if (fields["do"] == "preview")
        {
            var shown = await ComingAsync(form, problems, context.RequestAborted);
            return await FormAsync(problems.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest,
                form, problems, shown, key, context.Request);
        }

        using var json = form.ToJson(withChannel: true);
        var asked = SubscriptionRequest.ReadNew(json.RootElement, url => WebhookUrl.Problem(url, webhooks), problems);
        problems.AddRange(asked is null ? [] : await UnknownDates.OfAsync(asked, dates, context.RequestAborted));
        if (problems.Count > 0 || asked is not { Address: { } address })
        {
            return await FormAsync(StatusCodes.Status400BadRequest, form, problems, null, key, context.Request);
        }

        if (asked.Channel == "email" && form.AsWritten != form.Address && MailAddressHint.Of(address) is { } hint)
        {
            var once = form with { AsWritten = form.Address };
            return await FormAsync(
                StatusCodes.Status400BadRequest,
                once,
                [new Problem("/channel/address", hint)],
                null,
                key,
                context.Request);
        }

        var admission = limits.Admit(context, asked.Channel == "email" ? address : asked.Contact);
        if (admission == Admission.Refused)
        {
            return await FormAsync(StatusCodes.Status429TooManyRequests, form,
                [new Problem("", SubscribeTexts.TooOften)], null, key, context.Request);
        }

        if (asked.Channel == "email")
        {
            if (admission == Admission.Granted)
            {
                await edits.SubscribeEmailAsync(
                    address,
                    asked.Preferences,
                    SubscriptionIdentity.Random(),
                    context.RequestAborted);
            }

            return CheckYourMail(address, context.Request);
        }

        // For an email, submitting the form again asks for the mail again. A webhook is created only once.
        if (await seeds.OfAsync(key, "webhook", json.RootElement.GetRawText(), context) is not { } identity
            || await edits.SubscribeWebhookAsync(
                address,
                asked.Format,
                asked.Preferences,
                admission == Admission.Granted ? asked.Contact : null,
                identity,
                context.RequestAborted)
                is not { } made)
        {
            return await FormAsync(StatusCodes.Status409Conflict, form, [new Problem("", SubscribeTexts.SentBefore)],
                null, NewKey(), context.Request);
        }

        return WebhookMade(made with { Generation = 1 }, identity, context.Request);
    }

    private async Task<IResult> PreviewAsync(HttpRequest request)
    {
        var form = PreferencesForm.Of(await RequestBody.FormAsync(request));
        var problems = new List<Problem>();
        var shown = await ComingAsync(form, problems, request.HttpContext.RequestAborted);
        return new Fragment(
            problems.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest,
            shown
                ?? Html.Of(
                    $"""<p>{PreferencesTexts.PreviewWrong}</p><ul>{Html.Each(problems, problem =>
                        Html.Of($"<li>{problem.Detail}</li>"))}</ul>"""
                ));
    }

    /// <summary>The preview of a form; null if there are problems.</summary>
    private async Task<Html?> ComingAsync(PreferencesForm form, List<Problem> problems, CancellationToken cancel)
    {
        using var json = form.ToJson(withChannel: false);
        if (SubscriptionRequest.ReadPreview(json.RootElement, _ => null, problems) is not { } asked)
        {
            return null;
        }

        problems.AddRange(await UnknownDates.OfAsync(asked, dates, cancel));
        return problems.Count > 0
            ? null
            : PreferencesText.Coming(
                await preview.OfAsync(asked.Preferences, clock.Now, cancel),
                asked.Preferences,
                root: null);
    }

    private async Task<IResult> FormAsync(int status, PreferencesForm form, IReadOnlyList<Problem> problems,
        Html? coming, string key, HttpRequest request)
    {
        var errors = new FieldErrors(problems);
        return new Page(
            status,
            SubscribeTexts.Title,
            Html.Of(
                $"""
                <p class="lead">{SubscribeTexts.Lead}</p>
                {errors.Summary()}
                <form class="columns" method="post" action="{Page.Root(request)}subscribe" data-preview="{Page.Root(
                    request)}subscribe/preview" novalidate>
                <input type="hidden" name="key" value="{key}">
                <div>
                {PreferencesFields.Channel(form, errors)}
                {PreferencesFields.Preferences(
                    form,
                    errors,
                    await choosable.AllAsync(request.HttpContext.RequestAborted))}
                </div>
                <section class="beside" aria-label="{PreferencesTexts.Preview}" tabindex="0">
                <h2>{PreferencesTexts.Preview}</h2>
                <div id="preview" aria-live="polite">{coming
                    ?? Html.Of($"<p class=\"soft\">{PreferencesTexts.PreviewWaits}</p>")}</div></section>
                <div class="buttons"><button name="do" value="subscribe">{SubscribeTexts.Button}</button>
                <button class="plain without-script" name="do" value="preview">{PreferencesTexts.PreviewButton}</button>
                </div>
                </form>
                """
            ));
    }

    /// <summary>A key for the form, so that submitting it twice creates one subscription.</summary>
    private static string NewKey() => Guid.NewGuid().ToString("N");

    // The text is the same whether or not the address is known.
    private Page CheckYourMail(string address, HttpRequest request) =>
        Page.Of(
            SubscribeTexts.MailTitle,
            Html.Of(
                $"""
                <p class="lead">{SubscribeTexts.MailSent(address)}</p>
                <p>{SubscribeTexts.MailNext}</p>
                <p class="soft">{SubscribeTexts.MailMissing}</p>
                {Html.If(
                    local.OpensOutbox(request),
                    Html.Of(
                        $"<p class=\"note\">{SubscribeTexts.OutboxHint} "
                        + $"<a href=\"{Page.Root(request)}outbox\">{SubscribeTexts.OutboxLink}</a></p>"
                    ))}
                """
            ));

    private Page WebhookMade(Subscription made, SubscriptionIdentity identity, HttpRequest request)
    {
        var manage = "manage/" + tokens.Make(TokenPurpose.Manage, made);
        return new Page(StatusCodes.Status201Created, SubscribeTexts.WebhookTitle, Html.Of(
            $"""
            <h2>{SubscribeTexts.SecretTitle}</h2>
            {SecretText.Once(identity.Secret, SubscribeTexts.SecretLead)}
            <h2>{SubscribeTexts.ManageTitle}</h2>
            {SecretText.Once(publicUrl.At("/" + manage), SubscribeTexts.ManageLead)}
            <h2>{SubscribeTexts.VerifyTitle}</h2>
            <p>{SubscribeTexts.VerifyLead}</p>
            <p class="buttons"><a class="button" href="{Page.Root(request)}{manage}">{SubscribeTexts.OpenManage}</a></p>
            """));
    }
}
