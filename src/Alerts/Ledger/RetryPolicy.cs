namespace Alerts.Ledger;

/// <summary>
/// Decides when a failed attempt is retried, for every channel (product contract, section 7 and section 11 "Webhooks").
/// </summary>
internal static class RetryPolicy
{
    /// <summary>The largest share by which jitter changes a delay, in either direction: 20%.</summary>
    private const double JitterShare = 0.2;

    /// <summary>The longest wait accepted from the receiver.</summary>
    private static readonly Duration LongestAsked = Duration.FromHours(24);

    private static readonly Duration LastMinute = Duration.FromMinutes(1);

    /// <summary>The delays after the first to the ninth failure: 75 h 35 min 5 s in total.</summary>
    private static readonly IReadOnlyList<Duration> Delays =
    [
        Duration.FromSeconds(5),
        Duration.FromMinutes(5),
        Duration.FromMinutes(30),
        Duration.FromHours(2),
        Duration.FromHours(5),
        Duration.FromHours(10),
        Duration.FromHours(14),
        Duration.FromHours(20),
        Duration.FromHours(24),
    ];

    /// <summary>Maximum number of attempts per delivery, including the first.</summary>
    public static int MaxAttempts => Delays.Count + 1;

    /// <summary>
    /// Maximum number of attempts to verify an endpoint: immediately, then after 5 s, 5 min and 30 min (product
    /// contract, section 20).
    /// </summary>
    public const int MaxVerifications = 4;

    /// <summary>Decides what follows a failed attempt.</summary>
    /// <param name="failures">The number of failed attempts, including this one; at least 1.</param>
    /// <param name="endedAt">When this attempt ended, by the service's clock.</param>
    /// <param name="expires">No attempt starts after this instant; null for no deadline.</param>
    /// <param name="retryAfter">
    /// The wait that the receiver asked for, limited to 24 h; not negative. It replaces the scheduled delay, without
    /// jitter. Null for none.
    /// </param>
    /// <param name="jitter">
    /// -1 to 1; 1 makes the scheduled delay 20% longer. It does not affect a delay that is limited to half of the time
    /// left until <paramref name="expires"/>.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public static RetryDecision After(
        int failures, Instant endedAt, Instant? expires, Duration? retryAfter, double jitter)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(failures, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(jitter, -1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(jitter, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(retryAfter ?? Duration.Zero, Duration.Zero);
        if (failures > Delays.Count)
        {
            return new Exhausted();
        }

        if (endedAt >= expires)
        {
            return new TooLate();
        }

        if (retryAfter is { } asked)
        {
            var at = endedAt + Duration.Min(asked, LongestAsked);
            return at > expires ? LastBefore(expires.Value, failures, endedAt) : new RetryAt(at);
        }

        var delay = Delays[failures - 1] * (1 + JitterShare * jitter);
        // At most half of the time left: attempts get closer together near the deadline instead of falling after it.
        return new RetryAt(endedAt + (expires is { } end ? Duration.Min(delay, (end - endedAt) / 2) : delay));
    }

    /// <summary>
    /// The receiver asked for a wait beyond the deadline. Makes one last attempt anyway, a minute before the deadline
    /// or halfway to it. That attempt always ends within the last minute, which shows that it was made.
    /// </summary>
    private static RetryDecision LastBefore(Instant expires, int failures, Instant endedAt)
    {
        var left = expires - endedAt;
        return left > Duration.FromMinutes(2) ? new RetryAt(expires - LastMinute)
            : left > LastMinute || failures == 1 ? new RetryAt(endedAt + left / 2)
            : new TooLate();
    }
}

/// <summary>The decision after a failed attempt.</summary>
internal abstract record RetryDecision;

/// <summary>Retry, not before <paramref name="At"/>, which is never after <c>expires</c>.</summary>
internal sealed record RetryAt(Instant At) : RetryDecision;

/// <summary>The tenth attempt failed: the delivery is <c>failed</c>.</summary>
internal sealed record Exhausted : RetryDecision;

/// <summary>No attempt fits before <c>expires</c>: the delivery is <c>expired</c>.</summary>
internal sealed record TooLate : RetryDecision;
