using Alerts.App;
using Alerts.Dates;
using Alerts.Senders;
using NodaTime;

namespace Alerts.Web.Pages;

/// <summary><c>/</c>: what is ahead and what has passed. <c>/dates/{id}</c>: one date with its history.</summary>
internal sealed class DatePages(IKeyDates dates, ServiceClock clock)
{
    /// <summary>How many upcoming and how many past dates the front page shows.</summary>
    private const int Most = 200;

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapRead("/", (HttpRequest request, DatePages pages) => pages.HomeAsync(request));
        app.MapRead("/dates/{id}", (string id, HttpRequest request, DatePages pages) => pages.OneAsync(id, request));
    }

    private async Task<Page> HomeAsync(HttpRequest request)
    {
        var now = clock.Now;
        var upcoming = await dates.ListAsync(new DateFilter(OverAfter: now), null, Most, request.HttpContext.RequestAborted);
        var passed = await dates.NewestPastAsync(now, Most, request.HttpContext.RequestAborted);
        return Page.Of("Key dates", Html.Of(
            $"""
            <p class="soft">As of {DateText.Utc(now)}.</p>
            <h2>Upcoming</h2>
            {Rows(upcoming, "No dates are ahead.", request, now)}
            <h2>Past</h2>
            {Rows(passed, "No dates have passed yet.", request, now)}
            """));
    }

    private async Task<Page> OneAsync(string id, HttpRequest request)
    {
        if (await dates.HistoryAsync(id, request.HttpContext.RequestAborted) is not [.., var current] history)
        {
            return Page.Refusal(request, StatusCodes.Status404NotFound, "There is no such date.");
        }

        var date = current.KeyDate;
        return Page.Of(date.Title, Html.Of(
            $"""
            <p>{DateText.Badges(date)} <strong>{DateText.HowFar(date, clock.Now)}</strong></p>
            <dl>
            <dt>When</dt><dd>{DateText.When(date)}</dd>
            {Row("About", date.Summary is { } summary ? Html.Of($"<span class=\"text\">{summary}</span>") : null)}
            {Row("Topics", date.Topics.Count > 0 ? Html.Of($"{string.Join(", ", date.Topics)}") : null)}
            {Row("Source", date.Source is { } source ? Html.Of($"<a rel=\"nofollow noopener\" href=\"{source}\">{source}</a>") : null)}
            {Row("Checked", date.CheckedOn is { } on ? Html.Of($"{TimeWords.Of(on)}") : null)}
            <dt>Revision</dt><dd>{DateText.Number(date.Revision)}</dd>
            </dl>
            <h2>History</h2>
            <ul class="rows">
            {Html.Each(history.Reverse(), Entry)}
            </ul>
            """));
    }

    private static Html Rows(IReadOnlyList<DateVersion> versions, string none, HttpRequest request, Instant now) => versions.Count == 0
        ? Html.Of($"<p>{none}</p>")
        : Html.Of(
            $"""
            <ul class="rows">
            {Html.Each(versions, version => Html.Of(
                $"""
                <li><a class="what" href="{Page.Root(request)}dates/{version.KeyDate.Id}">{version.KeyDate.Title}</a> {DateText.Badges(version.KeyDate)}
                <strong class="block">{DateText.HowFar(version.KeyDate, now)}</strong>
                {DateText.When(version.KeyDate)}</li>

                """))}
            </ul>
            """);

    private static Html Entry(DateVersion version) => Html.Of(
        $"""
        <li><span class="what">{version.Change.Word()}</span> {DateText.Badges(version.KeyDate)} <time>{DateText.Utc(version.RecordedAt)}</time>
        {(version.Reason is { } reason ? Html.Of($"<span class=\"block text\">{reason}</span>") : Html.Nothing)}
        {DateText.When(version.KeyDate)}</li>

        """);

    private static Html Row(string name, Html? value) => value is { } html ? Html.Of($"<dt>{name}</dt><dd>{html}</dd>") : Html.Nothing;
}
