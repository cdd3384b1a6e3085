using Alerts.Ledger;
using CsCheck;

namespace Alerts.Tests.Subscriptions;

/// <summary>Tests the stored health of an endpoint: whether it is quick, and when it is disabled.</summary>
public sealed class EndpointHealthTests
{
    private static readonly Instant Start = Instant.FromUtc(2026, 3, 1, 0, 0);
    private static readonly TryAgain Down = new(503, "down");
    private static readonly Delivered Up = new(200, "ok");

    /// <summary>Attempts: hours since the previous one, and whether it succeeds.</summary>
    private static readonly Gen<(int Hours, bool IsUp)[]> GenAttempts = Gen.Select(
        Gen.OneOf(Gen.Int[0, 30], Gen.Int[46, 50], Gen.Int[55, 65]), Gen.Int[0, 9].Select(n => n == 0)).Array[1, 30];

    [Fact]
    public void It_is_disabled_exactly_when_a_naive_reading_of_the_rule_says_so() => GenAttempts.Sample(
        attempts =>
        {
            var health = EndpointHealth.New;
            var past = new List<(Instant At, bool IsUp)>();
            var now = Start;
            foreach (var (hours, isUp) in attempts)
            {
                now += Duration.FromHours(hours);
                past.Add((now, isUp));
                (health, var isDisabled, _) = health.After(isUp ? Up : Down, TimeSpan.Zero, now);
                Assert.Equal(IsDisabled(past), isDisabled);
            }
        },
        iter: 20_000);

    [Fact]
    public void No_jitter_lets_a_dead_endpoint_escape() =>
        Gen.Double[-1, 1].Array[RetryPolicy.MaxAttempts]
            .Sample(
                jitters =>
                {
                    var (health, now, isDisabled) = (EndpointHealth.New, Start, false);
                    for (var failures = 1; failures <= jitters.Length; failures++)
                    {
                        (health, isDisabled, _) = health.After(Down, TimeSpan.FromSeconds(15), now);
                        now = RetryPolicy.After(failures, now, null, null, jitters[failures - 1]) is RetryAt next
                            ? next.At : now;
                    }

                    Assert.True(isDisabled);
                },
        iter: 20_000);

    [Fact]
    public void Two_short_outages_a_week_apart_never_count_together()
    {
        var health = EndpointHealth.New;
        foreach (var hour in new[] { 0, 1, 2, 3, 170, 171, 172, 173, 174 })
        {
            (health, var isDisabled, _) = health.After(Down, TimeSpan.Zero, Start + Duration.FromHours(hour));
            Assert.False(isDisabled);
        }

        Assert.Equal(Start, health.FailingSince); // the start that the warning uses
    }

    [Fact]
    public void An_endpoint_that_is_gone_is_disabled_at_once() =>
        Assert.True(EndpointHealth.New.After(new Gone(410, ""), TimeSpan.Zero, Start).IsDisabled);

    [Fact]
    public void The_warning_is_planned_at_the_first_failure_only()
    {
        var (health, _, warnAt) = EndpointHealth.New.After(Down, TimeSpan.Zero, Start);
        Assert.Equal(Start + Duration.FromHours(6), warnAt);
        Assert.Null(health.After(Down, TimeSpan.Zero, Start + Duration.FromHours(1)).WarnAt);
    }

    [Fact]
    public void Successes_within_two_seconds_are_counted_up_to_three()
    {
        var health = EndpointHealth.New;
        Assert.Null(health.Quick);
        foreach (var quick in new[] { 1, 2, 3, 3 })
        {
            health = health.After(Up, TimeSpan.FromSeconds(1.5), Start).Health;
            Assert.Equal(quick, health.Quick);
        }

        // The body was cut off after 2 s.
        Assert.Equal(0, health.After(Up, TimeSpan.FromSeconds(2), Start).Health.Quick);
        Assert.Equal(0, health.After(Down, TimeSpan.Zero, Start).Health.Quick);
    }

    /// <summary>
    /// Whether the latest failures include four or more in a row that span at least 60 hours, with at most
    /// 48 hours between neighbours.
    /// </summary>
    private static bool IsDisabled(List<(Instant At, bool IsUp)> past)
    {
        for (var first = past.Count - 1; first >= 0 && !past[first].IsUp; first--)
        {
            if (first < past.Count - 1 && past[first + 1].At - past[first].At > Duration.FromHours(48))
            {
                return false;
            }

            if (past.Count - first >= 4 && past[^1].At - past[first].At >= Duration.FromHours(60))
            {
                return true;
            }
        }

        return false;
    }
}
