using Alerts.App;
using Alerts.Dates;
using Alerts.Senders;
using Alerts.Stores.Sqlite;
using NodaTime;

namespace Alerts.Web.Pages;

/// <summary><c>/</c>: what is ahead and what has passed. <c>/dates/{id}</c>: one date with its history.</summary>
internal sealed class DatePages(SqliteDates dates, SqlitePastDates past, ServiceClock clock)
{
    /// <summary>How many upcoming and how many past dates the front page shows.</summary>
    private const int Most = 200;

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapRead("/", (HttpRequest request, DatePages pages) => pages.Home(request));
        app.MapRead("/dates/{id}", (string id, HttpRequest request, DatePages pages) => pages.One(id, request));
    }

    private Page Home(HttpRequest request)
    {
        var now = clock.Now;
        var upcoming = dates.List(new DateFilter(OverAfter: now), null, Most);
        var passed = past.Newest(now, Most);
        return Page.Of("Key dates", Html.Of(
            $"""
            <p class="soft">As of {DateText.Utc(now)}.</p>
            <h2>Upcoming</h2>
            {Rows(upcoming, "No dates are ahead.", request, now)}
            <h2>Past</h2>
            {Rows(passed, "No dates have passed yet.", request, now)}
            """));
    }

    private Page One(string id, HttpRequest request)
    {
        if (dates.History(id) is not [.., var current] history)
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
