using Alerts.Dates;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Senders;
using Alerts.Senders.Email.Texts;
using Alerts.Subscriptions;

namespace Alerts.Web.Pages;

/// <summary>The deliveries of a subscription with their outcomes and all attempts, newest first, as a table.</summary>
internal static class DeliveryLog
{
    /// <summary>The button that sends a delivery again.</summary>
    public const string Resend = "Send again";

    /// <summary>The position after which the requested page begins; null for the newest page.</summary>
    public static string? After(HttpRequest request) =>
        new Query().Cursor(request.Query["cursor"], position => position);

    /// <param name="found">The deliveries, with one more than is shown if there are older ones.</param>
    public static Html Of(
        IReadOnlyList<ListedDelivery> found, int most, Subscription subscription,
        IReadOnlyDictionary<string, string> titles, string here, string root) =>
        Html.Of(
            $"""
            <h2 id="log">Sent so far</h2>
            {(found.Count == 0 ? Html.Of($"<p>Nothing yet.</p>") : Table(
                [.. found.Take(most).Select(item => item.Delivery).Where(IsOfInterest)],
                subscription, titles, here, root))}
            {Html.Maybe(found.Count > most ? found[most - 1].Position : null, last => Html.Of(
                $"<p><a href=\"{here}?cursor={Query.Cursor(last)}#log\">Older ones</a></p>"))}
            """);

    /// <summary>The state as a badge, with its reason.</summary>
    public static Html State(Delivery delivery) =>
        Html.Of($"{DateText.Badge(delivery.State.Word())} <small dir=\"auto\">{delivery.Reason}</small>");

    /// <summary>The attempts with the responses of the receiver, folded.</summary>
    public static Html Attempts(Delivery delivery, DateTimeZone zone) => delivery.Attempts.Count == 0
        ? Html.Of($"0")
        : Html.Of(
            $"""
            <details><summary>{delivery.Attempts.Count}</summary><ol>
            {Html.Each(delivery.Attempts, attempt => Item(attempt, zone))}
            </ol></details>
            """);

    /// <summary>The kind of a delivery: <c>reminder, 7 days before</c>; <c>date moved</c>.</summary>
    public static string What(Delivery delivery) =>
        delivery.Kind == AlertKind.Reminder && LeadText.TryParse(delivery.Lead, out var lead, out _)
            ? $"{Kind(delivery.Kind)}, {PreferencesWords.Words(lead)}"
            : delivery.Purpose ?? Kind(delivery.Kind);

    /// <summary>A link to the date's page; nothing for a service message.</summary>
    public static Html DateLink(Delivery delivery, IReadOnlyDictionary<string, string> titles, string root) =>
        delivery.Kind == AlertKind.Service
            ? Html.Nothing
            : Html.Of(
                $"<a href=\"{root}dates/{delivery.KeyDateId}\">"
                + $"<bdi>{titles.GetValueOrDefault(delivery.KeyDateId, delivery.KeyDateId)}</bdi></a>");

    private static string Kind(AlertKind kind) => kind switch
    {
        AlertKind.Reminder => "reminder",
        AlertKind.Rescheduled => "date moved",
        AlertKind.Cancelled => "date cancelled",
        _ => kind.Word(),
    };

    private static Html Item(Attempt attempt, DateTimeZone zone)
    {
        var outcome = attempt.Status is { } status ? Html.Of($"{status}")
            : attempt.Outcome == AttemptOutcome.Delivered ? Html.Of($"delivered")
            : Html.If(string.IsNullOrEmpty(attempt.Response), Html.Of($"no answer"));
        return Html.Of(
            $"""<li>{TimeWords.Of(attempt.At, zone)}: {outcome} """
            + $"""<small class="block" dir="auto">{attempt.Response}</small></li>""");
    }

    /// <summary>
    /// Whether its next attempt is later than it was due: it is being retried, or held back by a limit.
    /// </summary>
    private static bool IsLate(Delivery delivery) =>
        delivery.State == DeliveryState.Retrying
            || (delivery is { State: DeliveryState.Queued, Kind: AlertKind.Service }
            && delivery.NextAttemptAt > delivery.DueAt);

    /// <summary>
    /// Not of interest is a warning that waits to see whether the endpoint goes on failing; usually it is never sent.
    /// </summary>
    private static bool IsOfInterest(Delivery delivery) =>
        delivery.State != DeliveryState.Queued || delivery.Purpose != ServiceMessage.Warning.Purpose();

    private static Html Table(
        IReadOnlyList<Delivery> log, Subscription subscription, IReadOnlyDictionary<string, string> titles,
        string here, string root) =>
        Html.Table(
            Html.Of($"aria-labelledby=\"log\""),
            Html.Each(log, delivery => Row(delivery, subscription, titles, here, root)),
            ["Due", "What", "Date", "State", "Attempts"],
            Resend);

    private static Html Next(Delivery delivery, DateTimeZone zone) =>
        IsLate(delivery) && delivery.NextAttemptAt is { } next
            ? Html.Of($"<small class=\"block\">next attempt {TimeWords.Of(next, zone)}</small>")
            : Html.Nothing;

    private static Html Row(
        Delivery delivery, Subscription subscription, IReadOnlyDictionary<string, string> titles, string here,
        string root)
    {
        var zone = subscription.Preferences.Zone;
        var mayResend = delivery.Kind != AlertKind.Service && subscription.Status != SubscriptionStatus.Ended
            && delivery.State is (DeliveryState.Delivered or DeliveryState.Failed or DeliveryState.Expired);
        return Html.Of(
            $"""
            <tr><td>{TimeWords.Of(delivery.DueAt, zone)}</td>
            <td>{What(delivery)}</td>
            <td>{DateLink(delivery, titles, root)}</td>
            <td class="state">{State(delivery)}{Next(delivery, zone)}</td>
            <td class="attempts">{Attempts(delivery, zone)}</td>
            <td>{Html.If(mayResend, Html.Of(
                $"<form method=\"post\" action=\"{here}/resend/{delivery.Key}\">"
                + $"<button class=\"plain small\">{Resend}</button></form>"))}</td></tr>

            """);
    }
}

/// <summary>Finds the titles of the dates that a list of deliveries names.</summary>
internal sealed class DateTitles(IKeyDates dates)
{
    /// <summary>The current title of each date, by id.</summary>
    public async Task<IReadOnlyDictionary<string, string>> OfAsync(
        IEnumerable<ListedDelivery> deliveries, CancellationToken cancel)
    {
        var ids = deliveries.Select(item => item.Delivery).Where(delivery => delivery.Kind != AlertKind.Service)
            .Select(delivery => delivery.KeyDateId).Distinct(StringComparer.Ordinal);
        var found = await Task.WhenAll(ids.Select(id => dates.FindAsync(id, cancel)));
        return found.OfType<DateVersion>().ToDictionary(date => date.KeyDate.Id, date => date.KeyDate.Title);
    }
}
