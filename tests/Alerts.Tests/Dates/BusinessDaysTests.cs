using Alerts.Dates;
using NodaTime.Text;

namespace Alerts.Tests.Dates;

public sealed class BusinessDaysTests
{
    [Theory]
    [InlineData("2025-11-11", 1, "2025-11-10")] // Tuesday: the Monday before
    [InlineData("2025-11-10", 1, "2025-11-07")] // Monday: the Friday before
    [InlineData("2025-11-09", 1, "2025-11-07")] // Sunday: the Friday before
    [InlineData("2025-11-08", 1, "2025-11-07")] // Saturday: the Friday before
    [InlineData("2025-11-10", 5, "2025-11-03")] // five business days are a week
    [InlineData("2025-11-10", 6, "2025-10-31")]
    [InlineData("2024-03-01", 1, "2024-02-29")] // leap day, a Thursday
    [InlineData("2100-03-01", 1, "2100-02-26")] // 2100 is not a leap year, and 28 February is a Sunday
    [InlineData("2025-11-10", 500, "2023-12-11")] // 500 business days are a hundred weeks
    public void Weekends_do_not_count(string on, int days, string expected) =>
        Assert.Equal(expected, Before(on, days, HolidayCalendar.Weekends));

    [Theory]
    [InlineData("2025-01-02", "2024-12-31")] // New Year's Day, a Wednesday
    [InlineData("2022-01-03", "2021-12-30")] // Saturday 1 January 2022: observed Friday 31 December 2021
    [InlineData("2021-12-31", "2021-12-30")]
    [InlineData("2023-01-03", "2022-12-30")] // Sunday 1 January 2023: observed Monday the 2nd
    // Birthday of Martin Luther King, Jr., 20 January; also Inauguration Day, which is not a holiday here.
    [InlineData("2025-01-21", "2025-01-17")]
    [InlineData("2021-01-21", "2021-01-20")] // Inauguration Day, a Wednesday, is a business day
    [InlineData("2025-02-18", "2025-02-14")] // Washington's Birthday, 17 February
    [InlineData("2025-05-27", "2025-05-23")] // Memorial Day, 26 May
    [InlineData("2027-06-01", "2027-05-28")] // Memorial Day, 31 May
    [InlineData("2025-06-20", "2025-06-18")] // Juneteenth, a Thursday
    [InlineData("2027-06-19", "2027-06-17")] // Juneteenth on a Saturday: observed Friday the 18th
    [InlineData("2022-06-21", "2022-06-17")] // Juneteenth on a Sunday: observed Monday the 20th
    [InlineData("1970-06-20", "1970-06-18")] // Juneteenth counts in every year, even before 2021
    [InlineData("2025-07-05", "2025-07-03")] // Independence Day, a Friday
    [InlineData("2026-07-06", "2026-07-02")] // Independence Day on a Saturday: observed Friday the 3rd
    [InlineData("2027-07-06", "2027-07-02")] // Independence Day on a Sunday: observed Monday the 5th
    [InlineData("2025-09-02", "2025-08-29")] // Labor Day, 1 September
    [InlineData("2026-09-08", "2026-09-04")] // Labor Day, 7 September
    [InlineData("2025-10-14", "2025-10-10")] // Columbus Day, 13 October
    [InlineData("2025-11-12", "2025-11-10")] // Veterans Day, a Tuesday
    [InlineData("2023-11-13", "2023-11-09")] // Veterans Day on a Saturday: observed Friday the 10th
    [InlineData("2029-11-13", "2029-11-09")] // Veterans Day on a Sunday: observed Monday the 12th
    [InlineData("2025-11-28", "2025-11-26")] // Thanksgiving, 27 November
    [InlineData("2029-11-23", "2029-11-21")] // Thanksgiving, 22 November
    [InlineData("2024-11-29", "2024-11-27")] // Thanksgiving, 28 November
    [InlineData("2025-11-29", "2025-11-28")] // the Friday after Thanksgiving is a business day
    [InlineData("2025-12-26", "2025-12-24")] // Christmas, a Thursday
    [InlineData("2021-12-27", "2021-12-23")] // Christmas on a Saturday: observed Friday the 24th
    [InlineData("2022-12-27", "2022-12-23")] // Christmas on a Sunday: observed Monday the 26th
    public void Us_federal_holidays_do_not_count_as_observed(string on, string oneBefore) =>
        Assert.Equal(oneBefore, Before(on, 1, HolidayCalendar.UsFederal));

    // The list of the Office of Personnel Management for 2021, in which four holidays were moved.
    [Fact]
    public void The_holidays_of_2021_are_those_that_were_announced()
    {
        var year = Enumerable.Range(0, 365).Select(i => new NodaTime.LocalDate(2021, 1, 1).PlusDays(i));
        Assert.Equal(
            [
                "01-01",
                "01-18",
                "02-15",
                "05-31",
                "06-18",
                "07-05",
                "09-06",
                "10-11",
                "11-11",
                "11-25",
                "12-24",
                "12-31",
            ],
            year.Where(UsFederalHolidays.IsObserved).Select(day => LocalDatePattern.Iso.Format(day)[5..]));
    }

    [Theory]
    [InlineData("2026-01-05", 3, "2025-12-30")] // Fri 2, (1 off), Wed 31, Tue 30
    [InlineData("2025-12-29", 3, "2025-12-23")] // Fri 26, (25 off), Wed 24, Tue 23
    public void Several_days_skip_holidays_and_weekends_alike(string on, int days, string expected) =>
        Assert.Equal(expected, Before(on, days, HolidayCalendar.UsFederal));

    private static string Before(string on, int days, HolidayCalendar calendar) =>
        LocalDatePattern.Iso.Format(BusinessDays.Before(LocalDatePattern.Iso.Parse(on).Value, days, calendar));
}
