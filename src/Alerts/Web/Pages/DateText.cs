using Alerts.Dates;
using Alerts.Senders;

namespace Alerts.Web.Pages;

/// <summary>Formats dates and instants for pages.</summary>
internal static class DateText
{
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
        + (date.When.IsAllDay ? AllDay(date.When.Zone) : "");

    /// <summary>A day or moment in its own time zone, in the same form.</summary>
    public static string Own(Moment moment) => moment.IsAllDay
        ? TimeWords.Of(moment.On) + AllDay(moment.Zone)
        : TimeWords.Of(moment.Start, moment.Zone);

    /// <summary>An instant in UTC, which the page's script converts to the reader's time zone.</summary>
    public static Html Local(Instant instant) =>
        Html.Of($"""
            <time datetime="{TimeText.Write(instant)}" data-local>{TimeWords.Of(instant, DateTimeZone.Utc)}</time>
            """);

    /// <summary>A badge for a tentative or cancelled date; nothing for a confirmed one.</summary>
    public static Html Badges(KeyDate date) =>
        date.Status == DateStatus.Confirmed ? Html.Nothing : Badge(date.Status.Word());

    public static Html Badge(string word) => Html.Of($"<span class=\"badge {word}\">{word}</span>");

    /// <summary><c>checked 3 hours ago at its source</c>: how long ago a date was last seen there.</summary>
    public static string CheckedAgo(Instant at, Instant now)
    {
        var ago = now - at;
        var (count, unit) = ago < Duration.FromMinutes(1) ? (0, "")
            : ago < Duration.FromHours(1) ? ((long)ago.TotalMinutes, "minute")
            : ago < Duration.FromDays(1) ? ((long)ago.TotalHours, "hour")
            : ((long)ago.TotalDays, "day");
        return count == 0 ? "checked just now at its source"
            : FormattableString.Invariant($"checked {count} {unit}{(count == 1 ? "" : "s")} ago at its source");
    }

    /// <summary><see cref="CheckedAgo"/> at the start of a line.</summary>
    public static string Checked(Instant at, Instant now) => "C" + CheckedAgo(at, now)[1..];

    /// <summary>Says in which place an all-day date is a day.</summary>
    private static string AllDay(DateTimeZone zone) => $", all day {TimeWords.Place(zone)}";
}
