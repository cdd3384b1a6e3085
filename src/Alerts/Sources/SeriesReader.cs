using Alerts.Dates;
using Alerts.Dates.Calendars;

namespace Alerts.Sources;

/// <summary>Expands the events of one UID into occurrences from 30 days ago to 24 months ahead.</summary>
/// <param name="ids">Chooses the ids of the occurrences.</param>
/// <param name="now">The service clock's current time.</param>
internal sealed class SeriesReader(OccurrenceIds ids, Instant now)
{
    /// <summary>Maximum number of occurrences of one event (product contract, section 13).</summary>
    private const int MaxOccurrences = 500;

    private const int DaysBack = 30;
    private const int MonthsAhead = 24;

    private long steps = RecurrenceRules.MaxSteps;

    /// <summary>Whether a rule of the series that is read has more starts than were expanded.</summary>
    private bool isCut;

    /// <param name="series">
    /// The recurring event, already read without errors; null when the file holds only single occurrences.
    /// </param>
    /// <param name="overrides">
    /// Events with a RECURRENCE-ID or added by METHOD:ADD. One that could not be read yields no date.
    /// </param>
    /// <param name="warnings">Receives the warnings, each a sentence.</param>
    /// <param name="skip">Called with the UID when a change of occurrences was skipped.</param>
    /// <param name="leftOut">Receives the ids of the occurrences beyond the limit.</param>
    /// <exception cref="FormatException">
    /// The series cannot be read; the message is the rest of a sentence about the event.
    /// </exception>
    public IReadOnlyList<SourceDate> Read(
        string uid, ReadEvent? series, IReadOnlyList<ReadEvent> overrides, List<string> warnings,
        Action<string> skip, HashSet<string> leftOut)
    {
        var today = now.InUtc().Date;
        var window = new DateInterval(today.PlusDays(-DaysBack), today.PlusMonths(MonthsAhead));
        // An occurrence that began before the window may end in it.
        var reach = series is null ? window : new DateInterval(window.Start.PlusDays(-DaysLong(series)), window.End);
        isCut = false;
        var starts = series is null ? [] : Starts(series, reach);
        var times = series is null ? null : new OccurrenceTimes(series, Begin(series));
        var replaced = new Dictionary<LocalDateTime, ReadEvent>();
        var omitted = new HashSet<LocalDateTime>();
        var placed = Placed(overrides, series, starts, omitted, warnings);
        if (placed.Count < overrides.Count)
        {
            skip(uid);
        }

        foreach (var ofOne in placed.GroupBy(one => one.At, one => one.Event))
        {
            var newest = ReadEvent.NewestFirst(ofOne);
            replaced[ofOne.Key] = newest[0];
            if (newest.Count > 1)
            {
                warnings.Add($"{newest[0].Item.Name}: "
                    + $"its occurrence of {ofOne.Key.Date:uuuu-MM-dd} {ReadEvent.WhichCounts(newest)}");
            }
        }

        bool IsInWindow(LocalDateTime at) =>
            window.Contains(at.Date) || (replaced.TryGetValue(at, out var own) && IsIn(window, own));
        var all = starts.Concat(replaced.Keys.Where(at => reach.Contains(at.Date) || IsIn(window, replaced[at])))
            .Distinct().Order().ToList();
        var instants = all.ToDictionary(at => at, at => InstantOf(at, series ?? replaced[at]));
        var idOf = ids.Of(uid, [.. all.Select(at => (at, instants[at]))]);
        var taken = all.Except(all.Where(at => !IsInWindow(at)).Take(all.Count - MaxOccurrences))
            .Take(MaxOccurrences).ToList();
        if (taken.Count < all.Count)
        {
            leftOut.UnionWith(all.Except(taken).Select(at => idOf[at]));
            if (isCut)
            {
                skip(uid); // the occurrences that were not expanded have no ids here
            }

            var left = isCut ? "those" : $"the {all.Count - taken.Count}";
            warnings.Add($"{(series ?? overrides[0]).Item.Name}: has {(isCut ? "more than " : "")}"
                + $"{all.Count} occurrences from {reach.Start:uuuu-MM-dd} to {reach.End:uuuu-MM-dd}; "
                + $"{left} before {taken[0]:uuuu-MM-dd} or after {taken[^1]:uuuu-MM-dd} were left out.");
        }

        return
        [
            .. taken.Select(at =>
            {
                var date = replaced.TryGetValue(at, out var one) ? Override(idOf[at], uid, one, series)
                    : omitted.Contains(at) ? null
                    : Occurrence(idOf[at], uid, series!.Edit!, times!.Of(at)); // other starts come from a series
                return date is null ? null : date with { OriginalStart = instants[at] };
            }).OfType<SourceDate>(),
        ];
    }

