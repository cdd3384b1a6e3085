using NodaTime;

namespace Alerts.Ledger;

/// <summary>When a failed attempt is followed by another, for every channel (product contract, section 7 and section 11 "Webhooks").</summary>
internal static class RetryPolicy
{
    /// <summary>How far jitter moves a delay: a fifth to either side.</summary>
    private const double JitterShare = 0.2;

    /// <summary>The longest wait that the other side can ask for.</summary>
    private static readonly Duration LongestAsked = Duration.FromHours(24);

    private static readonly Duration LastMinute = Duration.FromMinutes(1);

    /// <summary>The waits after the first to the ninth failure, each from the end of that attempt: 75 h 35 min 5 s in all.</summary>
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

    /// <summary>Of one delivery, the first included.</summary>
    public static int MostAttempts => Delays.Count + 1;

    /// <summary>
    /// Attempts of one verification of an endpoint: at once, after 5 s, 5 min and 30 min (product contract, section
    /// 20).
    /// </summary>
    public const int MostVerifications = 4;

    /// <summary>What follows a failed attempt.</summary>
    /// <param name="failures">Failed attempts so far, this one included; 1 or more.</param>
    /// <param name="endedAt">When this attempt ended, by the service's clock.</param>
    /// <param name="expires">No attempt begins after it; null for never.</param>
    /// <param name="retryAfter">
    /// The wait the other side asked for: it replaces the scheduled delay wholly, without jitter; cut to 24 h. Null for none.
    /// </param>
    /// <param name="jitter">-1 to 1: how the scheduled delay is moved, 1 being 20% later. It never moves the half of the time left.</param>
    public static RetryDecision After(
        int failures,
        Instant endedAt,
        Instant? expires,
        Duration? retryAfter,
        double jitter)
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
        // Half of what is left: near the deadline the attempts come closer together instead of falling beyond it.
        return new RetryAt(endedAt + (expires is { } end ? Duration.Min(delay, (end - endedAt) / 2) : delay));
    }

    /// <summary>
    /// The other side asks for a wait beyond the deadline: one last attempt all the same, a minute before it or
    /// halfway to it. That attempt always ends within the last minute, which tells that it was made.
    /// </summary>
    private static RetryDecision LastBefore(Instant expires, int failures, Instant endedAt)
    {
        var left = expires - endedAt;
        return left > Duration.FromMinutes(2) ? new RetryAt(expires - LastMinute)
            : left > LastMinute || failures == 1 ? new RetryAt(endedAt + left / 2)
            : new TooLate();
    }
}

/// <summary>What follows a failed attempt.</summary>
internal abstract record RetryDecision;

/// <summary>Another attempt, not before <paramref name="At"/>, which is never after <c>expires</c>.</summary>
internal sealed record RetryAt(Instant At) : RetryDecision;

/// <summary>The tenth attempt has failed: the delivery is <c>failed</c>.</summary>
internal sealed record Exhausted : RetryDecision;

/// <summary>No attempt fits before <c>expires</c>: the delivery is <c>expired</c>.</summary>
internal sealed record TooLate : RetryDecision;
