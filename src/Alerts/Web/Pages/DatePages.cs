using System.Diagnostics;
using System.Globalization;
using Alerts.Dates;
using Alerts.Senders;
using Alerts.Sources;

namespace Alerts.Web.Pages;

/// <summary><c>/dates/{id}</c>: one date with the history of its revisions, reasons and sources.</summary>
internal sealed class DatePages(IKeyDates dates, SourceOrigins origins, ServiceClock clock) : IEndpoints
{
    public void Map(IEndpointRouteBuilder app)
    {
        // The list is the front page.
        app.MapMethods("/dates", Verbs.Read, (HttpContext context) => Page.SeeOther(context, ""));
        app.MapMethods("/dates/{id}", Verbs.Read, ShowAsync).CachedUntilDatesChange();
    }

    private async Task<IResult> ShowAsync(string id, HttpRequest request)
    {
        if (await dates.HistoryAsync(id, request.HttpContext.RequestAborted) is not [.., var current] history)
        {
            return NotFound(request);
        }

        var date = current.KeyDate;
        var origin = await origins.OfAsync(current, request.HttpContext.RequestAborted);
        var root = Page.Root(request);
        return Page.Of(date.Title, Html.Of(
            $"""
            <p class="lead">{DateText.Badges(date)} <strong>{(
                date.IsCancelled ? "" : Remaining.Words(date, clock.Now, date.When.Zone))}</strong></p>
            {Html.If(date.IsUnchecked(origin, clock.Now), Html.Of(
                $"<p class=\"note warn\">We have not verified this date lately. Check the source.</p>"))}
            <div class="card"><dl>
            <dt>When</dt><dd>{DateText.When(date)}</dd>
            {Row(
                "About",
                date.Summary is { } summary ? Html.Of($"<div class=\"text\" dir=\"auto\">{summary}</div>") : null)}
            {Row("Topics", date.Topics.Count > 0 ? TopicLinks(date.Topics, root) : null)}
            {Row("Source", date.Source is { } source ? Link(source) : null)}
            {Row("Checked", CheckedWords(date, origin) is { } words ? Html.Of($"{words}") : null)}
            <dt>Revision</dt><dd>{date.Revision}</dd>
            </dl></div>
            {Html.If(date.Over > clock.Now && !date.IsCancelled, Html.Of(
                $"<p class=\"buttons\"><a class=\"button\" href=\"{root}subscribe?date={date.Id}\">"
                + $"Get alerts for this date</a></p>"))}
            <p class="soft">Add to a calendar:
            <a href="{root}dates/{date.Id}.ics">file (.ics)</a>{Html.If(
                !date.IsCancelled, // these links cannot say that a date is cancelled
                Html.Of($"""
                     ·
                    <a rel="nofollow noopener" href="{CalendarLinks.Google(date)}">Google</a> ·
                    <a rel="nofollow noopener" href="{CalendarLinks.Outlook(date)}">Outlook</a>
                    """))}</p>
            <h2>History</h2>
            <ol class="history" reversed>
            {Html.Each(history.Index().Reverse(), entry =>
                Entry(entry.Item, entry.Index == 0 ? null : history[entry.Index - 1].KeyDate))}
            </ol>
            """));
    }

    /// <summary>The page of an id that no date has.</summary>
    public static Page NotFound(HttpRequest request) => Page.Refusal(
        request, StatusCodes.Status404NotFound,
        "There is no such date. See the list of all dates; it has the cancelled ones too.");

    /// <summary>A change in one or two words, at the start of a line.</summary>
    public static string Word(DateChange change) => change switch
    {
        DateChange.Added => "Added",
        DateChange.Moved => "Moved",
        DateChange.Edited => "Edited",
        DateChange.Cancelled => "Cancelled",
        DateChange.Reinstated => "Back on",
        _ => throw new UnreachableException(),
    };

    private string? CheckedWords(KeyDate date, DateOrigin? origin) =>
        origin?.CheckedAt is { } at ? DateText.Checked(at, clock.Now)
        : date.CheckedOn is { } on ? TimeWords.Of(on)
        : null;

