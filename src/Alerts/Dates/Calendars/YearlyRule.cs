using System.Globalization;

namespace Alerts.Dates.Calendars;

/// <summary>
/// A yearly RRULE (RFC 5545, section 3.3.10) as used in time zone definitions: the days of a year on which the offset
/// changes.
/// </summary>
internal sealed class YearlyRule
{
    private static readonly string[] Weekdays = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

    private int[] months = [];
    private int[] monthDays = [];
    private int[] yearDays = [];
    private int[] positions = [];
    private (int Place, IsoDayOfWeek Day)[] days = [];
    private LocalDateTime? untilLocal;
    private Instant? untilInstant;
    private int? hour;
    private int? minute;
    private int? second;
    private int interval = 1;
    private int? count;

    /// <summary>Number of years without a match after which a rule counts as over.</summary>
    private const int LongestGap = 100;

    /// <summary>Whether the rule may apply for more than <paramref name="years"/> years.</summary>
    public bool MayLast(int years, LocalDateTime start) => !(count <= years)
        && !((untilLocal ?? untilInstant?.InUtc().LocalDateTime) is { } until && until.Year - start.Year <= years);

    /// <exception cref="FormatException">The rule is not yearly or cannot be read; the message says which.</exception>
    public static YearlyRule Parse(string text)
    {
        var rule = new YearlyRule();
        var isYearly = false;
        foreach (var part in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var (name, value) = part.Split('=', 2) is [var left, var right]
                ? (left.ToUpperInvariant(), right.ToUpperInvariant()) : (part, "");
            try
            {
                isYearly |= name == "FREQ" && value == "YEARLY";
                rule.Take(name, value);
            }
            catch (Exception e) when (e is FormatException or OverflowException)
            {
                throw new FormatException($"the rule {Core.Problem.Quote(text)} cannot be read", e);
            }
        }

        return isYearly && rule.interval > 0 ? rule
            : throw new FormatException($"the rule {Core.Problem.Quote(text)} is not yearly");
    }

    /// <summary>
    /// Returns the local times at which the rule applies, in order, from its start to the end of
    /// <paramref name="lastYear"/>.
    /// </summary>
    /// <param name="start">The first time; it counts even if the rule does not produce it.</param>
    /// <param name="before">The offset in force just before each time.</param>
    public IEnumerable<LocalDateTime> Times(LocalDateTime start, Offset before, int lastYear)
    {
        var found = 0;
        var lastFound = start.Year;
        for (var year = start.Year; year <= lastYear && year - lastFound <= LongestGap; year += interval)
        {
            foreach (var day in DaysOf(year, start.Date))
            {
                var time = day + TimeOfDay(start);
                if (time <= start && found > 0)
                {
                    continue;
                }

                if (found == 0 && time != start)
                {
                    found++;
                    yield return start;
                    if (time < start)
                    {
                        continue;
                    }
                }

                if (found >= count || IsOver(time, before))
                {
                    yield break;
                }

                found++;
                lastFound = year;
                yield return time;
            }
        }

        if (found == 0)
        {
            yield return start;
        }
    }

    /// <summary>
    /// Returns the time of day of DTSTART, except for parts that the rule sets itself, as Lotus Notes does.
    /// </summary>
    private LocalTime TimeOfDay(LocalDateTime start) =>
        new(hour ?? start.Hour, minute ?? start.Minute, second ?? start.Second);

    private bool IsOver(LocalDateTime time, Offset before) =>
        time > untilLocal || (untilInstant is { } until && time.WithOffset(before).ToInstant() > until);

    private void Take(string name, string value)
    {
        switch (name)
        {
            case "INTERVAL": interval = int.Parse(value, CultureInfo.InvariantCulture); break;
            case "COUNT": count = int.Parse(value, CultureInfo.InvariantCulture); break;
            case "BYMONTH": months = Numbers(value); break;
            case "BYMONTHDAY": monthDays = Numbers(value); break;
            case "BYYEARDAY": yearDays = Numbers(value); break;
            case "BYSETPOS": positions = Numbers(value); break;
            case "BYHOUR": hour = Number(value, 23); break;
            case "BYMINUTE": minute = Number(value, 59); break;
            case "BYSECOND": second = Math.Min(Number(value, 60), 59); break;
            case "BYDAY": days = [.. value.Split(',').Select(Weekday)]; break;
            case "UNTIL": Until(value); break;
            case "FREQ" or "WKST": break;
            default: throw new FormatException(name);
        }
    }

