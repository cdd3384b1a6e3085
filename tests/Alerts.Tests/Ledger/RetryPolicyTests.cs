using Alerts.Ledger;
using CsCheck;

namespace Alerts.Tests.Ledger;

/// <summary>Tests when a failed attempt is retried.</summary>
public class RetryPolicyTests
{
    private static readonly Instant EndedAt = Instant.FromUtc(2025, 11, 9, 14, 0);

    private static readonly Gen<double> Jitter = Gen.Double[-1, 1];

    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 5 * 60)]
    [InlineData(3, 30 * 60)]
    [InlineData(4, 2 * 3600)]
    [InlineData(5, 5 * 3600)]
    [InlineData(6, 10 * 3600)]
    [InlineData(7, 14 * 3600)]
    [InlineData(8, 20 * 3600)]
    [InlineData(9, 24 * 3600)]
    public void Each_failure_has_its_delay_and_a_fifth_of_it_as_jitter(int failures, int seconds)
    {
        Assert.Equal(At(seconds), RetryPolicy.After(failures, EndedAt, null, null, 0));
        Assert.Equal(At(seconds * 0.8), RetryPolicy.After(failures, EndedAt, null, null, -1));
        Assert.Equal(At(seconds * 1.2), RetryPolicy.After(failures, EndedAt, null, null, 1));
    }

    // expires and Retry-After: seconds from the end of the attempt. expected: "exhausted", "late" or the seconds
    // to the next attempt.
    [Theory]
    [InlineData(10, null, null, "exhausted")]
    [InlineData(10, 3600, 60, "exhausted")] // the tenth failure is final, whatever Retry-After says
    [InlineData(1, 3600, null, "5")] // the schedule is earlier than half of the remaining hour
    [InlineData(5, 3600, null, "1800")] // half of the remaining hour is earlier than 5 h
    [InlineData(1, 8, null, "4")]
    [InlineData(1, 0, null, "late")]
    [InlineData(1, -60, null, "late")]
    [InlineData(1, null, 60, "60")] // later than scheduled
    [InlineData(9, null, 60, "60")] // earlier than scheduled
    [InlineData(1, null, 90_000, "86400")] // at most 24 h
    [InlineData(5, 3600, 3000, "3000")] // also replaces half of the remaining time
    [InlineData(5, 3600, 3600, "3600")] // an attempt may begin exactly when the alert expires
    [InlineData(1, 3600, 3601, "3540")] // after that: one last attempt, a minute before
    [InlineData(9, 121, 3601, "61")]
    [InlineData(9, 120, 3601, "60")] // or halfway, if that is later
    [InlineData(2, 90, 3601, "45")]
    [InlineData(1, 60, 3601, "30")]
    [InlineData(2, 60, 3601, "late")] // the previous attempt was the last one
    [InlineData(2, 45, 3601, "late")]
    [InlineData(10, 3600, 3601, "exhausted")]
    [InlineData(1, 86_400, 90_000, "86400")] // compared with the deadline after the cap of 24 h
    public void Deadline_and_the_wait_asked_for_decide_together(
        int failures, int? expires, int? retryAfter, string expected)
    {
        RetryDecision decision = expected switch
        {
            "exhausted" => new Exhausted(),
            "late" => new TooLate(),
            _ => At(int.Parse(expected, System.Globalization.CultureInfo.InvariantCulture)),
        };
        Assert.Equal(decision, RetryPolicy.After(failures, EndedAt, In(expires), Seconds(retryAfter), 0));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void Jitter_does_not_move_the_half_of_the_time_left(double jitter) =>
        Assert.Equal(At(1800), RetryPolicy.After(5, EndedAt, In(3600), null, jitter));

    [Fact]
    public void No_attempt_comes_after_the_deadline() =>
        Gen.Select(Gen.Int[1, 10], Gen.Int[-100, 400_000], Gen.Int[0, 100_000].Nullable(), Jitter)
            .Sample(
                (failures, left, asked, jitter) =>
                {
                    var expires = EndedAt + Duration.FromSeconds(left);
                    var decision = RetryPolicy.After(failures, EndedAt, expires, Seconds(asked), jitter);
                    return decision is not RetryAt next || (EndedAt <= next.At && next.At <= expires);
                });

    [Fact]
    public void A_later_deadline_never_makes_the_next_attempt_sooner() =>
        Gen.Select(Gen.Int[1, 9], Gen.Int[1, 400_000], Gen.Int[0, 400_000], Jitter)
            .Sample(
                (failures, left, more, jitter) => Next(failures, left, jitter) <= Next(failures, left + more, jitter));

    [Fact]
    public void The_wait_grows_with_every_failure() =>
        Gen.Select(Gen.Int[1, 8], Jitter, Jitter)
            .Sample(
                (failures, jitter, other) =>
                    Next(failures, null, jitter) < Next(failures + 1, null, failures == 8 ? jitter : other)
                    || (failures >= 5 && jitter > other));

    [Fact]
    public void Ten_attempts_take_75_hours_and_35_minutes_give_or_take_a_fifth() =>
        Jitter.Array[9].Sample(jitters =>
        {
            var at = EndedAt;
            for (var failures = 1; failures <= 9; failures++)
            {
                at = Assert.IsType<RetryAt>(RetryPolicy.After(failures, at, null, null, jitters[failures - 1])).At;
            }

            Assert.IsType<Exhausted>(RetryPolicy.After(10, at, null, null, 0));
            Assert.InRange((at - EndedAt).TotalSeconds, 272_105 * 0.8 - 1, 272_105 * 1.2 + 1);
        });

    private static Instant Next(int failures, int? left, double jitter) =>
        Assert.IsType<RetryAt>(RetryPolicy.After(failures, EndedAt, In(left), null, jitter)).At;

    private static RetryAt At(double seconds) => new(EndedAt + Duration.FromSeconds(seconds));

    private static Instant? In(int? seconds) => EndedAt + Seconds(seconds);

    private static Duration? Seconds(int? seconds) => seconds is { } number ? Duration.FromSeconds(number) : null;
}
