using Alerts.Core;
using Alerts.Dates.Calendars;
using NodaTime;

namespace Alerts.Sources;

/// <summary>Converts the times of a series' properties to local starts of its occurrences.</summary>
internal static class LocalStarts
{
    private static readonly LocalTime LastSecond = new(23, 59, 59);

    /// <summary>
    /// Converts a listed time to a local start of the series. In an all-day series it is the day. A day without a time,
    /// in a timed series, becomes that day at the time of DTSTART.
    /// </summary>
    public static LocalDateTime StartOf(ResolvedTime at, ResolvedTime begins) =>
        begins.Moment.IsAllDay ? DayOf(at.Local, at.Rules.Equals(DateTimeZone.Utc), begins).AtMidnight()
        : at.Moment.IsAllDay ? at.Local.Date + begins.Local.TimeOfDay
        : at.Rules.Equals(begins.Rules) ? at.Local : LocalTimes.ToLocal(at.At, begins.Rules);

    /// <summary>
    /// Returns the day that a time means in an all-day series. A time in UTC is converted to the series' zone.
    /// Exception: when the time is the first or last second of a day in UTC but not in that zone, the program wrote the
    /// day itself as if it were in UTC.
    /// </summary>
    private static LocalDate DayOf(LocalDateTime at, bool isUtc, ResolvedTime begins)
    {
        var local = isUtc ? LocalTimes.ToLocal(at.InUtc().ToInstant(), begins.Rules) : at;
        return IsEdgeOfDay(at) && !IsEdgeOfDay(local) ? at.Date : local.Date;
    }

    private static bool IsEdgeOfDay(LocalDateTime at) =>
        at.TimeOfDay == LocalTime.Midnight || at.TimeOfDay == LastSecond;

    /// <summary>Returns the last local start that UNTIL includes.</summary>
    /// <param name="name">RRULE or EXRULE, for the message.</param>
    /// <exception cref="FormatException">UNTIL cannot be read; the message is the rest of a sentence.</exception>
    public static LocalDateTime UntilOf(string name, ResolvedTime begins, string text)
    {
        if (CalendarTime.Parse(text) is not { } until)
        {
            throw new FormatException($"has an {name} whose UNTIL cannot be read, {Problem.Quote(text)}.");
        }

        // UNTIL with a day includes that whole day.
        return until.IsDay ? until.Local.Date + LastSecond
            : begins.Moment.IsAllDay ? DayOf(until.Local, until.IsUtc, begins) + LastSecond
            : until.IsUtc ? LocalTimes.ToLocal(until.Local.InUtc().ToInstant(), begins.Rules)
            : until.Local;
    }
}
