using Alerts.Dates;
using Alerts.Senders;

namespace Alerts.Web.Pages;

/// <summary>
/// <c>/</c>: the upcoming dates, soonest first, with a countdown and a timeline of their moves; and the
/// past ones, folded.
/// </summary>
internal sealed class HomePage(IKeyDates dates, ServiceClock clock) : IEndpoints
{
    /// <summary>Maximum number of upcoming, and of past, dates.</summary>
    private const int Max = 200;

    /// <summary>Maximum number of dates in the timeline: what fits on a screen.</summary>
    private const int MaxPictured = 12;

    public void Map(IEndpointRouteBuilder app) =>
        app.MapMethods("/", Verbs.Read, ShowAsync).CachedUntilDatesChange();

    private async Task<IResult> ShowAsync(HttpRequest request)
    {
        var cancel = request.HttpContext.RequestAborted;
        var now = clock.Now;
        var root = Page.Root(request);
        var words = request.Query["q"].ToString().Trim();
        var topic = request.Query["topic"].ToString() is { Length: > 0 } asked && Slug.IsOne(asked) ? asked : null;
        var all = (await dates.ListAsync(new DateFilter(OverAfter: now), null, Max, cancel)).Dates;
        var upcoming = all.Where(version => Fits(version.KeyDate, topic, words)).ToList();
        var passed = (await dates.NewestPastAsync(now, Max, cancel))
            .Where(version => Fits(version.KeyDate, topic, words)).ToList();
        var isFiltered = topic is not null || words.Length > 0;
        var histories = new List<IReadOnlyList<DateVersion>>();
        foreach (var version in upcoming.Take(MaxPictured))
        {
            histories.Add(await dates.HistoryAsync(version.KeyDate.Id, cancel) ?? [version]);
        }

        var subscribe = root + "subscribe" + (topic is null ? "" : "?topic=" + topic);
        return Page.Of("Key dates", Html.Of(
            $"""
            <p class="lead">{"What is coming, and what has moved. We tell you ahead of the dates you care about, "
                + "by email or webhook, and again when they change."}</p>
            <p class="buttons"><a class="button" href="{subscribe}">Get alerts</a></p>
            <form class="find" role="search" action="{root}">
            {DateSearch.Box(words)}
            {Html.If(topic is not null, Html.Hidden("topic", topic))}
            <button class="plain">Search</button>
            </form>
            {TopicFilter(
                all.Concat(passed).SelectMany(version => version.KeyDate.Topics).Distinct()
                    .Order(StringComparer.Ordinal),
                topic,
                words,
                root)}
            <h2>Upcoming</h2>
            {Rows(
                upcoming,
                isFiltered ? "No date matches. Try other words, or all topics." : "There are no upcoming dates.",
                root,
                now)}
            {Html.If(upcoming.Count > 0, Html.Of($"<h2>When they are, and where they have moved from</h2>"))}
            {Timeline.Of(histories, now)}
            {Html.If(passed.Count > 0, Html.Of(
                $"""
                <details class="fold"{Html.If(upcoming.Count == 0, Html.Of(
                    $" open"))}><summary>{passed.Count} past {(passed.Count == 1 ? "date" : "dates")}</summary>
                {Rows(passed, "", root, now)}
                </details>
                """))}
            """));
    }

    private static bool Fits(KeyDate date, string? topic, string words) =>
        (topic is null || date.Topics.Contains(topic)) && DateSearch.Fits(date, words);

    private static Html TopicFilter(IEnumerable<string> topics, string? chosen, string words, string root)
    {
        var query = words.Length == 0 ? "" : "&q=" + Uri.EscapeDataString(words);
        Html Link(string address, string name, bool isChosen) => Html.Of(
            $"<a class=\"topic\" href=\"{address}\""
            + $"{Html.If(isChosen, Html.Of($" aria-current=\"true\""))}>{name}</a> ");
        return Html.Of(
            $"""
            <nav class="topics" aria-label="Topics">{Link(
                root + (query.Length == 0 ? "" : "?" + query[1..]),
                "all",
                chosen is null)}{Html.Each(topics, topic =>
                Link($"{root}?topic={topic}{query}", TopicNames.Of(topic), topic == chosen))}</nav>
            """);
    }

    private static Html Rows(List<DateVersion> versions, string none, string root, Instant now) =>
        versions.Count == 0
            ? Html.Of($"<p>{none}</p>")
            : Html.Of(
                $"""
                <ul class="rows">
                {Html.Each(versions, version => Row(version.KeyDate, root, now))}
                </ul>
                """);

    private static Html Row(KeyDate date, string root, Instant now) => Html.Of(
        $"""
        <li><div class="row">
        <div><a class="what" href="{root}dates/{date.Id}"><bdi>{date.Title}</bdi></a> {DateText.Badges(date)}
        {DateText.When(date)}
        {DatePages.TopicLinks(date.Topics, root)}</div>
        <div class="far"><strong>{(date.IsCancelled ? "" : Remaining.Words(date, now, date.When.Zone))}</strong>
        {Html.If(date.Start > now && !date.IsCancelled, Html.Of(
            $"<span class=\"soft mono\" data-countdown=\"{TimeText.Write(date.Start)}\"></span>"))}</div></div></li>

        """);
}

/// <summary>Matches dates with the words of a search.</summary>
internal static class DateSearch
{
    /// <summary>The input for the words.</summary>
    public static Html Box(string words) => Html.Of(
        $"""
        <input type="search" name="q" value="{words}" maxlength="200"
        aria-label="Search dates" placeholder="Search dates">
        """);

    /// <summary>
    /// Whether each word occurs in the date's title, summary or id, or in the id or name of one of its topics.
    /// Ignores case.
    /// </summary>
    public static bool Fits(KeyDate date, string words) =>
        words.Split(' ', StringSplitOptions.RemoveEmptyEntries).All(word =>
            Has(date.Title, word) || Has(date.Summary ?? "", word) || Has(date.Id, word)
            || date.Topics.Any(topic => Has(topic, word) || Has(TopicNames.Of(topic), word)));

    private static bool Has(string text, string word) => text.Contains(word, StringComparison.OrdinalIgnoreCase);
}