    /// <summary>Topics as links to the upcoming dates of each.</summary>
    public static Html TopicLinks(IEnumerable<string> topics, string root) => Html.Of(
        $"""<span class="topics">{Html.Each(topics, topic =>
            Html.Of($"<a class=\"topic\" href=\"{root}?topic={topic}\">{TopicNames.Of(topic)}</a> "))}</span>""");

    private static Html Entry(DateVersion version, KeyDate? before) => Html.Of(
        $"""
        <li><span class="what">{Word(version.Change)}</span>
        {Html.If(version.Change != DateChange.Cancelled, DateText.Badges(version.KeyDate))}
        <span class="soft">{Recorded(version)} · revision {version.KeyDate.Revision}</span>
        {Html.Maybe(version.Reason, reason => Html.Of($"<div class=\"text\" dir=\"auto\">{reason}</div>"))}
        <div>{(
            before is not null && !before.IsAtSameTimeAs(version.KeyDate)
                ? Html.Of(
                    $"<del class=\"old\">{DateText.Own(before)}</del> "
                    + $"<strong>{DateText.Own(version.KeyDate)}</strong>")
                : Html.Of($"{DateText.Own(version.KeyDate)}"))}</div>
        {Html.Maybe(version.KeyDate.Source == before?.Source ? null : version.KeyDate.Source, source =>
            Html.Of($"<div class=\"soft\">Source: {Link(source)}</div>"))}
        </li>

    """);

    /// <summary>
    /// The day a revision was announced, if the catalogue knows it; otherwise the instant at which it
    /// was recorded here.
    /// </summary>
    private static Html Recorded(DateVersion version) => ShippedCatalogue.AnnouncedOn(version.KeyDate) is { } on
        ? Html.Of($"<time datetime=\"{TimeText.Write(on)}\">{TimeWords.Of(on)}</time>")
        : DateText.Local(version.RecordedAt);

    private static Html Link(string source) =>
        Html.Of($"<a rel=\"nofollow noopener\" href=\"{source}\"><bdi>{source}</bdi></a>");

    private static Html Row(string name, Html? value) =>
        value is { } html ? Html.Of($"<dt>{name}</dt><dd>{html}</dd>") : Html.Nothing;
}

/// <summary>Links that open a date as a new event in a web calendar.</summary>
internal static class CalendarLinks
{
    /// <summary>A link for Google Calendar. The end of an all-day event is exclusive.</summary>
    public static string Google(KeyDate date) => "https://calendar.google.com/calendar/render?action=TEMPLATE"
        + $"&text={Uri.EscapeDataString(date.Title)}&dates={Written(date, "uuuuMMdd", "uuuuMMdd'T'HHmmss'Z'", "/")}"
        + (date.Summary is { } summary ? $"&details={Uri.EscapeDataString(Shortened(summary))}" : "");

    /// <summary>A link for Outlook on the web. The end of an all-day event is exclusive.</summary>
    public static string Outlook(KeyDate date) => "https://outlook.office.com/calendar/0/deeplink/compose?rru=addevent"
        + $"&subject={Uri.EscapeDataString(date.Title)}"
        + $"&startdt={Written(date, "uuuu-MM-dd", "uuuu-MM-dd'T'HH:mm:ss'Z'", "&enddt=")}"
        + (date.When.IsAllDay ? "&allday=true" : "")
        + (date.Summary is { } summary ? $"&body={Uri.EscapeDataString(Shortened(summary))}" : "");

    /// <summary>Start and end: as days for an all-day event, otherwise in UTC.</summary>
    private static string Written(KeyDate date, string day, string time, string between)
    {
        var last = date.End ?? date.When;
        return date.When.IsAllDay
            ? Day(date.When.On) + between + Day(last.On.PlusDays(1))
            : Time(date.Start) + between + Time(last.Start);

        string Day(LocalDate on) => on.ToString(day, CultureInfo.InvariantCulture);
        string Time(Instant at) => at.ToString(time, CultureInfo.InvariantCulture);
    }

    /// <summary>The summary cut to 300 characters, to keep the URL short.</summary>
    private static string Shortened(string summary) => PlainText.Cut(summary, 300);
}
