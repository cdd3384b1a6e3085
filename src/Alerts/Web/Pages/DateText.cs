using Alerts.Dates;
using Alerts.Senders;
using Alerts.Web.Pages.Texts;

namespace Alerts.Web.Pages;

/// <summary>Formats dates and instants for pages.</summary>
internal static class DateText
{
    /// <summary>An instant in UTC: <c>10 Nov 2025, 05:01 UTC</c>.</summary>
    public static string Utc(Instant instant) => TimeWords.Of(instant, DateTimeZone.Utc);

    /// <summary>
    /// The date in its own time zone, then its start in the reader's time zone if that has another time. If scripts do
    /// not run, the start is in UTC.
    /// </summary>
    public static Html When(KeyDate date) => Html.Of(
        $"""<span class="block">{Own(date)}</span>"""
        + $"""<span class="block soft" data-elsewhere="{date.When.Zone.Id}" data-label="{(
            date.When.IsAllDay ? "Your time, from:" : "Your time:")}">"""
        + $"""<span>Start:</span> {Local(date.Start)}</span>""");

    /// <summary>
    /// The date in its own time zone: <c>10 Nov 2025, 00:01 New York</c>, <c>31 Oct to 1 Nov 2025, all day Seoul</c>.
    /// </summary>
    public static string Own(KeyDate date) =>
        TimeWords.Of(date, date.When.Zone)
        + (date.When.IsAllDay ? DateTexts.AllDay(TimeWords.Place(date.When.Zone)) : "");

    /// <summary>A day or moment in its own time zone, in the same form.</summary>
    public static string Own(Moment moment) => moment.IsAllDay
        ? TimeWords.Of(moment.On) + DateTexts.AllDay(TimeWords.Place(moment.Zone))
        : TimeWords.Of(moment.Start, moment.Zone);

    /// <summary>An instant in UTC, which the page's script converts to the reader's time zone.</summary>
    public static Html Local(Instant instant) =>
        Html.Of($"""<time datetime="{TimeText.Write(instant)}" data-local>{Utc(instant)}</time>""");

    /// <summary><c>In 7 days</c>, <c>3 days ago</c>: days are counted in the date's own time zone.</summary>
    public static string HowFar(KeyDate date, Instant now) => Remaining.Words(date, now, date.When.Zone);

    /// <summary>A badge for a tentative or cancelled date; nothing for a confirmed one.</summary>
    public static Html Badges(KeyDate date) =>
        date.Status == DateStatus.Confirmed ? Html.Nothing : Badge(date.Status.Word());

    public static Html Badge(string word) => Html.Of($"<span class=\"badge {word}\">{word}</span>");

    /// <summary>A note on a date that is not over and was not checked recently; otherwise nothing.</summary>
    public static Html UncheckedNote(KeyDate date, DateOrigin? origin, Instant now) =>
        date.IsUnchecked(origin, now)
            ? Html.Of($"<p class=\"note warn\">We have not verified this date lately. Check the source.</p>")
            : Html.Nothing;

    /// <summary>
    /// The day a revision was announced, if the catalogue knows it; otherwise the instant at which it
    /// was recorded here.
    /// </summary>
    public static Html Recorded(DateVersion version) => ShippedCatalogue.AnnouncedOn(version.KeyDate) is { } on
        ? Html.Of($"<time datetime=\"{TimeText.Write(on)}\">{TimeWords.Of(on)}</time>")
        : Local(version.RecordedAt);
}
