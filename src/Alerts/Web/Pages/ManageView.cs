using Alerts.Due;
using Alerts.Ledger;
using Alerts.Senders;
using Alerts.Subscriptions;
using Alerts.Web.Pages.Channels;

namespace Alerts.Web.Pages;

/// <summary>Renders the page of a subscription.</summary>
internal sealed class ManageView(
    Tokens tokens, ChoosableDates choosable, Preview preview, IDeliveries deliveries, DateTitles titles,
    AllChannelPages channelPages, ServiceClock clock)
{
    private const int LogShown = 50;

    /// <summary>Maximum number of failed deliveries searched for some that can be recovered.</summary>
    private const int MaxFailed = 200;

    /// <param name="token">The manage token of the link.</param>
    /// <param name="form">The content of the form to change the subscription.</param>
    /// <param name="problems">The problems of the form.</param>
    /// <param name="tried">
    /// A preview of the form's content; null to show the alerts of the subscription as it is.
    /// </param>
    public async Task<Page> OfAsync(
        string token, HttpContext context, PreferencesForm form, IReadOnlyList<Problem> problems, Html? tried = null)
    {
        var (subscription, request, cancel) = (context.OwnSubscription(), context.Request, context.RequestAborted);
        var root = Page.Root(request);
        var here = $"{root}manage/{token}";
        var hasEnded = subscription.Status == SubscriptionStatus.Ended;
        var errors = new FieldErrors(FormProblems.InWords(problems, form));
        var log = await deliveries.OfAsync(
            subscription.Id, DeliveryFilter.All, DeliveryLog.After(request), LogShown + 1, cancel);
        var named = await titles.OfAsync(log, cancel);
        var missed = !hasEnded && await HasMissedAsync(subscription, cancel);
        var status = problems.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest;
        return new Page(status, "Your subscription", Html.Of(
            $"""
            {Html.Done(Done(request.Query["done"]))}
            <p class="lead">{DateText.Badge(subscription.Status.Word())} {PagesOf(subscription).To} <bdi>{(
                subscription.Address.Length > 0 ? subscription.Address : "an address that was erased")}</bdi></p>
            {await NoteAsync(subscription, here, root, cancel)}
            {errors.Summary()}
            {(hasEnded
                ? PreferencesText.Describe(subscription.Preferences)
                : await FormAsync(subscription, form, errors, tried, here, root, cancel))}
            {DeliveryLog.Of(log, LogShown, subscription, named, here, root)}
            {Html.If(!hasEnded, Html.Of(
                $"{Check(subscription, here, missed)}{Secret(subscription, here)}{End(subscription, here)}"))}
            """));
    }

    /// <summary>What was just done, by the word in the URL; null for an unknown word.</summary>
    private static string? Done(string? word) => word switch
    {
        "saved" => "Saved.",
        "resumed" => UnsubscribePages.Undone,
        "tested" => "We are sending a message.",
        "resent" => "We are sending it again.",
        "recovered" => "We are sending what still matters.",
        "nothing" => "Nothing was sent: none of the missed alerts still matters.",
        "superseded" => "The date has changed since. That alert is no longer true, so it is not sent again.",
        "underway" => "That alert is still being sent. Only delivered, failed and expired ones can be sent again.",
        "service" => "That is not an alert. Use the button below to send a test or the verification again.",
        "waiting" => "A verification is already waiting to be sent. The list below says when.",
        "often" => "Nothing was sent: the confirmation was sent three times within an hour already. "
            + "Look in the spam folder, or try again later.",
        _ => null,
    };

    private ChannelPages PagesOf(Subscription subscription) => channelPages.Of(subscription);

    private async Task<Html> NoteAsync(Subscription subscription, string here, string root, CancellationToken cancel) =>
        subscription.Status switch
        {
            SubscriptionStatus.Pending => Html.Of(
                $"""
                <div class="note warn"><p>{PagesOf(subscription).Pending(subscription)}</p>
                {(subscription.Channel.OptIn == ServiceMessage.Verification
                    ? await LastAnswerAsync(subscription, cancel)
                    : Html.Nothing)}</div>
                """),
            SubscriptionStatus.Disabled => Html.Of(
                $"<p class=\"note stop\">Your endpoint is disabled: it failed for days, or it answered 410. "
                + $"Repair it, then send the verification again. Once it answers, alerts go out again.</p>"),
            SubscriptionStatus.Ended => Html.Of(
                $"""
                <div class="note"><p>{UnsubscribePages.EndedRequest(subscription)
                    ?? "This subscription has ended. You will get no more alerts from it."}</p>
                {(subscription.CanResume(clock.Now)
                    ? Html.Of($"<p>{UnsubscribePages.UndoLead}</p><form method=\"post\" action=\"{here}/resume\">"
                        + $"<button class=\"plain\">Undo</button></form>")
                    : Html.Of($"<p><a href=\"{root}subscribe\">Subscribe again</a></p>"))}</div>
                """),
            SubscriptionStatus.Active => Html.Nothing,
            _ => throw new ArgumentOutOfRangeException(nameof(subscription)),
        };

    /// <summary>The response of a pending endpoint to the latest verification, and what is wrong with it.</summary>
    private async Task<Html> LastAnswerAsync(Subscription subscription, CancellationToken cancel)
    {
        var sent = await deliveries.OfAsync(
            subscription.Id, new DeliveryFilter(Kind: AlertKind.Service), after: null, LogShown, cancel);
        var attempt = sent.Select(item => item.Delivery).Where(IsVerification)
            .SelectMany(delivery => delivery.Attempts).MaxBy(one => one.At);
        if (attempt is null)
        {
            return Html.Of($"<p>The verification has not been sent yet.</p>");
        }

        var at = TimeWords.Of(attempt.At, subscription.Preferences.Zone);
        return attempt.Status is { } status
            ? Html.Of($"<p dir=\"auto\">It answered {status} ({at}): {attempt.Response}</p>")
            : Html.Of($"<p dir=\"auto\">The last attempt failed ({at}): {attempt.Response}</p>");
    }

    private static bool IsVerification(Delivery delivery) => delivery.Purpose == ServiceMessage.Verification.Purpose();

    /// <summary>Whether alerts failed while the endpoint was disabled and can be recovered now.</summary>
    private async Task<bool> HasMissedAsync(Subscription subscription, CancellationToken cancel)
    {
        if (subscription is not { Channel.IsPersonal: false, Status: SubscriptionStatus.Active })
        {
            return false;
        }

        var failed = await deliveries.OfAsync(
            subscription.Id, new DeliveryFilter(DeliveryState.Failed, IsAlertsOnly: true), after: null,
            MaxFailed, cancel);
        return failed.Any(item =>
            item.Delivery.Reason == EndReasons.EndpointDisabled
            && item.Delivery.DueAt > clock.Now - SubscriptionLimits.Recoverable);
    }

    private async Task<Html> FormAsync(
        Subscription subscription, PreferencesForm form, FieldErrors errors, Html? tried, string here, string root,
        CancellationToken cancel)
    {
        var coming = tried
            ?? PreferencesText.Coming(
                await preview.OfAsync(subscription.Preferences, clock.Now, cancel),
                subscription.Preferences);
        var title = subscription.Status == SubscriptionStatus.Pending
            ? PagesOf(subscription).ComingOncePending : "What is coming";
        return Html.Of(
            $"""
            <form class="columns" method="post" action="{here}" data-preview="{root}subscribe/preview" novalidate>
            <section class="beside" aria-label="{title}" tabindex="0"><h2>{title}</h2>
            <div id="preview" aria-live="polite">{coming}</div></section>
            <div>{PreferencesText.Describe(subscription.Preferences)}<details{Html.If(!errors.IsEmpty
                || tried is not null, Html.Of($" open"))}><summary class="button-like">Change your alerts</summary>
            {PreferencesFields.Preferences(form, errors, await choosable.AllAsync(cancel))}
            <div class="buttons"><button name="do" value="save">Save</button>
            <button class="plain without-script" name="do" value="preview">Preview</button>
            </div>
            </details>
            {Calendar(subscription, tokens, root)}</div>
            </form>
            """);
    }

    /// <summary>The link to the subscription's own calendar.</summary>
    public static Html Calendar(Subscription subscription, Tokens tokens, string root) => Html.Of(
        $"""
        <p><a href="{root}calendar/{tokens.Make(TokenPurpose.Calendar, subscription)}.ics">Your dates as a calendar</a>
        <span class="hint">Add this address to any calendar program. Everyone who has it can read it.</span></p>
        """);

    private Html Check(Subscription subscription, string here, bool hasMissed) => Html.Of(
        $"""
        <h2>Check that alerts arrive</h2>
        <div class="card"><p>Send one message now to see whether it arrives.</p>
        <form method="post" action="{here}/test"><button class="plain">{(
            subscription.Status == SubscriptionStatus.Active
                ? "Send a test"
                : PagesOf(subscription).AskAgain)}</button></form>
        {Html.If(hasMissed, Html.Of(
            $"<p>Alerts that fell due while your endpoint was disabled are kept for 14 days. "
            + $"You can have those that still matter sent now.</p><form method=\"post\" action=\"{here}/recover\">"
            + $"<button class=\"plain\">Send what was missed</button></form>"))}
        </div>
        """);

    private Html Secret(Subscription subscription, string here)
    {
        if (!subscription.Channel.HasSecrets)
        {
            return Html.Nothing;
        }

        var old = subscription
            .Secrets.Select(secret => secret.ReplacedAt + SubscriptionLimits.ReplacedSecret)
            .OfType<Instant>()
            .Where(until => until > clock.Now)
            .ToList();
        return Html.Of(
            $"""
            <h2>Signing secret</h2>
            <div class="card"><p>{"After you make a new secret, messages are signed with both for 24 hours, "
                + "so you can switch without losing any."}</p>
            {Html.If(old.Count > 0, Html.Of(
                $"<p>Besides the newest secret, these still sign:</p>{Html.List(old.Select(until =>
                    $"a replaced one, until {TimeWords.Of(until, subscription.Preferences.Zone)}"))}"))}
            <form method="post" action="{here}/rotate-secret"><button class="plain">Make a new secret</button>
            </form></div>
            """);
    }

    private static Html End(Subscription subscription, string here)
    {
        var (title, lead, button) = subscription.Status == SubscriptionStatus.Pending
            ? (UnsubscribePages.CancelRequest,
                "If you do not want these alerts, cancel the request. Nothing more is sent.",
                UnsubscribePages.CancelRequest + " …")
            : ("End your alerts",
                "Nothing more is sent from then on. For 30 days you can undo it; then the address is erased.",
                "End the subscription …");
        return Html.Of(
            $"""
            <h2>{title}</h2>
            <div class="card"><p>{lead}</p>
            <p><a class="button stop" href="{here}/end">{button}</a></p></div>
            """);
    }
}
