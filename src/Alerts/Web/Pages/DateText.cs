using Alerts.Core;
using Alerts.Dates;
using Alerts.Senders;
using Alerts.Web.Pages.Texts;
using NodaTime;

namespace Alerts.Web.Pages;

/// <summary>How pages write dates and instants.</summary>
internal static class DateText
{
    /// <summary><c>10 Nov 2025, 05:01 UTC</c>.</summary>
    public static string Utc(Instant instant) => TimeWords.Of(instant, DateTimeZone.Utc);

    /// <summary>
    /// The date as its own zone writes it, then its start in the reader's zone, or in UTC where no script runs.
    /// </summary>
    public static Html When(KeyDate date) =>
        Html.Of(
            $"""<span class="block">{Own(date)}</span><span class="block soft">{DateTexts.Starts} {Local(date.Start)}</span>"""
        );

    /// <summary><c>10 Nov 2025, 00:01 New York</c>, <c>31 Oct to 1 Nov 2025, all day Seoul</c>.</summary>
    public static string Own(KeyDate date) =>
        TimeWords.Of(date, date.When.Zone)
        + (date.When.IsAllDay ? DateTexts.AllDay(TimeWords.Place(date.When.Zone)) : "");

    /// <summary>An instant in UTC, which the script turns into the reader's zone.</summary>
    public static Html Local(Instant instant) =>
        Html.Of($"""<time datetime="{TimeText.Write(instant)}" data-local>{Utc(instant)}</time>""");

    /// <summary><c>In 7 days</c>, <c>3 days ago</c>: as its own zone counts days.</summary>
    public static string HowFar(KeyDate date, Instant now) => Remaining.Words(date, now, date.When.Zone);

    /// <summary>Says what is not settled: tentative and cancelled; a confirmed date needs no word.</summary>
    public static Html Badges(KeyDate date) =>
        date.Status == DateStatus.Confirmed ? Html.Nothing : Badge(KeyDateJson.Word(date.Status));

    public static Html Badge(string word) => Html.Of($"<span class=\"badge {word}\">{word}</span>");

    /// <summary>A note on a date that is not over and was not checked lately; nothing else.</summary>
    public static Html UncheckedNote(KeyDate date, DateOrigin? origin, Instant now) =>
        origin?.CheckedAt is null && date.IsUnchecked(now)
            ? Html.Of($"<p class=\"note warn\">{DateTexts.NotCheckedLately}</p>")
            : Html.Nothing;

    /// <summary>
    /// The day a revision was announced, where the catalogue knows it; else the instant at which it was recorded here.
    /// </summary>
    public static Html Recorded(DateVersion version) => ShippedCatalogue.AnnouncedOn(version.KeyDate) is { } on
        ? Html.Of($"<time datetime=\"{TimeText.Write(on)}\">{TimeWords.Of(on)}</time>")
        : Local(version.RecordedAt);
}
