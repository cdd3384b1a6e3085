using Alerts.Ledger;
using Alerts.Sources;

namespace Alerts.Web.Pages.Admin;

/// <summary><c>/admin</c>: signing in and out, and the service's statistics.</summary>
internal sealed class AdminPages(
    AdminForms forms, AdminSession session, SignInLimit limit, Stats stats, ServiceHealth health,
    SourceFailures failures) : IEndpoints
{
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapMethods("/admin", Verbs.Read, ShowAsync);
        app.MapPost("/admin/sign-in", SignInAsync);
        app.MapPost("/admin/sign-out", SignOutAsync);
    }

    private async Task<IResult> SignInAsync(HttpContext context, HttpRequest request)
    {
        var form = await RequestBody.FormAsync(request);
        switch (limit.Judge(context, form["key"].ToString()))
        {
            case SignInVerdict.Right:
                session.Begin(context.Response);
                return Page.SeeOther(context, "admin");
            case SignInVerdict.Wrong:
                return forms.SignIn(
                    request, StatusCodes.Status401Unauthorized,
                    "That is not the admin key. "
                    + "It is in the settings, or in what the service printed when it started.");
            case SignInVerdict.TooMany:
                return forms.SignIn(
                    request, StatusCodes.Status429TooManyRequests,
                    "Too many wrong keys. Wait a minute, then try again.");
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private Task<IResult> SignOutAsync(HttpContext context, HttpRequest request) => forms.TakeAsync(request, _ =>
    {
        session.End(context.Response);
        return Task.FromResult(Page.SeeOther(context, "admin"));
    });

    private Task<IResult> ShowAsync(HttpRequest request, CancellationToken cancel) =>
        forms.ShowAsync(request, () => OverviewAsync(request, cancel));

    private async Task<IResult> OverviewAsync(HttpRequest request, CancellationToken cancel)
    {
        StatsFigures figures;
        IReadOnlyList<Failure> failing;
        try
        {
            figures = await stats.FiguresAsync(cancel);
            failing = await failures.AllAsync(cancel);
        }
        catch (Exception e) when (Outage.CauseOf(e) is not null)
        {
            // An operator comes here to find out what is wrong, so the page is shown without figures.
            health.RequestFailed(e);
            return AdminForms.Page("Overview", Failures(failures.OfThisProcess),
                StatusCodes.Status503ServiceUnavailable);
        }

        return AdminForms.Page("Overview", Html.Of(
            $"""
            {Failures(failing)}
            <div class="tiles">
            {Tile(figures.UpcomingDates, "upcoming dates")}
            {Tile(figures.OccurredDates, "past dates")}
            {Tile(figures.CancelledDates, "cancelled dates")}
            {Tile(figures.Lateness.Late, "sent late, of the last 1,000")}
            {Tile((long)figures.Lateness.Median.TotalSeconds, "median delay, seconds")}
            </div>
            <p>{(figures.LastRun is { } run ? Html.Of($"Last watch run: {DateText.Local(run.StartedAt)}")
                : Html.Of($"The watcher has not finished a run yet."))}</p>
            {Ended(health.Ended.Where(one => one.Failure.Kind != PartKind.Source).ToList())}
            <h2>Deliveries</h2>
            {Chart(States(figures.Deliveries.Alerts, ""))}
            <h2>Service messages</h2>
            <p class="hint">Confirmations, verifications, tests and the like.</p>
            {Chart(States(figures.Deliveries.ServiceMessages, "&kind=service").Where(bar => bar.Count > 0))}
            <h2>Subscriptions</h2>
            {Chart(figures.Subscriptions.Where(count => count.Count > 0)
                .Select(count => new Bar(Html.Of($"{count.Channel}, {count.Status.Word()}"), count.Count)))}
            <form method="post" action="admin/sign-out">{forms.Token(request)}
            <div class="buttons"><button class="plain">Sign out</button></div></form>
            """));
    }

    /// <summary>A banner for each failing part of the service.</summary>
    private static Html Failures(IEnumerable<Failure> failing) => Html.Each(failing, failure => Html.Of(
        $"""
        <div class="note stop" role="alert">
        <p><strong>{Part(failure)} {failure.Kind.Fails()}</strong> since {DateText.Local(failure.Since)}</p>
        <p>Cause: {failure.Cause}</p></div>
        """));

    /// <summary>The part that failed, at the start of a sentence.</summary>
    private static string Part(Failure failure) => char.ToUpperInvariant(failure.Part[0]) + failure.Part[1..];

    private static Html Ended(List<EndedFailure> ended) => Html.If(ended.Count > 0, Html.Of(
        $"""
        <h2>Failures that ended in the last 24 hours</h2>
        <ul class="rows">{Html.Each(ended, one => Html.Of(
            $"""<li><strong>{Part(one.Failure)}</strong> failed from """
            + $"""{DateText.Local(one.Failure.Since)} """
            + $"""until {DateText.Local(one.Until)}"""
            + $"""<span class="block">Cause: {one.Failure.Cause}</span></li>"""))}</ul>
        """));

    /// <summary>The number of deliveries in each state, with a link to the list of them.</summary>
    /// <param name="query">A further filter of the list.</param>
    private static IEnumerable<Bar> States(IReadOnlyDictionary<DeliveryState, long> counts, string query) =>
        Enum.GetValues<DeliveryState>().Select(state => new Bar(
            Html.Of($"<a href=\"admin/deliveries?state={state.Word()}{query}\">{state.Word()}</a>"),
            counts.GetValueOrDefault(state)));

    private static Html Tile(long number, string name) =>
        Html.Of($"<div class=\"tile\"><strong>{number}</strong>{name}</div>");

    /// <summary>Bars beside their numbers, as a table that screen readers read as one.</summary>
    private static Html Chart(IEnumerable<Bar> bars)
    {
        var all = bars.ToList();
        var most = Math.Max(1, all.Select(bar => bar.Count).DefaultIfEmpty().Max());
        return all.Count == 0 ? Html.Of($"<p>None yet.</p>") : Html.Of(
            $"""
            <table class="bars"><tbody>
            {Html.Each(all, bar => Html.Of(
                $"""<tr><th scope="row">{bar.Name}</th><td>{bar.Count}</td><td aria-hidden="true">"""
                + $"""<svg viewBox="0 0 100 8" width="100%" height="8" preserveAspectRatio="none">"""
                + $"""<rect class="bar" width="{bar.Count * 100 / most}" height="8"></rect></svg></td></tr>"""))}
            </tbody></table>
            """);
    }

    private sealed record Bar(Html Name, long Count);
}
