using Alerts.Dates;
using Alerts.Sources;
using Alerts.Senders;

namespace Alerts.Web.Pages.Admin;

/// <summary>
/// <c>/admin/dates</c>: upcoming dates, then past ones. Can be searched by words (<c>q</c>) and limited to dates not
/// checked recently (<c>unchecked=1</c>).
/// </summary>
internal sealed class AdminDateList(IKeyDates dates, SourceOrigins origins)
{
    /// <summary>Number of dates per page.</summary>
    private const int PageSize = 100;

    /// <summary>Maximum number of past dates searched, newest first.</summary>
    private const int MaxPast = 1_000;

    private static readonly Html NarrowDown = Html.Of(
        $"<p class=\"soft\">There are more. Narrow down the search to see them.</p>");

    public async Task<Page> OfAsync(Instant now, HttpRequest request)
    {
        var cancel = request.HttpContext.RequestAborted;
        var words = request.Query["q"].ToString().Trim();
        var onlyUnchecked = request.Query["unchecked"] == "1";
        var isFiltered = words.Length > 0 || onlyUnchecked;
        var after = new Query().Cursor(request.Query["cursor"], DatesApi.ReadCursor);
        var ahead = new DateFilter(OverAfter: now);
        var page = isFiltered ? null : await dates.ListAsync(ahead, after, PageSize, cancel);
        var upcoming = page?.Dates
            ?? await MatchingAsync(dates.AllAsync(ahead, cancel), words, onlyUnchecked ? now : null, cancel);
        var hasMore = page is null ? upcoming.Count > PageSize : page.Next is not null;
        var past = hasMore || onlyUnchecked ? []
            : (await dates.NewestPastAsync(now, MaxPast, cancel))
                .Where(version => DateSearch.Fits(version.KeyDate, words)).Take(PageSize + 1).ToList();
        var origin = await origins.OfAsync([.. upcoming.Take(PageSize)], cancel);
        return AdminForms.Page("Dates", Html.Of(
            $"""
            {Html.Done(request.Query["done"] == "saved" ? "Saved." : null)}
            <p class="buttons"><a class="button" href="new">Add a date</a></p>
            <form class="find" role="search" action="dates">
            {DateSearch.Box(words)}
            {Html.Chip("checkbox", "unchecked", "1", onlyUnchecked, Html.Of($"Not checked lately"))}
            <button class="plain">Search</button>
            </form>
            <h2>Upcoming dates</h2>
            {Rows(upcoming, origin, now)}
            {(page?.Next is { } next ? AdminForms.More(DatesApi.WriteCursor(next))
                : Html.If(hasMore, NarrowDown))}
            {Html.If(past.Count > 0, Html.Of($"<h2>Past dates</h2>{Rows(past, origin, now)}"))}
            {Html.If(past.Count > PageSize, NarrowDown)}
            """));
    }

    /// <summary>The first dates that match the search, one more than fits on a page.</summary>
    /// <param name="uncheckedAt">The time at which the dates must be unchecked; null for all dates.</param>
    private async Task<IReadOnlyList<DateVersion>> MatchingAsync(
        IAsyncEnumerable<DateVersion> all, string words, Instant? uncheckedAt, CancellationToken cancel)
    {
        var found = new List<DateVersion>();
        await foreach (var some in all.Where(version => DateSearch.Fits(version.KeyDate, words)).Chunk(PageSize))
        {
            var origin = uncheckedAt is null ? null : await origins.OfAsync(some, cancel);
            found.AddRange(some.Where(version => uncheckedAt is not { } now
                || version.KeyDate.IsUnchecked(origin?.GetValueOrDefault(version.KeyDate.Id), now)));
            if (found.Count > PageSize)
            {
                break;
            }
        }

        return found;
    }

    private static Html Rows(
        IReadOnlyList<DateVersion> found, IReadOnlyDictionary<string, DateOrigin> origins, Instant now) =>
        found.Count == 0
            ? Html.Of($"<p>No date matches.</p>")
            : Html.Of(
                $"""
                <ul class="rows">
                {Html.Each(found.Take(PageSize), version =>
                    Row(version.KeyDate, origins.GetValueOrDefault(version.KeyDate.Id), now))}
                </ul>
                """);

    private static Html Row(KeyDate date, DateOrigin? origin, Instant now) => Html.Of(
        $"""
        <li class="row"><div><a class="what" href="dates/{date.Id}"><bdi>{date.Title}</bdi></a> {DateText.Badges(
            date)}
        <span class="block soft">{date.Id}, revision {date.Revision}{Html.If(
            date.Over > now,
            Html.Of($", {Checked(date, origin, now)}"))}</span></div><div class="far">{DateText.Own(date)}</div></li>

        """);

    /// <summary>
    /// When the date was checked. A fact, not a warning: the operator decides whether that is too long ago.
    /// </summary>
    private static string Checked(KeyDate date, DateOrigin? origin, Instant now) =>
        origin?.CheckedAt is { } at ? DateText.CheckedAgo(at, now)
        : date.CheckedOn is { } on ? $"checked on {TimeWords.Of(on)}"
        : "never checked";
}
