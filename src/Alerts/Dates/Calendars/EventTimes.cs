using System.Diagnostics.CodeAnalysis;
using NodaTime.Text;

namespace Alerts.Dates.Calendars;

/// <summary>
/// Derives <c>when</c> and <c>end</c> from an event's DTSTART, DTEND and DURATION, or from a to-do's DUE.
/// </summary>
internal static class EventTimes
{
    private static readonly LocalDate LastDayOfAll = new(TimeText.LastYear, 12, 31);

    /// <param name="notes">Receives notes for the user, each as the rest of a sentence.</param>
    /// <exception cref="FormatException">
    /// The times are invalid; the message gives the reason as the rest of a sentence about the event.
    /// </exception>
    public static (Moment When, Moment? End) Read(CalendarComponent of, TimeResolver resolver, List<string> notes)
    {
        if (of.IsToDo)
        {
            return (Due(of, resolver, notes), null);
        }

        var start = of.First("DTSTART")
            ?? throw new FormatException("has no DTSTART; write one, such as 20251110 (all day) or 20251110T000100Z.");
        var begins = resolver.Resolve(start, null, notes);
        var when = OurMarks.When(of, begins, notes);
        if (of.Filled("DTEND") is not { } end)
        {
            return (when, of.Filled("DURATION") is { } length ? EndAfter(when, begins, length.Trimmed)
                : OurMarks.End(of, when, begins));
        }

        if (TimeResolver.IsDay(end) != when.IsAllDay)
        {
            throw new FormatException(
                "has a time in only one of DTSTART and DTEND; write both with or both without one.");
        }

        var ends = resolver.Resolve(end, start, when.IsAllDay ? [] : notes);
        if (of.Filled("DURATION") is { } duration && !Agree(when, begins, ends, Length(when, duration.Trimmed)))
        {
            throw new FormatException("has both DTEND and DURATION, which disagree; leave one out.");
        }

        return (when, OurMarks.End(of, when, ends) ?? EndAt(when, begins, ends));
    }

    /// <summary>Derives the end of a period (RFC 5545, section 3.3.9), which is a time or a duration.</summary>
    /// <param name="property">The property that holds the period, such as RDATE.</param>
    /// <param name="like">The property whose zone applies when this one names none.</param>
    /// <exception cref="FormatException">
    /// The end is invalid; the message gives the reason as the rest of a sentence about the event.
    /// </exception>
    public static Moment? EndOfPeriod(Moment when, ResolvedTime begins, CalendarProperty property, string end,
        CalendarProperty? like, TimeResolver resolver) => TryReadDuration(end, out _)
        ? EndAfter(when, begins, end)
        : EndAt(when, begins, resolver.Resolve(property, end, like, []));

    /// <summary>Whether a to-do has a due date or time: DUE, or DTSTART with DURATION.</summary>
    public static bool HasDue(CalendarComponent toDo) =>
        toDo.Filled("DUE") is not null || (toDo.Filled("DTSTART") is not null && toDo.Filled("DURATION") is not null);

    /// <summary>Whether a DURATION is a number of whole days, at least one.</summary>
    public static bool IsInDays(string duration) =>
        TryReadDuration(duration, out var length) && Days(length) is >= 1 and var days && days % 1 == 0;

    private static Moment Due(CalendarComponent of, TimeResolver resolver, List<string> notes)
    {
        if (of.Filled("DUE") is { } due)
        {
            return OurMarks.When(of, resolver.Resolve(due, of.Filled("DTSTART"), notes), notes);
        }

        // A to-do without DUE is due when its DURATION ends (RFC 5545, section 3.6.2).
        if (of.Filled("DTSTART") is not { } start || of.Filled("DURATION") is not { } duration)
        {
            throw new FormatException("has no DUE; write one, such as 20251110 (all day) or 20251110T000100Z.");
        }

        var begins = resolver.Resolve(start, null, notes);
        var when = OurMarks.When(of, begins, notes);
        var length = Length(when, duration.Trimmed);
        var days = Days(length);
        return when.IsAllDay
            ? Ranged(when, when.On.PlusDays((int)days))
            : ResolvedTime.ToMoment(LocalTimes.ToLocal(After(begins, length), when.Zone), when.Zone);
    }

