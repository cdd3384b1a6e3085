namespace Alerts.Dates;

/// <summary>Which days do not count as business days; written after a business-day lead (<c>3BD/us-federal</c>).</summary>
internal enum HolidayCalendar
{
    /// <summary><c>weekends</c>: Saturdays and Sundays (default).</summary>
    Weekends,

    /// <summary><c>us-federal</c>: weekends and the holidays of 5 U.S.C. 6103(a) as observed.</summary>
    UsFederal,
}
