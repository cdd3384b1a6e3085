using Alerts.Dates;
using NodaTime;

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
