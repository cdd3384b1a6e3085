using Alerts.Senders;
using NodaTime;
using Xunit;

namespace Alerts.Tests.Senders;

/// <summary>How the time left is written.</summary>
public class RemainingTests
{
    [Theory]
    [InlineData(54_060, "PT15H1M")]
    [InlineData(93_780, "P1DT2H3M")]
    [InlineData(86_400, "P1D")]
    [InlineData(90_000, "P1DT1H")]
    [InlineData(86_460, "P1DT1M")]
    [InlineData(3_600, "PT1H")]
    [InlineData(89, "PT1M")] // the nearest minute
    [InlineData(91, "PT2M")]
    [InlineData(86_395, "P1D")] // rounds up into the next day
    [InlineData(29, "PT0S")]
    [InlineData(0, "PT0S")] // begun
    [InlineData(-86_400, "PT0S")]
    public void Time_left_is_days_hours_and_minutes_to_the_nearest_minute(int seconds, string expected)
    {
        var at = Instant.FromUtc(2025, 11, 9, 14, 0);
        Assert.Equal(expected, Remaining.Iso(at, at + Duration.FromSeconds(seconds)));
    }
}
