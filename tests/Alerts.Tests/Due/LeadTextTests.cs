using Alerts.Dates;
using Alerts.Subscriptions;
using NodaTime.Text;

namespace Alerts.Tests.Due;

public sealed class LeadTextTests
{
    [Theory]
    [InlineData("P7D", "P7D")]
    [InlineData("p7d", "P7D")] // case is ignored; stored in upper case
    [InlineData("P0D", "P0D")]
    [InlineData("P0W", "P0W")]
    [InlineData("P0Y0M0W0D", "P0Y0M0W0D")]
    [InlineData("P1W2D", "P1W2D")] // ISO 8601 allows weeks only alone; the contract allows them with other parts
    [InlineData("P2Y", "P2Y")]
    [InlineData("P24M", "P24M")]
    [InlineData("P1Y12M", "P1Y12M")] // 24 months in total
    [InlineData("P731D", "P731D")]
    [InlineData("P104W3D", "P104W3D")] // 731 days in total
    [InlineData("P2Y731D", "P2Y731D")] // both maxima at once: months and days are limited separately
    [InlineData("P007D", "P007D")] // stored as written
    public void A_lead_of_years_months_weeks_and_days_is_counted_on_the_calendar(string text, string kept)
    {
        var lead = Assert.IsType<CalendarLead>(Read(text));
        Assert.Equal(kept, lead.Text);
        Assert.Equal(PeriodPattern.Roundtrip.Parse(kept).Value.Normalize(), lead.Before.Normalize());
    }

    [Theory]
    [InlineData("PT1H", "PT1H", 3_600)]
    [InlineData("pt90m", "PT90M", 5_400)]
    [InlineData("PT0S", "PT0S", 0)]
    [InlineData("P0DT0H", "P0DT0H", 0)]
    [InlineData("P1DT2H", "P1DT2H", 93_600)] // beside a time part, a day is 24 hours
    [InlineData("P1W2DT3H4M5S", "P1W2DT3H4M5S", 788_645)]
    [InlineData("PT17544H", "PT17544H", 63_158_400)] // 731 days
    [InlineData("PT63158400S", "PT63158400S", 63_158_400)]
    [InlineData("P730DT24H", "P730DT24H", 63_158_400)]
    public void A_lead_with_a_time_part_is_elapsed_time(string text, string kept, long seconds)
    {
        var lead = Assert.IsType<ClockLead>(Read(text));
        Assert.Equal(kept, lead.Text);
        Assert.Equal(Duration.FromSeconds(seconds), lead.Before);
    }

    [Theory]
    [InlineData("3BD", "3BD", 3, HolidayCalendar.Weekends)]
    [InlineData("3bd", "3BD", 3, HolidayCalendar.Weekends)]
    [InlineData("1BD/weekends", "1BD/WEEKENDS", 1, HolidayCalendar.Weekends)]
    [InlineData("5BD/us-federal", "5BD/US-FEDERAL", 5, HolidayCalendar.UsFederal)]
    [InlineData("5Bd/Us-Federal", "5BD/US-FEDERAL", 5, HolidayCalendar.UsFederal)]
    [InlineData("500BD", "500BD", 500, HolidayCalendar.Weekends)]
    [InlineData("010BD", "010BD", 10, HolidayCalendar.Weekends)]
    public void A_business_day_lead_names_days_and_a_calendar(string text, string kept, int days, object calendar) =>
        Assert.Equal(new BusinessDayLead(kept, days, (HolidayCalendar)calendar), Read(text));

    [Theory]
    [InlineData("P0D", true)]
    [InlineData("P0W", true)]
    [InlineData("P0Y", true)]
    [InlineData("P0M", true)]
    [InlineData("PT0S", true)]
    [InlineData("P0DT0M", true)]
    [InlineData("P1D", false)]
    [InlineData("P1M", false)]
    [InlineData("PT1S", false)]
    [InlineData("1BD", false)]
    public void A_lead_of_nothing_is_a_zero_lead(string text, bool isZero) => Assert.Equal(isZero, Read(text).IsZero);

