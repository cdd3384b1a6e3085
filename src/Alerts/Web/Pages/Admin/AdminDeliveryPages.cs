using Alerts.Due;
using Alerts.Ledger;
using Alerts.Senders;
using Alerts.Watch;

namespace Alerts.Web.Pages.Admin;

/// <summary>
/// <c>/admin/deliveries</c>: all deliveries with their outcomes. Failed and expired ones can be sent again.
/// </summary>
internal sealed class AdminDeliveryPages(
    AdminForms forms, IDeliveries deliveries, SubscriptionEdits edits, DateTitles titles) : IEndpoints
{
    private const int PageSize = 50;

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapMethods("/admin/deliveries", Verbs.Read, ListAsync);
        app.MapPost("/admin/resend", ResendAsync);
    }

    private Task<IResult> ListAsync(HttpRequest request) => forms.ShowAsync(request, async () =>
        {
            var query = new Query();
            var (state, kind) = (query.State(request.Query["state"]), query.Kind(request.Query["kind"]));
            var ofKind = kind is { } chosen ? $"kind={chosen.Word()}&" : "";
            var found = await deliveries.ListAsync(
                new DeliveryFilter(state, kind),
                query.Cursor(request.Query["cursor"], position => position),
                PageSize + 1,
                request.HttpContext.RequestAborted);
            var shown = found.Take(PageSize).ToList();
            var named = await titles.OfAsync(shown, request.HttpContext.RequestAborted);
            return AdminForms.Page("Deliveries", Html.Of(
                $"""
                {Done(request)}
                <p class="topics filter"><a class="topic" href="deliveries"{Html.If(
                    state is null, Html.Of($" aria-current=\"true\""))}>all</a>
                {Html.Each(Enum.GetValues<DeliveryState>(), one =>
                    Html.Of(
                        $"""<a class="topic" href="deliveries?{ofKind}state={one.Word()}"{Html.If(
                            state == one, Html.Of($" aria-current=\"true\""))}>{one.Word()}</a> """))}</p>
                {(shown.Count == 0 ? Html.Of($"<p>None yet.</p>") : Table(shown, named, state, request))}
                {Html.Maybe(found.Count > PageSize ? shown[^1].Position : null, last => Html.Of(
                    $"<p><a href=\"deliveries?{ofKind}{(state is { } kept ? $"state={kept.Word()}&" : "")}"
                    + $"cursor={Query.Cursor(last)}\">Older ones</a></p>"))}
                """));
        });

    private Task<IResult> ResendAsync(HttpContext context, CancellationToken cancel) =>
        forms.TakeAsync(context.Request, async form =>
        {
            var isQueued =
                await deliveries.FindAsync(
                    form["subscription"].ToString(), form["key"].ToString(), cancel)
                    is { } delivery
                && await edits.ResendAsync(delivery, cancel) == Resent.Queued;
            return Page.SeeOther(context, "admin/deliveries?done=" + (isQueued ? "resent" : "not"));
        });

    private static Html Done(HttpRequest request) => request.Query["done"].ToString() switch
    {
        "resent" => Html.Done("We are sending it again."),
        "not" => Html.Of(
            $"<p class=\"note warn\" role=\"status\">It cannot be sent again: "
            + $"it is still being sent, or its date has changed since.</p>"),
        _ => Html.Nothing,
    };

    private Html Table(
        List<ListedDelivery> shown, IReadOnlyDictionary<string, string> named, DeliveryState? state,
        HttpRequest request) =>
        Html.Table(
            Html.Of($"aria-label=\"Deliveries {state?.Word()}\""),
            Html.Each(shown, item => Row(item.Delivery, named, request)),
            ["Due", "What", "Date", "Subscription", "State", "Attempts"],
            DeliveryLog.Resend);

    private static bool HasGivenUp(Delivery delivery) =>
        delivery is { Kind: not AlertKind.Service, State: DeliveryState.Failed or DeliveryState.Expired };

    private Html Row(Delivery delivery, IReadOnlyDictionary<string, string> named, HttpRequest request) => Html.Of(
        $"""
        <tr><td>{TimeWords.Of(delivery.DueAt, DateTimeZone.Utc)}</td><td>{DeliveryLog.What(delivery)}</td>
        <td>{DeliveryLog.DateLink(delivery, named, "")}</td>
        <td>{delivery.Channel} <small class="block mono">{delivery.SubscriptionId}</small></td>
        <td class="state">{DeliveryLog.State(delivery)}</td>
        <td class="attempts">{DeliveryLog.Attempts(delivery, DateTimeZone.Utc)}</td>
        <td>{Html.If(HasGivenUp(delivery), Html.Of(
            $"""<form method="post" action="resend">{forms.Token(request)}"""
            + $"""{Html.Hidden("subscription", delivery.SubscriptionId)}{Html.Hidden("key", delivery.Key)}"""
            + $"""<button class="plain small">{DeliveryLog.Resend}</button></form>"""))}</td></tr>

        """);
}
