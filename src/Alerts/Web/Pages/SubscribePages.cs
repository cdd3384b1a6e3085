using Alerts.Dates;
using Alerts.Senders;
using Alerts.Subscriptions;
using Alerts.Watch;
using Alerts.Web.Pages.Channels;

namespace Alerts.Web.Pages;

/// <summary><c>/subscribe</c>: one page to create a pending subscription, with a preview of its alerts.</summary>
internal sealed class SubscribePages(
    SubscriptionEdits edits, IKeyDates dates, ChoosableDates choosable, Preview preview, ChannelKinds channels,
    AllChannelPages channelPages, SubscribeLimits limits, RequestIdentities identities, ServiceClock clock)
    : IEndpoints
{
    /// <summary>The problem of a client that asks too often.</summary>
    public static readonly Problem TooOften = new(
        "", "Too many requests from your network. Nothing was sent. Try again in an hour.");

    private static readonly Problem SentBefore = new(
        "", "You already sent this form with different choices. Send it again to make another subscription.");

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapMethods("/subscribe", Verbs.Read, ShowAsync);
        app.MapPost("/subscribe", SubscribeAsync);
        app.MapPost("/subscribe/preview", PreviewAsync);
    }

    private Task<IResult> ShowAsync(HttpRequest request, HttpResponse response)
    {
        // The browser may keep the page for its Back button, with the key: sending it again makes nothing twice. Where
        // it loads the page again, the script restores the key.
        response.Headers.CacheControl = "private, no-cache";
        return FormAsync(StatusCodes.Status200OK, PreferencesForm.Fresh(request.Query), [], null, NewKey(), request);
    }

    private async Task<IResult> SubscribeAsync(HttpContext context, CancellationToken cancel)
    {
        var fields = await RequestBody.FormAsync(context.Request);
        var form = PreferencesForm.Of(fields);
        var key = IdempotencyKey.IsOne(fields["key"].ToString()) ? fields["key"].ToString() : NewKey();
        var problems = new List<Problem>();
        if (fields["do"] == "preview")
        {
            var shown = await ComingAsync(form, problems, cancel);
            return await FormAsync(StatusOf(problems), form, problems, shown, key, context.Request);
        }

        var pages = channelPages.ChosenIn(form);
        using var json = form.ToJson(pages);
        var asked = SubscriptionRequest.ReadNew(json.RootElement, channels, problems);
        problems.AddRange(await UnknownDates.OfAsync(json.RootElement, dates, cancel));
        var written = form.Field(pages.TargetField);
        if (form.AsWritten != written && pages.Doubt(form) is { } doubt)
        {
            problems.Add(doubt);
            form = form with { AsWritten = written };
        }

        if (problems.Count > 0 || asked is not { Target: { } target })
        {
            return await FormAsync(StatusCodes.Status400BadRequest, form, problems, null, key, context.Request);
        }

        var admission = limits.Admit(context, target.Person);
        if (admission == Admission.Refused)
        {
            return await FormAsync(StatusCodes.Status429TooManyRequests, form,
                [TooOften], null, key, context.Request);
        }

        if (target.Channel.IsPersonal)
        {
            if (admission == Admission.Granted)
            {
                await edits.SubscribeAsync(
                    target, asked.Preferences, SubscriptionIdentity.Random(), cancel);
            }

            return pages.Subscribed(target, made: null, context.Request);
        }

        // A person who submits the form again asks for the message again. Of an endpoint, it creates one subscription.
        if (await identities.OfAsync(key, target.Channel, json.RootElement.GetRawText(), context) is not { } identity
            || await edits.SubscribeAsync(
                admission == Admission.Granted ? target : target with { Contact = null },
                asked.Preferences,
                identity,
                cancel)
                is not { } made)
        {
            return await FormAsync(StatusCodes.Status409Conflict, form, [SentBefore], null, NewKey(), context.Request);
        }

        return pages.Subscribed(target, new ChannelPages.Made(made with { Generation = 1 }, identity), context.Request);
    }

    private async Task<IResult> PreviewAsync(HttpRequest request)
    {
        var form = PreferencesForm.Of(await RequestBody.FormAsync(request));
        var problems = new List<Problem>();
        var shown = await ComingAsync(form, problems, request.HttpContext.RequestAborted);
        var fragment = shown ?? Html.Of(
            $"<p>To see your alerts:</p>{Html.List(
                FormProblems.InWords(problems, form).Select(problem => problem.Detail))}");
        return Results.Text(fragment.Markup, "text/html; charset=utf-8", statusCode: StatusOf(problems));
    }

    /// <summary>The preview of a form; null if there are problems.</summary>
    private async Task<Html?> ComingAsync(PreferencesForm form, List<Problem> problems, CancellationToken cancel)
    {
        return await form.ReadAsync(channels, dates, problems, cancel) is { } preferences
            ? PreferencesText.Coming(await preview.OfAsync(preferences, clock.Now, cancel), preferences) : null;
    }

    private async Task<IResult> FormAsync(int status, PreferencesForm form, IReadOnlyList<Problem> problems,
        Html? coming, string key, HttpRequest request)
    {
        var errors = new FieldErrors(FormProblems.InWords(problems, form));
        return new Page(status, "Get alerts", Html.Of(
            $"""
            <p class="lead">{"Be alerted ahead of key dates, as early as you like, at an hour you choose. "
                + "No account and no password: every email has links to change or end your alerts."}</p>
            {errors.Summary()}
            <form class="columns" method="post" action="{Page.Root(request)}subscribe" data-preview="{Page.Root(
                request)}subscribe/preview" novalidate>
            <input type="hidden" name="key" value="{key}" data-kept>
            <div>
            {PreferencesFields.Channel(channelPages, form, errors)}
            {PreferencesFields.Preferences(form, errors, await choosable.AllAsync(request.HttpContext.RequestAborted))}
            </div>
            <section class="beside" aria-label="What you will get" tabindex="0">
            <h2>What you will get</h2>
            <div id="preview" aria-live="polite">{coming
                ?? Html.Of($"<p class=\"soft\">Fill in the form to see every alert you would get.</p>")}</div></section>
            <div class="buttons"><button name="do" value="subscribe">Subscribe</button>
            <button class="plain without-script" name="do" value="preview">Preview</button>
            </div>
            </form>
            """));
    }

    private static int StatusOf(List<Problem> problems) =>
        problems.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest;

    /// <summary>A key for the form, so that submitting it twice creates one subscription.</summary>
    private static string NewKey() => Guid.NewGuid().ToString("N");
}