    private static SourceDate Occurrence(
        string id, string uid, CalendarEdit series, (Moment When, Moment? End) times) => new(series)
        {
            Id = id,
            Series = uid,
            When = times.When,
            End = times.End,
        };

    /// <returns>The date of an override; null when the override could not be read.</returns>
    private static SourceDate? Override(string id, string uid, ReadEvent one, ReadEvent? series) =>
        one.Edit is not { } own ? null : new SourceDate(Merged(own, series?.Edit))
        {
            Id = id,
            Series = uid,
            EventStamp = series?.Edit?.Stamp,
            OverrideStamp = own.Stamp,
            IsCancelledOverride = own is { Status: DateStatus.Cancelled, IsCancel: false },
        };

    private static bool IsIn(DateInterval window, ReadEvent one) => one.Edit is { When: { } when, End: var end }
        && when.On <= window.End && (end ?? when).On >= window.Start;

    /// <summary>Returns the number of days from the start of an occurrence to its last day.</summary>
    private static int DaysLong(ReadEvent series) =>
        series.Edit is { When: { } when, End: var end } && First(series.Item) is not null
            ? Math.Max(0, Period.DaysBetween(Begin(series).Local.Date, (end ?? when).On)) : 0;

    /// <summary>Returns the instant of an original start; null when the file names none to count from.</summary>
    /// <param name="like">The series, or the override itself when the file does not hold its series.</param>
    private static Instant? InstantOf(LocalDateTime at, ReadEvent like) =>
        First(like.Item) is null ? null : LocalTimes.ToInstant(at, Begin(like).Rules);

    /// <summary>Fills what an override leaves out with the values of its series.</summary>
    private static CalendarEdit Merged(CalendarEdit own, CalendarEdit? series) => series is null ? own : own with
    {
        Title = own.Title ?? series.Title,
        Summary = own.Summary ?? series.Summary,
        Categories = own.Categories.Count > 0 ? own.Categories : series.Categories,
        Link = own.Link ?? series.Link,
    };

    private List<LocalDateTime> Starts(ReadEvent series, DateInterval window)
    {
        var begins = Begin(series);
        var (from, to) = (window.Start.AtMidnight(), window.End.PlusDays(1).AtMidnight());
        var starts = new HashSet<LocalDateTime>(ByRules(series, begins, "RRULE", from, to));
        starts.Add(begins.Local); // DTSTART counts as the first occurrence (RFC 5545, section 3.8.5.3)
        starts.UnionWith(Listed(series, begins, "RDATE"));
        starts.ExceptWith(ByRules(series, begins, "EXRULE", from, to)); // from RFC 2445; some programs still write it
        starts.ExceptWith(Listed(series, begins, "EXDATE"));
        foreach (var day in ExcludedDays(series, begins))
        {
            starts.RemoveWhere(at => at.Date == day);
        }

        return [.. starts.Where(at => at >= from && at < to).Order()];
    }

    private List<LocalDateTime> ByRules(
        ReadEvent series, ResolvedTime begins, string name, LocalDateTime from, LocalDateTime to)
    {
        LocalDateTime Until(string text) => LocalStarts.UntilOf(name, begins, text);
        var starts = new List<LocalDateTime>();
        foreach (var rule in series.Item.All(name).Where(rule => rule.Trimmed.Length > 0))
        {
            var ofRule = RecurrenceRules.Expand(name, rule.Trimmed, begins.Local, from, to, Until, ref steps);
            isCut |= name == "RRULE" && ofRule.Count == RecurrenceRules.MaxStarts;
            starts.AddRange(ofRule);
        }

        return starts;
    }

