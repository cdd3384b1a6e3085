using Alerts.Sources;

namespace Alerts.Tests.Sources;

/// <summary>When a source is read again and when it counts as failing.</summary>
public sealed class SourceScheduleTests
{
    [Theory]
    [InlineData(6, 1, null, 6)]
    [InlineData(6, 2, null, 12)]
    [InlineData(6, 3, null, 24)]
    [InlineData(6, 40, null, 24)]
    [InlineData(168, 1, null, 168)]
    [InlineData(168, 9, null, 168)]
    [InlineData(1, 1, 5, 5)]
    [InlineData(6, 1, 2, 6)]
    public void Delays_double_up_to_a_day_and_honour_retry_after(int every, int failures, int? asked, int hours) =>
        Assert.Equal(Duration.FromHours(hours), SourceSchedule.AfterFailure(
            Duration.FromHours(every), failures, asked is { } wait ? Duration.FromHours(wait) : null));

    [Theory]
    [InlineData(1, 24, false)]
    [InlineData(1, 25, true)]
    [InlineData(24, 72, false)]
    [InlineData(24, 73, true)]
    public void It_fails_after_a_day_or_three_intervals_without_success(int every, int hours, bool isFailing)
    {
        var start = Instant.FromUtc(2026, 1, 1, 0, 0);
        var state = new SourceState
        {
            Source = new Source { Id = "s", Type = SourceType.ICalendar, Every = Duration.FromHours(every) },
            AddedAt = start,
            NextAt = start,
            Failures = 1,
        };
        Assert.Equal(isFailing, SourceSchedule.IsFailing(state, start + Duration.FromHours(hours)));
        Assert.False(SourceSchedule.IsFailing(state with { Failures = 0 }, start + Duration.FromHours(hours)));
    }
}
