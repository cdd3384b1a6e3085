using Alerts.Dates.Calendars;

namespace Alerts.Sources;

/// <summary>Computes when the occurrences of a series begin and end.</summary>
/// <param name="series">The recurring event, already read without errors.</param>
/// <param name="begins">The start of the series.</param>
internal sealed class OccurrenceTimes(ReadEvent series, ResolvedTime begins)
{
    private readonly ILookup<LocalDateTime, ListedPeriod> periods = Periods(series, begins)
        .ToLookup(period => LocalStarts.StartOf(period.Begins, begins));

    /// <param name="at">The local start of the occurrence, by the rules of DTSTART.</param>
    /// <exception cref="FormatException">
    /// The series has no time, or a date is outside of the supported years; the message is the rest of a sentence.
    /// </exception>
    public (Moment When, Moment? End) Of(LocalDateTime at)
    {
        var first = series.Edit?.When ?? throw new FormatException("recurs but has no DTSTART; write one.");
        var when = MomentAt(series.Item.IsToDo ? DueAfter(at, first) : at, first);
        return (when, periods[at].FirstOrDefault() is { } period ? EndOf(period, when)
            : series.Edit.End is { } end ? EndOf(at, when, first, end)
            : null);
    }

    /// <summary>Returns the periods that RDATE lists. Days and to-dos have no use for a length in hours.</summary>
    private static IEnumerable<ListedPeriod> Periods(ReadEvent series, ResolvedTime begins) =>
        series.Item.IsToDo || begins.Moment.IsAllDay ? []
        : from property in series.Item.All("RDATE")
          from value in SeriesReader.ValuesOf(property)
          let parts = value.Split('/', 2)
          where parts.Length == 2
          let at = series.Resolver.Resolve(property, parts[0], SeriesReader.First(series.Item), [])
          select new ListedPeriod(property, at, parts[1].Trim());

    private Moment? EndOf(ListedPeriod period, Moment when) => EventTimes.EndOfPeriod(
        when, period.Begins, period.Property, period.End, SeriesReader.First(series.Item), series.Resolver);

    /// <summary>
    /// Whether the file's own definition gives the instants. The zone of a moment is then one that agrees with the
    /// definition at that moment, so each occurrence may have another one.
    /// </summary>
    private bool IsByDefinition(Moment first) => first.IsAllDay == begins.Moment.IsAllDay
        && first.Zone.Equals(begins.Moment.Zone) && !begins.Rules.Equals(begins.Moment.Zone);

    /// <summary>
    /// Returns when an occurrence of a to-do is due: as many days after its start as DUE is after DTSTART, at the time
    /// of DUE.
    /// </summary>
    private LocalDateTime DueAfter(LocalDateTime at, Moment first)
    {
        var due = first.IsAllDay ? first.On.AtMidnight() : LocalTimes.ToLocal(first.Start, begins.Rules);
        return Later(at.Date, Period.DaysBetween(begins.Local.Date, due.Date)) + due.TimeOfDay;
    }

    /// <exception cref="FormatException">The date is outside of the supported years.</exception>
    private static LocalDate Later(LocalDate on, int days) =>
        days <= Period.DaysBetween(on, LocalDate.MaxIsoValue) && on.PlusDays(days) is var later
            && TimeText.IsInRange(later)
            ? later
            : throw new FormatException(
                $"has an occurrence outside of the years {TimeText.FirstYear} to {TimeText.LastYear}.");

    private Moment MomentAt(LocalDateTime at, Moment first)
    {
        if (IsByDefinition(first) && SeriesReader.First(series.Item) is { } start)
        {
            var written = first.IsAllDay ? CalendarTime.DayForm.Format(at.Date) : CalendarTime.TimeForm.Format(at);
            return series.Resolver.Resolve(start, written, null, []).Moment;
        }

        if (first.IsAllDay)
        {
            return first with { On = at.Date };
        }

        // The rules of DTSTART give the instant. The moment's zone may be another one, such as that of DUE.
        var instant = LocalTimes.ToInstant(at, begins.Rules);
        return ResolvedTime.ToMoment(
            LocalTimes.ToInstant(at, first.Zone) == instant ? at : LocalTimes.ToLocal(instant, first.Zone), first.Zone);
    }

    /// <summary>Returns the end of an occurrence, as many days after its start as the end of the first.</summary>
    private Moment EndOf(LocalDateTime at, Moment when, Moment first, Moment end)
    {
        if (end.IsAllDay || !IsByDefinition(first))
        {
            return end with { On = Later(when.On, Period.DaysBetween(first.On, end.On)), Zone = when.Zone };
        }

        var last = LocalTimes.ToLocal(end.Start, begins.Rules);
        var local = Later(at.Date, Period.DaysBetween(begins.Local.Date, last.Date)) + last.TimeOfDay;
        return ResolvedTime.ToMoment(
            LocalTimes.ToLocal(LocalTimes.ToInstant(local, begins.Rules), when.Zone), when.Zone);
    }

    /// <param name="Property">The RDATE.</param>
    /// <param name="Begins">The start of the period.</param>
    /// <param name="End">Its end as written: a time or a duration.</param>
    private sealed record ListedPeriod(CalendarProperty Property, ResolvedTime Begins, string End);
}

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
