using static NodaTime.IsoDayOfWeek;

namespace Alerts.Dates;

/// <summary>Counts business days: all days except Saturdays, Sundays and the holidays of a calendar.</summary>
internal static class BusinessDays
{
    /// <summary>
    /// Returns the day that is a number of business days before <paramref name="on"/>, which need not be a business day
    /// itself: one business day before a Monday, a Sunday or a Saturday is the same Friday.
    /// </summary>
    /// <param name="days">1 or more.</param>
    public static LocalDate Before(LocalDate on, int days, HolidayCalendar calendar)
    {
        var day = on;
        for (var left = days; left > 0;)
        {
            day = day.PlusDays(-1);
            if (IsBusinessDay(day, calendar))
            {
                left--;
            }
        }

        return day;
    }

    private static bool IsBusinessDay(LocalDate day, HolidayCalendar calendar) =>
        day.DayOfWeek <= IsoDayOfWeek.Friday
        && !(calendar == HolidayCalendar.UsFederal && UsFederalHolidays.IsObserved(day));
}

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

/// <summary>
/// The eleven holidays of 5 U.S.C. 6103(a), as observed by offices that work Monday to Friday (6103(b), Executive Order
/// 11582): a holiday on a Saturday is observed on the Friday before, one on a Sunday on the Monday after. The current
/// law is applied to every year, including years before it was enacted (Juneteenth has been a holiday only since 2021).
/// Inauguration Day is not included, because 6103(c) applies to one area only.
/// </summary>
internal static class UsFederalHolidays
{
    /// <summary>
    /// Whether offices are closed for a holiday on a day. 31 December is one when the next year begins on a Saturday.
    /// </summary>
    public static bool IsObserved(LocalDate day) => (day.Month, day.Day, day.DayOfWeek) switch
    {
        (12, 31, Friday) or (1, 1, <= Friday) or (1, 2, Monday) => true, // New Year's Day, 1 January
        (1, >= 15 and <= 21, Monday) => true, // Birthday of Martin Luther King, Jr., third Monday
        (2, >= 15 and <= 21, Monday) => true, // Washington's Birthday, third Monday
        (5, >= 25, Monday) => true, // Memorial Day, last Monday
        (6, 18, Friday) or (6, 19, <= Friday) or (6, 20, Monday) => true, // Juneteenth, 19 June
        (7, 3, Friday) or (7, 4, <= Friday) or (7, 5, Monday) => true, // Independence Day, 4 July
        (9, <= 7, Monday) => true, // Labor Day, first Monday
        (10, >= 8 and <= 14, Monday) => true, // Columbus Day, second Monday
        (11, 10, Friday) or (11, 11, <= Friday) or (11, 12, Monday) => true, // Veterans Day, 11 November
        (11, >= 22 and <= 28, Thursday) => true, // Thanksgiving Day, fourth Thursday
        (12, 24, Friday) or (12, 25, <= Friday) or (12, 26, Monday) => true, // Christmas Day, 25 December
        _ => false,
    };
}
