using NodaTime;

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
