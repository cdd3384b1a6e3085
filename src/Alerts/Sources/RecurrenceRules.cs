using Alerts.Dates.Calendars;
using Ical.Net;
using RecurrenceRule = Ical.Net.DataTypes.RecurrenceRule;

namespace Alerts.Sources;

/// <summary>Expands the recurrence rules of events in local time, within limits. Callers handle time zones.</summary>
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
        var read = LocalRule.Parse(rule)
            ?? throw new FormatException($"has an {name} that cannot be read, {Problem.Quote(rule)}.");
        var parts = read.Parts;
        var timesOfDay = TimesOfDay(parts);
        if (parts.Frequency is FrequencyType.Secondly or FrequencyType.Minutely || timesOfDay > MaxTimesOfDay)
        {
            throw new FormatException($"recurs too often for key dates ({Problem.Quote(rule)}).");
        }

        if (Lacks(parts) is { } part)
        {
            throw new FormatException(
                $"has an {name} that programs read differently, {Problem.Quote(rule)}; write it with {part}.");
        }

        var until = read.Until is { } last ? untilOf(last) : (LocalDateTime?)null;
        var longest = Steps(parts.Frequency, start, to);
        steps -= longest * timesOfDay;
        if (steps < 0)
        {
            throw new FormatException("recurs too often since its start; nothing of it was read.");
        }

        // A rule that matches nothing any more must not be followed to the last year of the calendar.
        var maxUnmatched = (int)longest + 1;

        // A DTSTART that does not fit the rule counts as the first occurrence (RFC 5545, section 3.3.10), but Ical.Net
        // does not count it.
        if (name == "RRULE" && parts.Count is { } count
            && read.Starts(start, start, maxUnmatched).FirstOrDefault() != start)
        {
            if (count == 1)
            {
                return [];
            }

            parts.Count = count - 1;
        }

        return
        [
            .. read.Starts(start, LocalDateTime.Max(start, from), maxUnmatched)
                .TakeWhile(at => at < to && !(at > until))
                .Where(at => at >= from)
                .Take(name == "RRULE" ? MaxStarts : int.MaxValue),
        ];
    }

    /// <summary>
    /// Returns what a yearly rule lacks to have one meaning; null when it lacks nothing. By RFC 5545 (section 3.3.10)
    /// days of the month without BYMONTH are days of every month; Ical.Net and ical.js take the month of DTSTART. Of a
    /// week without BYDAY, programs take the weekday of DTSTART, all seven days or none.
    /// </summary>
    private static string? Lacks(RecurrenceRule parts) =>
        parts.Frequency != FrequencyType.Yearly ? null
        : parts.ByMonthDay.Count > 0 && parts.ByMonth.Count == 0 ? "BYMONTH"
        : parts.ByWeekNo.Count > 0 && parts.ByDay.Count == 0 ? "BYDAY"
        : null;

    private static long TimesOfDay(RecurrenceRule parts) =>
        Math.Max(1L, parts.ByHour.Count) * Math.Max(1, parts.ByMinute.Count) * Math.Max(1, parts.BySecond.Count);

    private static long Steps(FrequencyType frequency, LocalDateTime start, LocalDateTime to)
    {
        var days = Math.Max(1, Period.DaysBetween(start.Date, to.Date));
        return frequency switch
        {
            FrequencyType.Hourly => days * 24L,
            FrequencyType.Daily => days,
            FrequencyType.Weekly => days / 7L,
            _ => days / 28L,
        };
    }
}
