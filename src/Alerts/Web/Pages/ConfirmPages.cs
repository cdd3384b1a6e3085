using Alerts.App;
using Alerts.Due;
using Alerts.Stores.Sqlite;
using Alerts.Subscriptions;
using NodaTime;

namespace Alerts.Web.Pages;

/// <summary><c>/confirm/{token}</c>: the second half of subscribing by mail. Opening it changes nothing; its button does.</summary>
internal sealed class ConfirmPages(OwnerAccess owner, SqliteSubscriptions subscriptions, Watcher watcher, ChangeSignal signal, ServiceClock clock)
{
    /// <summary>What is not confirmed by then has lapsed (product contract, section 6), whether or not it has been tidied away yet.</summary>
    private static readonly Duration LapsesAfter = Duration.FromDays(7);

    private const string VoidLink =
        "This link is not valid (any more): it lapses after 7 days, and when the subscription ends. Subscribe again to get a new one.";

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapRead("/confirm/{token}", (string token, HttpRequest request, ConfirmPages pages) => pages.Show(token, request));
        app.MapPost("/confirm/{token}", (string token, HttpContext context, ConfirmPages pages) => pages.Confirm(token, context));
    }

    private IResult Show(string token, HttpRequest request) => Holder(token) switch
    {
        null => Void(request),
        { Status: SubscriptionStatus.Pending } pending => Page.Of("Confirm your subscription", Html.Of(
            $"""
            <p>{pending.Address} asked to be told ahead of these dates. If that was you, press the button; if not, close this page and nothing will be sent.</p>
            {WishText.Describe(pending.Wish)}
            <form method="post" action="{token}"><p><button>Confirm</button></p></form>
            """)),
        _ => Done(),
    };

    private IResult Confirm(string token, HttpContext context)
    {
        if (Holder(token) is not { } subscription)
        {
            return Void(context.Request);
        }

        if (subscription.Status == SubscriptionStatus.Pending)
        {
            watcher.CatchUp(context.RequestAborted);
            if (subscriptions.Confirm(subscription.Id) is not { } confirmed)
            {
                return Void(context.Request);
            }

            subscription = confirmed;
            signal.Raise();
        }

        return Accepts.Json(context.Request)
            ? Answer.Object(StatusCodes.Status200OK, json => json.WriteString("status", subscription.Status.Word()))
            : Done();
    }

    private Subscription? Holder(string token) =>
        owner.Holder(TokenPurpose.Confirm, token) is { Status: not SubscriptionStatus.Ended } found
        && !(found.Status == SubscriptionStatus.Pending && clock.Now - found.CreatedAt >= LapsesAfter)
            ? found
            : null;

    private static Page Done() => Page.Of("Confirmed", Html.Of($"<p>The subscription is active. Every mail has a link to change or end it.</p>"));

    private static IResult Void(HttpRequest request) => Accepts.Json(request)
        ? Problems.NotFound(VoidLink)
        : Page.Refusal(request, StatusCodes.Status404NotFound, VoidLink);
}
