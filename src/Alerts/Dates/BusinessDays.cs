using NodaTime;

namespace Alerts.Dates;

/// <summary>Counts days on which offices work: not Saturdays, not Sundays, not the holidays of a calendar.</summary>
internal static class BusinessDays
{
    /// <summary>
    /// The day that many business days before another, which need not be one itself:
    /// one business day before a Monday, a Sunday and a Saturday is the same Friday.
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
