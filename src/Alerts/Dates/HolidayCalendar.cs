namespace Alerts.Dates;

/// <summary>
/// The days that do not count as business days, named at the end of a business-day lead (<c>3BD/us-federal</c>).
/// </summary>
internal enum HolidayCalendar
{
    /// <summary><c>weekends</c>: Saturdays and Sundays (default).</summary>
    Weekends,

    /// <summary><c>us-federal</c>: weekends and the holidays of 5 U.S.C. 6103(a) as observed.</summary>
    UsFederal,
}