    private static Moment? EndAt(Moment when, ResolvedTime begins, ResolvedTime ends)
    {
        // An all-day DTEND is the day after the last day. Some programs repeat the first day instead: a single day.
        if (when.IsAllDay)
        {
            return ends.Moment.On < when.On ? throw EndsBefore() : LastDay(when, ends.Moment.On.PlusDays(-1));
        }

        if (ends.At < begins.At)
        {
            throw EndsBefore();
        }

        // the end is timed because the start is
        return LastMoment(when, ends.Moment.Zone.Id == when.Zone.Id ? ends.Moment.On + ends.Moment.At!.Value
            : LocalTimes.ToLocal(ends.At, when.Zone));
    }

    private static Moment? EndAfter(Moment when, ResolvedTime begins, string duration)
    {
        var length = Length(when, duration);
        return when.IsAllDay
            ? LastDay(when, when.On.PlusDays((int)Days(length) - 1))
            : LastMoment(when, LocalTimes.ToLocal(After(begins, length), when.Zone));
    }

    private static bool Agree(Moment when, ResolvedTime begins, ResolvedTime ends, Period length) => when.IsAllDay
        ? when.On.PlusDays((int)Days(length)) == ends.Moment.On
        : After(begins, length) == ends.At;

    /// <exception cref="FormatException">
    /// The duration cannot be read, does not fit an all-day start, or ends after the last supported year.
    /// </exception>
    private static Period Length(Moment when, string text)
    {
        if (!TryReadDuration(text, out var length) || (when.IsAllDay && Days(length) % 1 != 0))
        {
            throw new FormatException(
                $"has a DURATION that cannot be, {Problem.Quote(text)}; "
                + "write one such as P2D or, with a time in DTSTART, PT36H.");
        }

        return Days(length) <= Period.DaysBetween(when.On, LastDayOfAll) ? length : throw TooLate();
    }

    /// <summary>Adds a duration. Days are calendar days; hours are elapsed time (RFC 5545, section 3.3.6).</summary>
    private static Instant After(ResolvedTime begins, Period length)
    {
        var days = (int)((length.Weeks * 7) + length.Days);
        var hours = (length - Period.FromWeeks(length.Weeks) - Period.FromDays(length.Days)).ToDuration();
        return (days == 0 ? begins.At : LocalTimes.ToInstant(begins.Local.PlusDays(days), begins.Rules)) + hours;
    }

    private static bool TryReadDuration(string text, [NotNullWhen(true)] out Period? length) =>
        PeriodPattern.Roundtrip.Parse(text.TrimStart('+').ToUpperInvariant()).TryGetValue(Period.Zero, out length!)
        && length is { Years: 0, Months: 0, Milliseconds: 0, Ticks: 0, Nanoseconds: 0 }
        && length is { Weeks: >= 0, Days: >= 0, Hours: >= 0, Minutes: >= 0, Seconds: >= 0 };

    /// <summary>Converts a duration to days. A decimal holds any value without overflow.</summary>
    private static decimal Days(Period length) =>
        (length.Weeks * 7m) + length.Days + (length.Hours / 24m) + (length.Minutes / 1440m) + (length.Seconds / 86400m);

    private static Moment Ranged(Moment when, LocalDate on) =>
        TimeText.IsInRange(on) ? when with { On = on } : throw TooLate();

    private static Moment? LastDay(Moment when, LocalDate on) => on <= when.On ? null : Ranged(when, on);

    private static Moment? LastMoment(Moment when, LocalDateTime end) =>
        end.Date <= when.On ? null : Ranged(when, end.Date) with { At = new LocalTime(end.Hour, end.Minute) };

    private static FormatException EndsBefore() => new("ends before it starts; write a DTEND after DTSTART.");

    private static FormatException TooLate() =>
        new($"ends after the year {TimeText.LastYear}; write an earlier DTEND or DURATION.");
}