    /// <summary>
    /// Returns the property that occurrences are counted from: DTSTART, or DUE of a to-do without DTSTART.
    /// </summary>
    public static CalendarProperty? First(CalendarComponent item) =>
        item.First("DTSTART") ?? (item.IsToDo ? item.Filled("DUE") : null);

    private static ResolvedTime Begin(ReadEvent series) => First(series.Item) is { } start
        ? series.Resolver.Resolve(start, null, [])
        : throw new FormatException("recurs but has no DTSTART; write one.");

    /// <summary>Returns the local starts that RDATE or EXDATE lists; for a period, its start.</summary>
    private static IEnumerable<LocalDateTime> Listed(ReadEvent series, ResolvedTime begins, string name) =>
        from property in series.Item.All(name)
        from value in ValuesOf(property)
        let at = series.Resolver.Resolve(property, value.Split('/')[0], First(series.Item), [])
        select LocalStarts.StartOf(at, begins);

    /// <summary>Returns the values of a property that may hold several, such as RDATE.</summary>
    public static string[] ValuesOf(CalendarProperty property) => property.Trimmed.Split(',',
        StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Returns the whole days that EXDATE lists in a series whose starts have a time.</summary>
    private static IEnumerable<LocalDate> ExcludedDays(ReadEvent series, ResolvedTime begins) =>
        begins.Moment.IsAllDay ? []
            : from property in series.Item.All("EXDATE")
              from value in ValuesOf(property)
              let at = CalendarTime.Parse(value)
              where at is { IsDay: true } || (at is not null && property.Has("VALUE", "DATE"))
              select at.Local.Date;

    /// <summary>
    /// Returns the overrides with the original start of each. One without a known start, or of several occurrences, is
    /// skipped with a warning, and the starts that it seems to change are added to <paramref name="omitted"/>: the
    /// series does not say what they are now.
    /// </summary>
    private static List<(LocalDateTime At, ReadEvent Event)> Placed(IEnumerable<ReadEvent> overrides,
        ReadEvent? series, List<LocalDateTime> starts, HashSet<LocalDateTime> omitted, List<string> warnings)
    {
        var placed = new List<(LocalDateTime At, ReadEvent Event)>();
        foreach (var one in overrides)
        {
            var id = one.Item.Filled("RECURRENCE-ID");
            try
            {
                var at = OriginalStart(one, series, starts);
                if (id?.Parameters.TryGetValue("RANGE", out var range) != true)
                {
                    placed.Add((at, one));
                    continue;
                }

                range = range!.ToUpperInvariant(); // it was found
                omitted.UnionWith(starts.Where(start => range == "THISANDPRIOR" ? start <= at : start >= at));
                warnings.Add($"{one.Item.Name}: changes several occurrences at once, which is not read "
                    + $"(RECURRENCE-ID with RANGE={Problem.Quote(range)}); write each of them; it was skipped.");
            }
            catch (FormatException e)
            {
                if (id is not null && CalendarTime.Parse(id.Trimmed) is { } written)
                {
                    omitted.UnionWith(starts.Where(start =>
                        written.IsDay ? start.Date == written.Local.Date : start == written.Local));
                }

                if (one.Edit is not null) // otherwise it was named already
                {
                    warnings.Add($"{one.Item.Name}: {e.Message.TrimEnd('.')}; it was skipped.");
                }
            }
        }

        return placed;
    }

    private static LocalDateTime OriginalStart(ReadEvent one, ReadEvent? series, List<LocalDateTime> starts)
    {
        // An event added by METHOD:ADD has no RECURRENCE-ID: its own start counts.
        var property = one.Item.Filled("RECURRENCE-ID") ?? First(one.Item)
            ?? throw new FormatException("has no DTSTART; write one.");
        // Without the series, the occurrence itself shows which zone the series is in.
        var like = series is not null && First(series.Item) is not null ? series : one;
        var at = one.Resolver.Resolve(property, First(like.Item), []);
        if (First(like.Item) is null)
        {
            return at.Local;
        }

        var begins = Begin(like);
        if (at.Moment.IsAllDay && !begins.Moment.IsAllDay)
        {
            return starts.Find(start => start.Date == at.Local.Date) is var found && found.Date == at.Local.Date
                ? found : LocalStarts.StartOf(at, begins);
        }

        return LocalStarts.StartOf(at, begins);
    }
}
