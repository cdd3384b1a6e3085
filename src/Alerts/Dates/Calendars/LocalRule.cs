using Ical.Net.Evaluation;
using CalDateTime = Ical.Net.DataTypes.CalDateTime;
using CalendarEvent = Ical.Net.CalendarComponents.CalendarEvent;
using RecurrenceRule = Ical.Net.DataTypes.RecurrenceRule;

namespace Alerts.Dates.Calendars;

/// <summary>
/// A recurrence rule (RFC 5545, section 3.3.10), expanded with Ical.Net, in local time. Callers handle time zones.
/// </summary>
/// <param name="Parts">The rule without UNTIL.</param>
/// <param name="Until">The value of UNTIL, which depends on the time zone; null for none.</param>
internal sealed record LocalRule(RecurrenceRule Parts, string? Until)
{
    /// <summary>Parses a rule; returns null when it cannot be read.</summary>
    public static LocalRule? Parse(string text)
    {
        var parts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (part.Split('=', 2) is not [var name, var value] || !parts.TryAdd(name.ToUpperInvariant(), value.Trim()))
            {
                return null;
            }
        }

        // What says no more than the default (RFC 7529) is unknown to Ical.Net.
        foreach (var (name, usual) in new[] { ("RSCALE", "GREGORIAN"), ("SKIP", "OMIT") })
        {
            if (parts.GetValueOrDefault(name, "").Equals(usual, StringComparison.OrdinalIgnoreCase))
            {
                parts.Remove(name);
            }
        }

        parts.Remove("UNTIL", out var until);
        try
        {
            var rule = new RecurrenceRule(string.Join(';', parts.Select(part => $"{part.Key}={part.Value}")));
            return parts.Count > 0 ? new LocalRule(rule, until) : null;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException)
        {
            return null;
        }
    }

    /// <summary>
    /// Returns the starts that the rule gives, in order. DTSTART is among them only if it fits the rule.
    /// </summary>
    /// <param name="start">DTSTART.</param>
    /// <param name="from">The first time to return, inclusive.</param>
    /// <param name="maxUnmatched">
    /// Number of periods in a row without a start after which the rule counts as over.
    /// </param>
    public IEnumerable<LocalDateTime> Starts(LocalDateTime start, LocalDateTime from, int maxUnmatched)
    {
        var series = new CalendarEvent { Start = TimeOf(start), RecurrenceRule = Parts };
        var options = new EvaluationOptions { MaxUnmatchedIncrementsLimit = maxUnmatched };
        using var occurrences = OrNone(() => series.GetOccurrences(TimeOf(from), options).GetEnumerator());
        while (occurrences is not null && OrNone(occurrences.MoveNext))
        {
            yield return LocalDateTime.FromDateTime(occurrences.Current.Period.StartTime.Value);
        }
    }

    /// <summary>Returns the default when the rule matches nothing any more, or ends with the calendar.</summary>
    private static T? OrNone<T>(Func<T> step)
    {
        try
        {
            return step();
        }
        catch (EvaluationException)
        {
            return default;
        }
    }

    private static CalDateTime TimeOf(LocalDateTime at) =>
        new(at.Year, at.Month, at.Day, at.Hour, at.Minute, at.Second);
}