    private void Until(string value)
    {
        if (CalendarTime.DayForm.Parse(value) is { Success: true } day)
        {
            untilLocal = day.Value.At(LocalTime.MaxValue);
        }
        else if (value.EndsWith('Z'))
        {
            untilInstant = CalendarTime.TimeForm.Parse(value[..^1]).Value.InUtc().ToInstant();
        }
        else
        {
            untilLocal = CalendarTime.TimeForm.Parse(value).Value;
        }
    }

    private IEnumerable<LocalDate> DaysOf(int year, LocalDate start)
    {
        var isBare = monthDays.Length == 0 && yearDays.Length == 0 && days.Length == 0;
        var ofYear = months.Length > 0 ? months : isBare ? [start.Month] : Enumerable.Range(1, 12);
        var found = ofYear.Where(month => month is >= 1 and <= 12).Distinct().Order().SelectMany(month =>
            DaysOf(year, month)).Where(day =>
            (!isBare || day.Day == start.Day)
            && (monthDays.Length == 0 || monthDays.Contains(day.Day)
                || monthDays.Contains(day.Day - LengthOfMonth(day) - 1))
            && (yearDays.Length == 0 || yearDays.Contains(day.DayOfYear)
                || yearDays.Contains(day.DayOfYear - LengthOfYear(day) - 1))
            && (days.Length == 0 || days.Any(wanted => IsOn(day, wanted))));
        if (positions.Length == 0)
        {
            return found;
        }

        var all = found.ToList();
        return all.Where((_, index) => positions.Contains(index + 1) || positions.Contains(index - all.Count));
    }

    /// <summary>
    /// Whether a day is the nth such weekday of its month, or of its year when the rule names no month.
    /// </summary>
    private bool IsOn(LocalDate day, (int Place, IsoDayOfWeek Day) wanted)
    {
        if (day.DayOfWeek != wanted.Day || wanted.Place == 0)
        {
            return day.DayOfWeek == wanted.Day;
        }

        var (at, length) = months.Length > 0 ? (day.Day, LengthOfMonth(day)) : (day.DayOfYear, LengthOfYear(day));
        return wanted.Place > 0 ? ((at - 1) / 7) + 1 == wanted.Place : -((length - at) / 7) - 1 == wanted.Place;
    }

    private static IEnumerable<LocalDate> DaysOf(int year, int month) =>
        Enumerable.Range(1, CalendarSystem.Iso.GetDaysInMonth(year, month)).Select(day =>
            new LocalDate(year, month, day));

    private static int LengthOfMonth(LocalDate day) => CalendarSystem.Iso.GetDaysInMonth(day.Year, day.Month);

    private static int LengthOfYear(LocalDate day) => CalendarSystem.Iso.GetDaysInYear(day.Year);

    private static int[] Numbers(string value) =>
        [.. value.Split(',').Select(one => int.Parse(one, CultureInfo.InvariantCulture))];

    /// <summary>Parses one number: lists are rejected, since clocks change at most once a day.</summary>
    private static int Number(string value, int last) =>
        int.Parse(value, CultureInfo.InvariantCulture) is var number && number >= 0 && number <= last ? number
            : throw new FormatException(value);

    private static (int Place, IsoDayOfWeek Day) Weekday(string text)
    {
        var index = text.Length < 2 ? -1 : Array.IndexOf(Weekdays, text[^2..]);
        return index < 0
            ? throw new FormatException(text)
            : (text.Length == 2 ? 0
                : int.Parse(text[..^2], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture),
                    (IsoDayOfWeek)(index + 1));
    }
}
