using Alerts.Dates;

namespace Alerts.Senders;

/// <summary>Formats the time left until a key date, counted from a given instant.</summary>
internal static class Remaining
{
    /// <summary>
    /// With less time left than this, a timed date of tomorrow is given in hours and minutes: one hour before a
    /// deadline at 00:01, "tomorrow" would be true but misleading.
    /// </summary>
    private static readonly Duration SoonerThanTomorrow = Duration.FromHours(6);

    /// <summary>
    /// ISO 8601 duration to the nearest minute, with days of 24 h (<c>PT15H1M</c>, <c>P1DT2H3M</c>);
    /// <c>PT0S</c> once the date has begun.
    /// </summary>
    public static string Iso(Instant at, Instant start)
    {
        var minutes = WholeMinutes(start - at);
        if (minutes <= 0)
        {
            return "PT0S";
        }

        var days = minutes / 1440;
        var time = Part(minutes / 60 % 24, "H") + Part(minutes % 60, "M");
        return "P" + Part(days, "D") + (time.Length > 0 ? "T" + time : "");
    }

    /// <summary>
    /// Words for a subject or a page (<c>Tomorrow</c>, <c>In 7 days</c>, <c>In 1 hour 30 minutes</c>): calendar days in
    /// the reader's zone, or hours and minutes below a day. <c>Now</c> while the date lasts, <c>… ago</c> once it is
    /// over.
    /// </summary>
    public static string Words(KeyDate date, Instant at, DateTimeZone reader)
    {
        var today = at.InZone(reader).Date;
        var days = Period.DaysBetween(today, FirstDay(date, reader));
        if (date.When.IsAllDay)
        {
            return AllDayWords(date, at, days, BeginsOnAnotherDay(date, reader));
        }

        var left = date.Start - at;
        if (days > 1 || (days == 1 && left >= SoonerThanTomorrow))
        {
            return Days(days);
        }

        return WholeMinutes(left) switch
        {
            > 0 => "In " + Words(left),
            < 0 when date.Over <= at => days < -1 ? Days(days) : Words(-left) + " ago",
            _ => "Now",
        };
    }

    /// <summary>
    /// Words for an all-day date. Its day is the same calendar day for every reader, unless it begins on another day
    /// for them: then day words would mislead on the last day before, and while it lasts.
    /// </summary>
    /// <param name="days">Calendar days from the reader's today to the date's first day.</param>
    private static string AllDayWords(KeyDate date, Instant at, int days, bool beginsOnAnotherDay)
    {
        var left = date.Start - at;
        if (at >= date.Over)
        {
            return days < 0 ? Days(days) : Words(at - date.Over) + " ago";
        }

        if (WholeMinutes(left) <= 0)
        {
            return days == 0 && !beginsOnAnotherDay ? Days(days) : "Now";
        }

        return beginsOnAnotherDay && left < Duration.FromDays(1) ? "In " + Words(left) : Days(days);
    }

    /// <summary>
    /// Words for a reminder whose lead is in hours or minutes: <c>In 1 hour</c>, <c>In 36 hours 30 minutes</c>;
    /// <c>Now</c> while the date lasts, <c>… ago</c> once it is over.
    /// </summary>
    public static string ClockWords(KeyDate date, Instant at) =>
        WholeMinutes(date.Start - at) is > 0 and var minutes
            ? "In " + Joined(Count(minutes / 60, "hour"), Count(minutes % 60, "minute"))
        : WholeMinutes(at - date.Over) > 0 ? Words(at - date.Over) + " ago"
        : "Now";

    /// <summary>
    /// <c>Begins today, 29 Oct, 11:00 New York (30 Oct in Seoul)</c>: in the reader's zone, plus the day in the date's
    /// own zone if it differs. <c>Began …</c> once it has begun.
    /// </summary>
    public static string Begins(KeyDate date, Instant at, DateTimeZone reader)
    {
        var start = date.Start.InZone(reader);
        var ownDay = date.Start.InZone(date.When.Zone).Date;
        var day = Period.DaysBetween(at.InZone(reader).Date, start.Date) switch
        {
            0 => "today",
            1 => "tomorrow",
            -1 => "yesterday",
            _ => "on " + start.DayOfWeek,
        };
        return $"{(date.Start > at ? "Begins" : "Began")} {day}, {TimeWords.DayAndMonth(start.Date)}, "
            + $"{TimeWords.Of(start.TimeOfDay)} {TimeWords.Place(reader)}"
            + (ownDay == start.Date ? "" : $" ({TimeWords.DayAndMonth(ownDay)} in {TimeWords.Place(date.When.Zone)})");
    }

    /// <summary>
    /// Words for a body: hours and minutes below a day (<c>15 hours 1 minute</c>), otherwise calendar days in the
    /// reader's zone (<c>7 days</c>). Null once the date has begun.
    /// </summary>
    public static string? Left(KeyDate date, Instant at, DateTimeZone reader)
    {
        var left = date.Start - at;
        if (left < Duration.FromDays(1))
        {
            return WholeMinutes(left) > 0 ? Words(left) : null;
        }

        var days = Period.DaysBetween(at.InZone(reader).Date, FirstDay(date, reader));
        return days > 0 ? Count(days, "day") : null;
    }

    /// <summary>Days, hours and minutes: <c>15 hours 1 minute</c>. The duration must not be negative.</summary>
    public static string Words(Duration length)
    {
        var minutes = WholeMinutes(length);
        return minutes == 0 ? "0 minutes" : Joined(
            Count(minutes / 1440, "day"), Count(minutes / 60 % 24, "hour"), Count(minutes % 60, "minute"));
    }

    /// <summary>Joins parts with spaces, except empty ones.</summary>
    public static string Joined(params IEnumerable<string> parts) =>
        string.Join(' ', parts.Where(part => part.Length > 0));

    /// <summary>A number with its unit: <c>1 day</c>, <c>3 days</c>; empty for 0.</summary>
    public static string Count(long number, string unit) => number switch
    {
        0 => "",
        1 => "1 " + unit,
        _ => $"{number} {unit}s",
    };

    /// <summary>
    /// The date D of the product contract: for a timed date, the day of its instant in the reader's zone; for an
    /// all-day date, its own day.
    /// </summary>
    private static LocalDate FirstDay(KeyDate date, DateTimeZone reader) =>
        date.When.IsAllDay ? date.When.On : date.Start.InZone(reader).Date;

    /// <summary>Whether an all-day date begins on another calendar day where the reader is.</summary>
    public static bool BeginsOnAnotherDay(KeyDate date, DateTimeZone reader) =>
        date.When.IsAllDay && date.Start.InZone(reader).Date != date.When.On;

    private static string Days(int days) => days switch
    {
        0 => "Today",
        1 => "Tomorrow",
        -1 => "Yesterday",
        > 1 => "In " + Count(days, "day"),
        _ => Count(-days, "day") + " ago",
    };

    /// <summary>Rounds to the nearest minute; halves are rounded away from zero.</summary>
    private static long WholeMinutes(Duration length) =>
        (long)Math.Round(length.TotalMinutes, MidpointRounding.AwayFromZero);

    private static string Part(long number, string unit) =>
        number == 0 ? "" : $"{number}{unit}";
}
