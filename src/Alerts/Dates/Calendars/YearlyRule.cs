namespace Alerts.Dates.Calendars;

/// <summary>
/// A yearly RRULE (RFC 5545, section 3.3.10) as used in time zone definitions: when the offset changes.
/// </summary>
internal sealed class YearlyRule
{
    /// <summary>Number of years without a match after which a rule counts as over.</summary>
    private const int LongestGap = 100;

    private readonly LocalRule rule;
    private readonly CalendarTime? until;
    private readonly int? count;

    /// <exception cref="FormatException">The rule is not yearly or cannot be read; the message says which.</exception>
    public YearlyRule(string text)
    {
        rule = LocalRule.Parse(text) ?? throw Unreadable(text);
        var parts = rule.Parts;
        if (parts.Frequency != Ical.Net.FrequencyType.Yearly)
        {
            throw new FormatException($"the rule {Problem.Quote(text)} is not yearly");
        }

        // Clocks change at most once a day. Programs read weeks, and days of the year in a month, differently.
        if (parts.ByHour.Count > 1 || parts.ByMinute.Count > 1 || parts.BySecond.Count > 1
            || parts.ByWeekNo.Count > 0 || (parts.ByYearDay.Count > 0 && parts.ByMonth.Count > 0))
        {
            throw Unreadable(text);
        }

        if (parts.ByMonthDay.Count > 0 && parts.ByMonth.Count == 0)
        {
            parts.ByMonth = [.. Enumerable.Range(1, 12)]; // Ical.Net takes the month of DTSTART only
        }

        until = rule.Until is { } last ? CalendarTime.Parse(last) ?? throw Unreadable(text) : null;
        count = parts.Count;
        parts.Count = null; // Ical.Net does not count a DTSTART that does not fit the rule
    }

    /// <summary>Whether the rule may apply for more than <paramref name="years"/> years.</summary>
    public bool MayLast(int years, LocalDateTime start) =>
        !(count <= years) && !(until is not null && until.Local.Year - start.Year <= years);

    /// <summary>
    /// Returns the local times at which the rule applies, in order, from its start to the end of
    /// <paramref name="lastYear"/>.
    /// </summary>
    /// <param name="start">The first time; it counts even if the rule does not produce it.</param>
    /// <param name="before">The offset in force just before each time.</param>
    public IEnumerable<LocalDateTime> Times(LocalDateTime start, Offset before, int lastYear) =>
        rule.Starts(start, start, LongestGap)
            .TakeWhile(time => time.Year <= lastYear && !IsOver(time, before))
            .Where(time => time > start)
            .Prepend(start)
            .Take(count ?? int.MaxValue);

    private bool IsOver(LocalDateTime time, Offset before) => until switch
    {
        null => false,
        { IsDay: true } => time.Date > until.Local.Date,
        { IsUtc: true } => time.PlusSeconds(-before.Seconds) > until.Local,
        _ => time > until.Local,
    };

    private static FormatException Unreadable(string text) => new($"the rule {Problem.Quote(text)} cannot be read");
}
