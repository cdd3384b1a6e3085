using NodaTime.Text;
using NodaTime.TimeZones;

namespace Alerts.Dates.Calendars;

/// <summary>
/// A time zone defined in a calendar file (VTIMEZONE, RFC 5545, section 3.6.5). Before the first observance the offset
/// is its TZOFFSETFROM.
/// </summary>
internal sealed class TimeZoneDefinition : DateTimeZone
{
    /// <summary>
    /// Maximum number of observances. Real definitions have a few dozen at most; each one costs time for every year.
    /// </summary>
    private const int MaxObservances = 200;

    /// <summary>Maximum number of observances whose rules may apply for more than <see cref="Long"/> years.</summary>
    private const int MaxLong = 20;

    private const int Long = 100;

    /// <summary>
    /// Maximum number of offset changes up to <see cref="YearOfCheck"/>. Two a year since 1600 make a thousand.
    /// </summary>
    private const int MaxChanges = 5000;

    private const int YearOfCheck = 2100;

    private const int FirstYear = 1500;
    private const int LastYear = 9998;

    /// <summary>
    /// Start years before this one, such as 0001, only mean "always". They are moved to this year, which is a leap
    /// year.
    /// </summary>
    private const int FirstYearOfRules = 1600;

    private readonly IReadOnlyList<Observance> observances;
    private readonly bool recurs;
    private List<ZoneInterval> intervals = [];
    private int knownTo;

    private TimeZoneDefinition(string id, IReadOnlyList<Observance> observances)
        : base(
            id, isFixed: false, observances.SelectMany(one => one.Offsets).Min(),
            observances.SelectMany(one => one.Offsets).Max())
    {
        this.observances = observances;
        recurs = observances.Any(one => one.Rule is not null);
    }

    /// <summary>The IANA zone that the definition says it is (X-LIC-LOCATION); null when it names none.</summary>
    public DateTimeZone? Location { get; private init; }

    /// <summary>Reads the definition in a VTIMEZONE; returns null when it has no observances.</summary>
    /// <exception cref="FormatException">
    /// The definition cannot be read; the message gives the reason as the rest of a sentence.
    /// </exception>
    public static TimeZoneDefinition? Of(CalendarComponent component)
    {
        var parts = component.Inner.Where(one => one.Kind is "STANDARD" or "DAYLIGHT").ToList();
        if (parts.Count == 0)
        {
            return null;
        }

        List<Observance> observances = [.. parts.Take(MaxObservances + 1).Select(Observance.Of)];
        if (observances.Count > MaxObservances
            || observances.Count(one => one.Rule?.MayLast(Long, one.Start) == true) > MaxLong)
        {
            throw new FormatException(
                $"it has more than {MaxObservances} observances, or more than {MaxLong} of more than {Long} years");
        }

        if (observances.SelectMany(one => one.Onsets(YearOfCheck)).Skip(MaxChanges).Any())
        {
            throw new FormatException($"it changes its offset more than {MaxChanges} times");
        }

        return new TimeZoneDefinition(component.First("TZID")?.Text ?? "", observances)
        {
            Location = component.Filled("X-LIC-LOCATION") is { } place ? ZoneNames.Location(place.Text) : null,
        };
    }

    public override ZoneInterval GetZoneInterval(Instant instant)
    {
        var year = instant < Instant.FromUtc(FirstYear, 1, 1, 0, 0) ? FirstYear : instant.InUtc().Year;
        Compute(Math.Min(year + 1, LastYear));
        var (low, high) = (0, intervals.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = intervals[middle].Start <= instant ? (middle, high) : (low, middle - 1);
        }

        return intervals[low];
    }

    /// <summary>
    /// Computes the offset changes up to a year plus 30 more, so that few calls have to compute anything.
    /// </summary>
    private void Compute(int year)
    {
        if (intervals.Count > 0 && (knownTo >= year || !recurs))
        {
            return;
        }

        knownTo = Math.Min(year + 30, LastYear);
        var changes = new List<(Instant At, Offset From, Offset To)>();
        foreach (var change in observances.SelectMany(one => one.Onsets(knownTo)).OrderBy(one => one.At))
        {
            if (changes.Count > 0 && changes[^1].At == change.At)
            {
                changes.RemoveAt(changes.Count - 1);
            }

            changes.Add(change);
        }

        var found = new List<ZoneInterval>();
        Instant? from = null;
        var offset = changes[0].From;
        foreach (var change in changes.Where(change => change.To != offset))
        {
            found.Add(new ZoneInterval(Id, from, change.At, offset, Offset.Zero));
            (from, offset) = (change.At, change.To);
        }

        found.Add(new ZoneInterval(Id, from, null, offset, Offset.Zero));
        intervals = found;
    }

