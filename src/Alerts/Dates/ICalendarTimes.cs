using System.Diagnostics.CodeAnalysis;
using NodaTime;
using NodaTime.Text;

namespace Alerts.Dates;

/// <summary>
/// Makes <c>when</c> and <c>end</c> of an event's DTSTART, DTEND and DURATION. Seconds are cut: key dates know minutes,
/// and a moment too early harms no deadline.
/// </summary>
internal static class ICalendarTimes
{
    private const string Forms = "20251110 (all day), 20251110T000100Z (UTC) or, with TZID, 20251110T000100";

    private static readonly LocalDate LastDayOfAll = new(TimeText.LastYear, 12, 31);

    private static readonly LocalDatePattern Day = LocalDatePattern.CreateWithInvariantCulture("uuuuMMdd");
    private static readonly LocalDateTimePattern Time = LocalDateTimePattern.CreateWithInvariantCulture("uuuuMMdd'T'HHmmss");

    /// <exception cref="FormatException">Something is wrong; the message says what, as the rest of a sentence about the event.</exception>
    public static (Moment When, Moment? End) Read(ICalendarEvent of)
    {
        var start = of.First("DTSTART") ?? throw new FormatException($"has no DTSTART; write one, such as {Forms}.");
        var when = Read(start, of.FloatingZone);
        if (of.First("DTEND") is not { } end)
        {
            return (when, of.First("DURATION") is { } duration ? EndAfter(when, duration.Value.Trim()) : null);
        }

        if (of.First("DURATION") is not null)
        {
            throw new FormatException("has both DTEND and DURATION; leave one out.");
        }

        if (IsDay(end) != when.IsAllDay)
        {
            throw new FormatException("has a time in only one of DTSTART and DTEND; write both with or both without one.");
        }

        return (when, EndAt(when, Read(end, when.Zone.Id)));
    }

    private static bool IsDay(ICalendarProperty property) => Day.Parse(property.Value.Trim()).Success;

    /// <param name="floating">The zone where the property names none; null when there is none.</param>
    private static Moment Read(ICalendarProperty property, string? floating)
    {
        var text = property.Value.Trim();
        if (Day.Parse(text) is { Success: true } day && TimeText.IsInRange(day.Value))
        {
            return new Moment(day.Value, null, Zone(property, isUtc: false, floating));
        }

        var isUtc = text.EndsWith('Z');
        if (Time.Parse(isUtc ? text[..^1] : text) is { Success: true } time && TimeText.IsInRange(time.Value.Date))
        {
            return new Moment(time.Value.Date, new LocalTime(time.Value.Hour, time.Value.Minute), Zone(property, isUtc, floating));
        }

        throw new FormatException($"has a {property.Name} that is no date or time, {Web.Problem.Quote(text)}; write it as {Forms}.");
    }

    private static DateTimeZone Zone(ICalendarProperty property, bool isUtc, string? floating)
    {
        if (isUtc)
        {
            return DateTimeZone.Utc;
        }

        if (property.Parameters.TryGetValue("TZID", out var id))
        {
            return Zones.FindLoosely(id)
                ?? throw new FormatException($"has a {property.Name} in an unknown zone: {Zones.Refusal(id)}");
        }

        if (floating is null)
        {
            throw new FormatException(
                $"has a {property.Name} without a time zone; write DTSTART;TZID=America/New_York:…, or X-WR-TIMEZONE:America/New_York at the top of the calendar.");
        }

        return Zones.FindLoosely(floating)
            ?? throw new FormatException($"takes its zone from X-WR-TIMEZONE, which is unknown: {Zones.Refusal(floating)}");
    }

    private static Moment? EndAt(Moment when, Moment end)
    {
        // An all-day DTEND is the day after the last. Some programs write the first day once more: a single day.
        if (when.IsAllDay)
        {
            return end.On < when.On ? throw EndsBefore() : LastDay(when, end.On.PlusDays(-1));
        }

        if (end.Start < when.Start)
        {
            throw EndsBefore();
        }

        return LastMoment(when, end.Zone.Id == when.Zone.Id ? end.On + end.At!.Value : end.Start.InZone(when.Zone).LocalDateTime); // timed, as when is
    }

    private static Moment? EndAfter(Moment when, string duration)
    {
        if (!TryReadDuration(duration, out var length) || when.IsAllDay && length.HasTimeComponent)
        {
            throw new FormatException($"has a DURATION that cannot be, {Web.Problem.Quote(duration)}; write one such as P2D or, with a time in DTSTART, PT36H.");
        }

        if (Days(length) > Period.DaysBetween(when.On, LastDayOfAll))
        {
            throw TooLate();
        }

        // Days are counted on the calendar, hours as they elapse (RFC 5545, section 3.3.6).
        var days = (int)((length.Weeks * 7) + length.Days);
        if (when.At is not { } at)
        {
            return LastDay(when, when.On.PlusDays(days - 1));
        }

        var hours = (length - Period.FromWeeks(length.Weeks) - Period.FromDays(length.Days)).ToDuration();
        var whole = LocalTimes.ToInstant(when.On.PlusDays(days) + at, when.Zone);
        return LastMoment(when, (whole + hours).InZone(when.Zone).LocalDateTime);
    }

    private static bool TryReadDuration(string text, [NotNullWhen(true)] out Period? length) =>
        PeriodPattern.Roundtrip.Parse(text.TrimStart('+')).TryGetValue(Period.Zero, out length!)
        && length is { Years: 0, Months: 0, Milliseconds: 0, Ticks: 0, Nanoseconds: 0 }
        && length is { Weeks: >= 0, Days: >= 0, Hours: >= 0, Minutes: >= 0, Seconds: >= 0 };

    /// <summary>How long it is in days, whatever the numbers: a decimal holds them all.</summary>
    private static decimal Days(Period length) =>
        (length.Weeks * 7m) + length.Days + (length.Hours / 24m) + (length.Minutes / 1440m) + (length.Seconds / 86400m);

    private static Moment? LastDay(Moment when, LocalDate on) =>
        on <= when.On ? null : TimeText.IsInRange(on) ? when with { On = on } : throw TooLate();

    private static Moment? LastMoment(Moment when, LocalDateTime end) =>
        end.Date <= when.On ? null
        : TimeText.IsInRange(end.Date) ? when with { On = end.Date, At = new LocalTime(end.Hour, end.Minute) }
        : throw TooLate();

    private static FormatException EndsBefore() => new("ends before it starts; write a DTEND after DTSTART.");

    private static FormatException TooLate() =>
        new(FormattableString.Invariant($"ends after the year {TimeText.LastYear}; write an earlier DTEND or DURATION."));
}
