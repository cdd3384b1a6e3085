using Alerts.App;
using Alerts.Ledger;
using Alerts.Subscriptions;

namespace Alerts.Web.Pages;

/// <summary><c>/manage/{token}</c>: one subscription for its owner, with what comes next and what was sent.</summary>
internal sealed class ManagePages(OwnerAccess owner, Tokens tokens, Preview preview, IDeliveries deliveries, ServiceClock clock)
{
    private const int NextShown = 20;
    private const int LogShown = 100;

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapRead("/manage/{token}", (string token, HttpRequest request, ManagePages pages) => pages.ShowAsync(token, request));

    private async Task<Page> ShowAsync(string token, HttpRequest request)
    {
        if (await owner.HolderAsync(TokenPurpose.Manage, token, request.HttpContext.RequestAborted) is not { } subscription)
        {
            return Page.Refusal(request, StatusCodes.Status404NotFound, "This link is not valid; take the one at the foot of a newer mail.");
        }

        var log = await deliveries.OfAsync(subscription.Id, null, LogShown, request.HttpContext.RequestAborted);
        return Page.Of("Your subscription", Html.Of(
            $"""
            <p>{DateText.Badge(subscription.Status.Word())} {subscription.Channel} to {Destination(subscription)}</p>
            {WishText.Describe(subscription.Wish)}
            {await NextAsync(subscription, request)}
            {Calendar(subscription, request)}
            <h2>Sent so far</h2>
            {(log.Count == 0 ? Html.Of($"<p>Nothing yet.</p>") : Log(log.Select(item => item.Delivery), subscription, request))}
            {End(subscription, request)}
            """));
    }

    private static string Destination(Subscription subscription) => subscription.Address.Length > 0 ? subscription.Address : "an address that was erased";

    private async Task<Html> NextAsync(Subscription subscription, HttpRequest request)
    {
        if (!subscription.IsOwedAlerts)
        {
            return Html.Nothing;
        }

        var items = await preview.OfAsync(subscription.Wish, clock.Now, request.HttpContext.RequestAborted);
        return Html.Of(
            $"""
            <h2>Next reminders</h2>
            {(items.Count == 0 ? Html.Of($"<p>None for the dates known.</p>") : Html.Of(
                $"""
                <div class="scroll"><table>
                <thead><tr><th>When</th><th>Ahead by</th><th>Date</th></tr></thead>
                <tbody>
                {Html.Each(items.Take(NextShown), item => Html.Of(
                    $"""<tr><td>{Senders.TimeWords.Of(item.Due.DueAt, subscription.Wish.Zone)}</td><td>{item.Due.Lead.Text}</td><td><a href="{Page.Root(request)}dates/{item.KeyDate.Id}">{item.KeyDate.Title}</a></td></tr>"""))}
                </tbody></table></div>
                """))}
            """);
    }

    private static Html Log(IEnumerable<Delivery> log, Subscription subscription, HttpRequest request) => Html.Of(
        $"""
        <div class="scroll"><table>
        <thead><tr><th>Due</th><th>What</th><th>Date</th><th>State</th><th>Attempts</th></tr></thead>
        <tbody>
        {Html.Each(log, delivery => Html.Of(
            $"""
            <tr><td>{Senders.TimeWords.Of(delivery.DueAt, subscription.Wish.Zone)}</td>
            <td>{delivery.Kind.Word()} {(delivery.Kind.IsCorrection() ? "" : delivery.Lead)}</td>
            <td><a href="{Page.Root(request)}dates/{delivery.KeyDateId}">{delivery.KeyDateId}</a></td>
            <td>{DateText.Badge(delivery.State.Word())} <small>{delivery.Reason}</small></td>
            <td>{DateText.Number(delivery.Attempts.Count)}</td></tr>

            """))}
        </tbody></table></div>

        """);

    private Html Calendar(Subscription subscription, HttpRequest request) => !subscription.IsOwedAlerts ? Html.Nothing : Html.Of(
        $"""<p><a href="{Page.Root(request)}calendar/{tokens.Make(TokenPurpose.Calendar, subscription)}.ics">Your dates as a calendar</a> to subscribe to in any calendar program; whoever has this address can read it.</p>""");

    private Html End(Subscription subscription, HttpRequest request) => subscription.Status == SubscriptionStatus.Ended ? Html.Nothing : Html.Of(
        $"""
        <h2>End it</h2>
        <form method="post" action="{Page.Root(request)}unsubscribe/{tokens.Make(TokenPurpose.Unsubscribe, subscription)}"><p><button class="stop">Unsubscribe</button></p></form>
        """);
}