    /// <summary>A STANDARD or DAYLIGHT component: when it begins to apply, and the offsets before and after.</summary>
    private sealed record Observance(
        LocalDateTime Start, Offset From, Offset To, YearlyRule? Rule, IReadOnlyList<LocalDateTime> Dates)
    {
        public IEnumerable<Offset> Offsets => [From, To];

        /// <exception cref="FormatException">The component cannot be read.</exception>
        public static Observance Of(CalendarComponent part)
        {
            var from = OffsetOf(part, "TZOFFSETFROM");
            var to = OffsetOf(part, "TZOFFSETTO");
            var rules = part.All("RRULE").Where(rule => rule.Trimmed.Length > 0).ToList();
            return new Observance(
                TimeOf(part.Filled("DTSTART")?.Trimmed ?? "", from), from, to,
                rules.Count switch
                {
                    0 => null,
                    1 => new YearlyRule(rules[0].Trimmed),
                    _ => throw new FormatException("it has several rules in one observance"),
                },
                [.. part.All("RDATE").SelectMany(dates =>
                    dates.Trimmed.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
                    .Select(date => TimeOf(date.Split('/')[0], from))]);
        }

        /// <summary>Returns the instants at which the observance begins, up to the end of a year.</summary>
        public IEnumerable<(Instant At, Offset From, Offset To)> Onsets(int lastYear) =>
            (Rule?.Times(Start, From, lastYear) ?? [Start]).Concat(Dates).Distinct()
                .Select(time => (time.WithOffset(From).ToInstant(), From, To));

        private static LocalDateTime TimeOf(string text, Offset from) =>
            CalendarTime.Parse(text) is { } time && time.Local.Year < LastYear
                ? time.Local.PlusYears(Math.Max(0, FirstYearOfRules - time.Local.Year))
                    .PlusSeconds(time.IsUtc ? from.Seconds : 0)
                : throw new FormatException(
                    $"it has an observance without a readable start ({Core.Problem.Quote(text)})");

        private static Offset OffsetOf(CalendarComponent part, string name)
        {
            var text = (part.Filled(name)?.Trimmed ?? "").Replace(":", "", StringComparison.Ordinal);
            var signed = text.Length > 0 && text[0] is '+' or '-' ? text : "+" + text;
            signed = signed.Length is 2 or 4 ? signed.Insert(1, "0") : signed; // +1 and +100
            signed = signed.Length == 3 ? signed + "00" : signed;
            foreach (var pattern in (OffsetPattern[])[Minutes, Seconds])
            {
                if (pattern.Parse(signed) is { Success: true } offset)
                {
                    return offset.Value;
                }
            }

            throw new FormatException($"its {name} cannot be read ({Core.Problem.Quote(text)})");
        }

        private static readonly OffsetPattern Minutes = OffsetPattern.CreateWithInvariantCulture("+HHmm");
        private static readonly OffsetPattern Seconds = OffsetPattern.CreateWithInvariantCulture("+HHmmss");
    }
}

/// <summary>The time zones that a file's calendars define. Each definition is parsed when it is first needed.</summary>
internal sealed class ZoneDefinitions
{
    private readonly Dictionary<CalendarObject, Dictionary<string, CalendarComponent>> own =
        new(ReferenceEqualityComparer.Instance);

    private readonly Dictionary<string, CalendarComponent> all = new(StringComparer.OrdinalIgnoreCase);

    private readonly Dictionary<CalendarComponent,
        (TimeZoneDefinition? Zone, string? Broken)> read = new(ReferenceEqualityComparer.Instance);

    public ZoneDefinitions(IEnumerable<CalendarObject> calendars)
    {
        foreach (var calendar in calendars)
        {
            var zones = own[calendar] = new(StringComparer.OrdinalIgnoreCase);
            foreach (var zone in calendar.TimeZones)
            {
                var id = zone.First("TZID")?.Text.Trim().Trim('"') ?? "";
                zones.TryAdd(id, zone);
                all.TryAdd(id, zone);
            }
        }
    }

    /// <summary>
    /// Finds the definition of a TZID: the calendar's own, otherwise that of another calendar in the file; null when
    /// there is none.
    /// </summary>
    /// <param name="broken">Why the definition cannot be read; null when it can be read or does not exist.</param>
    public TimeZoneDefinition? Find(CalendarObject calendar, string id, out string? broken)
    {
        broken = null;
        if (!own[calendar].TryGetValue(id.Trim(), out var found) && !all.TryGetValue(id.Trim(), out found))
        {
            return null;
        }

        if (!read.TryGetValue(found, out var result))
        {
            try
            {
                result = (TimeZoneDefinition.Of(found), null);
            }
            catch (FormatException e)
            {
                result = (null, e.Message);
            }

            read[found] = result;
        }

        broken = result.Broken;
        return result.Zone;
    }
}
