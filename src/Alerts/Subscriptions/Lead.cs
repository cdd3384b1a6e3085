using Alerts.Dates;

namespace Alerts.Subscriptions;

/// <summary>How long before a key date to send a reminder.</summary>
/// <param name="Text">The lead in upper case; identifies it.</param>
internal abstract record Lead(string Text)
{
    /// <summary>Whether the reminder is for the date itself (<c>P0D</c>, <c>PT0S</c>).</summary>
    public abstract bool IsZero { get; }

    public sealed override string ToString() => Text;
}

/// <summary>A lead with hours, minutes or seconds: exactly that much elapsed time before the start.</summary>
internal sealed record ClockLead(string Text, Duration Before) : Lead(Text)
{
    public override bool IsZero => Before == Duration.Zero;
}

/// <summary>
/// A lead of years, months, weeks and days only: subtracted on the calendar, due at the subscriber's time of day.
/// </summary>
internal sealed record CalendarLead(string Text, Period Before) : Lead(Text)
{
    public override bool IsZero => Before.Normalize().Equals(Period.Zero);
}

/// <summary>A lead of business days (<c>3BD</c>), due at the subscriber's time of day.</summary>
/// <param name="Days">1 to 500.</param>
internal sealed record BusinessDayLead(string Text, int Days, HolidayCalendar Calendar) : Lead(Text)
{
    public override bool IsZero => false;
}

/// <summary>Defines the order in which leads are stored and shown: longest first.</summary>
internal static class LeadOrder
{
    /// <summary>
    /// Sorts leads by length, longest first, and by text when equally long. Of several leads with the same meaning
    /// (<c>P2W</c>, <c>P14D</c>), keeps only the first in text order.
    /// </summary>
    public static IReadOnlyList<Lead> LongestFirst(IEnumerable<Lead> leads) =>
    [.. leads.OrderBy(lead => lead.Text, StringComparer.Ordinal).DistinctBy(Meaning).OrderByDescending(Length)];

    /// <summary>A key that is equal for leads that are due at the same instant for every date and subscriber.</summary>
    private static (int Kind, long Months, long Days, Duration Time) Meaning(Lead lead) => lead switch
    {
        ClockLead clock => (0, 0, 0, clock.Before),
        CalendarLead { Before: var before } =>
            (1, before.Years * 12L + before.Months, before.Weeks * 7L + before.Days, Duration.Zero),
        BusinessDayLead business => (2, (int)business.Calendar, business.Days, Duration.Zero),
        _ => throw new ArgumentOutOfRangeException(nameof(lead), lead.Text, "not a lead"),
    };

    /// <summary>
    /// Approximate length, for comparison only: a month counts as 30 days, a year as 365 days, five business days as a
    /// week.
    /// </summary>
    private static Duration Length(Lead lead) => lead switch
    {
        ClockLead clock => clock.Before,
        CalendarLead { Before: var before } =>
            Duration.FromDays(before.Years * 365 + before.Months * 30 + before.Weeks * 7 + before.Days),
        BusinessDayLead business => Duration.FromDays(business.Days) * 7 / 5,
        _ => throw new ArgumentOutOfRangeException(nameof(lead), lead.Text, "not a lead"),
    };
}
