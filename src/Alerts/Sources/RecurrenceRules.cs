using System.Globalization;
using Ical.Net.Evaluation;
using CalDateTime = Ical.Net.DataTypes.CalDateTime;
using CalendarEvent = Ical.Net.CalendarComponents.CalendarEvent;

namespace Alerts.Sources;

/// <summary>
/// Expands recurrence rules (RFC 5545, section 3.3.10) with Ical.Net, in local time. Callers handle time zones.
/// </summary>
internal static class RecurrenceRules
{
    /// <summary>
    /// Maximum number of steps from the start of a rule to the end of the window, over all rules of a file.
    /// </summary>
    public const long MaxSteps = 2_000_000;

    /// <summary>
    /// Maximum number of starts that one RRULE yields, ten times the number of occurrences that are kept.
    /// </summary>
    public const int MaxStarts = 5000;

    /// <summary>Maximum number of times of day in a rule.</summary>
    private const int MaxTimesOfDay = 96;

    /// <summary>
    /// Returns the local starts in order, from <paramref name="from"/> (inclusive) to <paramref name="to"/>
    /// (exclusive); of an RRULE the first <see cref="MaxStarts"/>.
    /// </summary>
    /// <param name="name">The name of the property that holds the rule: RRULE or EXRULE.</param>
    /// <param name="rule">The value of the property.</param>
    /// <param name="start">The local time of DTSTART.</param>
    /// <param name="untilOf">Converts a value of UNTIL to local time, in the time zone of DTSTART.</param>
    /// <param name="steps">Number of steps left; reduced by the number that this rule may need.</param>
    /// <exception cref="FormatException">
    /// The rule cannot be used; the message says why, as the rest of a sentence about the event.
    /// </exception>
    public static IReadOnlyList<LocalDateTime> Expand(
        string name, string rule, LocalDateTime start, LocalDateTime from, LocalDateTime to,
        Func<string, LocalDateTime> untilOf, ref long steps)
    {
        var parts = Parts(name, rule);
        var frequency = parts.GetValueOrDefault("FREQ", "").ToUpperInvariant();
        if (frequency is "SECONDLY" or "MINUTELY" || TimesOfDay(parts) > MaxTimesOfDay)
        {
            throw new FormatException($"recurs too often for key dates ({Problem.Quote(rule)}).");
        }

        if (Lacks(parts, frequency) is { } part)
        {
            throw new FormatException(
                $"has an {name} that programs read differently, {Problem.Quote(rule)}; write it with {part}.");
        }

        Adapt(parts);
        LocalDateTime? until = null;
        if (parts.Remove("UNTIL", out var last))
        {
            until = untilOf(last);
        }

        var longest = Steps(frequency, start, to);
        steps -= longest * TimesOfDay(parts);
        if (steps < 0)
        {
            throw new FormatException("recurs too often since its start; nothing of it was read.");
        }

        // A rule that matches nothing any more must not be followed to the last year of the calendar.
        var options = new EvaluationOptions { MaxUnmatchedIncrementsLimit = (int)longest + 1 };
        var starts = new List<LocalDateTime>();
        try
        {
            var counts = name == "RRULE" && parts.ContainsKey("COUNT");
            if (counts && Occurrences(parts, start, start, options).FirstOrDefault() != start && LowerCount(parts) <= 0)
            {
                return [];
            }

            starts.AddRange(Occurrences(parts, start, LocalDateTime.Max(start, from), options)
                .TakeWhile(at => at < to && !(at > until))
                .Where(at => at >= from)
                .Take(name == "RRULE" ? MaxStarts : int.MaxValue));
            return starts;
        }
        catch (EvaluationException)
        {
            return starts; // the rule has no further occurrence in the window
        }
        catch (Exception e) when (
            e is ArgumentException or FormatException or InvalidOperationException or OverflowException)
        {
            throw new FormatException($"has an {name} that cannot be read, {Problem.Quote(rule)}.", e);
        }
    }

    /// <summary>
    /// Returns what a yearly rule lacks to have one meaning; null when it lacks nothing. By RFC 5545 (section 3.3.10)
    /// days of the month without BYMONTH are days of every month; Ical.Net and ical.js take the month of DTSTART. Of a
    /// week without BYDAY, programs take the weekday of DTSTART, all seven days or none.
    /// </summary>
    private static string? Lacks(Dictionary<string, string> parts, string frequency) =>
        frequency != "YEARLY" ? null
        : parts.ContainsKey("BYMONTHDAY") && !parts.ContainsKey("BYMONTH") ? "BYMONTH"
        : parts.ContainsKey("BYWEEKNO") && !parts.ContainsKey("BYDAY") ? "BYDAY"
        : null;

    /// <summary>Removes what says no more than the default (RFC 7529), which Ical.Net does not know.</summary>
    private static void Adapt(Dictionary<string, string> parts)
    {
        if (parts.GetValueOrDefault("RSCALE", "").Equals("GREGORIAN", StringComparison.OrdinalIgnoreCase))
        {
            parts.Remove("RSCALE");
        }

        if (parts.GetValueOrDefault("SKIP", "").Equals("OMIT", StringComparison.OrdinalIgnoreCase))
        {
            parts.Remove("SKIP");
        }
    }

    private static IEnumerable<LocalDateTime> Occurrences(
        Dictionary<string, string> parts, LocalDateTime start, LocalDateTime from, EvaluationOptions options)
    {
        var pattern = new Ical.Net.DataTypes.RecurrenceRule(string.Join(';',
            parts.Select(part => $"{part.Key}={part.Value}")));
        var series = new CalendarEvent { Start = TimeOf(start), RecurrenceRule = pattern };
        return series.GetOccurrences(TimeOf(from), options)
            .Select(occurrence => LocalDateTime.FromDateTime(occurrence.Period.StartTime.Value));
    }

    /// <summary>
    /// Lowers COUNT by one and returns it. A DTSTART that does not fit the rule counts as the first occurrence (RFC
    /// 5545, section 3.3.10), but Ical.Net does not count it.
    /// </summary>
    private static int LowerCount(Dictionary<string, string> parts)
    {
        var others = int.Parse(parts["COUNT"], NumberStyles.None, CultureInfo.InvariantCulture) - 1;
        parts["COUNT"] = others.ToString(CultureInfo.InvariantCulture);
        return others;
    }

    private static Dictionary<string, string> Parts(string property, string rule)
    {
        var parts = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var part in rule.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (part.Split('=', 2) is not [var name, var value] || !parts.TryAdd(name.ToUpperInvariant(), value.Trim()))
            {
                throw new FormatException($"has an {property} that cannot be read, {Problem.Quote(rule)}.");
            }
        }

        return parts;
    }

    private static long TimesOfDay(Dictionary<string, string> parts)
    {
        long Count(string name) => parts.TryGetValue(name, out var list) ? list.Split(',').Length : 1;
        return Count("BYHOUR") * Count("BYMINUTE") * Count("BYSECOND");
    }

    private static long Steps(string frequency, LocalDateTime start, LocalDateTime to)
    {
        var days = Math.Max(1, Period.DaysBetween(start.Date, to.Date));
        return frequency switch
        {
            "HOURLY" => days * 24L,
            "DAILY" => days,
            "WEEKLY" => days / 7L,
            _ => days / 28L,
        };
    }

    private static CalDateTime TimeOf(LocalDateTime at) =>
        new(at.Year, at.Month, at.Day, at.Hour, at.Minute, at.Second);
}