    [Theory]
    [InlineData(null, "is empty")]
    [InlineData("", "is empty")]
    [InlineData(" ", "' ' is not a lead.")]
    [InlineData(" P7D", "' P7D' is not a lead.")]
    [InlineData("P7D\n", "'P7D?' is not a lead.")]
    [InlineData("7 fortnights", "'7 fortnights' is not a lead.")]
    [InlineData("1 dya", "'1 dya' is not a lead.")]
    [InlineData("PT1ſ", "'PT1ſ' is not a lead.")] // its upper case is S
    [InlineData("P٣D", "'P٣D' is not a lead.")] // an Arabic three is a digit, but ISO 8601 does not allow it
    [InlineData("banana", "neither")]
    [InlineData("7D", "neither")]
    [InlineData("P", "no number after its P")]
    [InlineData("PT", "no number after its T")]
    [InlineData("P1DT", "no number after its T")]
    [InlineData("PD", "neither")]
    [InlineData("P1", "neither")]
    [InlineData("P-1D", "has a sign")]
    [InlineData("-P1D", "has a sign")]
    [InlineData("+P1D", "has a sign")]
    [InlineData("P+1D", "has a sign")]
    [InlineData("-3BD", "has a sign")]
    [InlineData("P1.5D", "has a fraction")]
    [InlineData("PT0,5H", "has a fraction")]
    [InlineData("1.5BD", "has a fraction")]
    [InlineData("P1H", "without a T")]
    [InlineData("P1D2H", "without a T")]
    [InlineData("P1D1D", "doubled, out of order")]
    [InlineData("P1D1M", "doubled, out of order")]
    [InlineData("PT1M1H", "doubled, out of order")]
    [InlineData("PT1D", "doubled, out of order")]
    [InlineData("P1MT1H", "mixes years or months")]
    [InlineData("P0YT1H", "mixes years or months")]
    [InlineData("P25M", "at most 24 months")]
    [InlineData("25 months", "The lead '25 months' is too long; years and months together are at most 24 months.")]
    [InlineData("501 business days", "The lead '501 business days' is too long")]
    [InlineData("p3y", "The lead 'p3y' is too long")]
    [InlineData("P3Y", "at most 24 months")]
    [InlineData("P2Y1M", "at most 24 months")]
    [InlineData("P732D", "at most 731 days")]
    [InlineData("P104W4D", "at most 731 days")]
    [InlineData("P105W", "at most 731 days")]
    [InlineData("PT17545H", "at most 731 days")]
    [InlineData("P731DT1S", "at most 731 days")]
    [InlineData("P99999999999999999999999D", "at most 731 days")]
    [InlineData("P99999999999999999999999Y", "at most 24 months")]
    [InlineData("PT99999999999999999999H99999999999999999999M99999999999999S", "at most 731 days")]
    [InlineData("99999999999999999999BD", "at most 500BD")]
    [InlineData("501BD", "at most 500BD")]
    [InlineData("0BD", "begin at 1BD")]
    [InlineData("000BD", "begin at 1BD")]
    [InlineData("BD", "neither")]
    [InlineData("P3BD", "neither")]
    [InlineData("3BD/", "unknown calendar")]
    [InlineData("3BD/uk", "unknown calendar")]
    [InlineData("3BD/us-federal/x", "unknown calendar")]
    [InlineData("3BDx", "neither")]
    [InlineData("P00000000000000000000000000000000000000000000000000000000000000001D", "longer than 64")]
    public void What_is_no_lead_is_refused_with_its_cause_and_what_to_write(string? text, string cause)
    {
        Assert.False(LeadText.TryParse(text, out _, out var error));
        Assert.Contains(cause, error, StringComparison.Ordinal);
        Assert.EndsWith("or business days such as 3BD or 3BD/us-federal.", error, StringComparison.Ordinal);
    }

    private static Lead Read(string text)
    {
        Assert.True(LeadText.TryParse(text, out var lead, out var error), error);
        Assert.Empty(error);
        return lead;
    }
}
