using NodaTime;

namespace Alerts.Ledger;

/// <summary>What the store remembers of a webhook's endpoint from one attempt to the next.</summary>
internal sealed record EndpointHealth
{
    public static readonly EndpointHealth New = new();

    /// <summary>The contact is warned this long after the first failure (product contract, section 7).</summary>
    public static readonly Duration WarnedAfter = Duration.FromHours(6);

    /// <summary>
    /// A run of failures that is at least this long disables the endpoint (product contract, section 23).
    /// </summary>
    public static readonly Duration DisabledAfter = Duration.FromHours(60);

    /// <summary>Attempts that such a run has at least.</summary>
    public const int DisabledFrom = 4;

    /// <summary>Two failures further apart belong to two runs: nobody tried in between, so nobody knows.</summary>
    public static readonly Duration LongestGap = Duration.FromHours(48);

    /// <summary>
    /// A success within this time is a quick one (product contract, section 20: 2 s). A body that is cut off after
    /// its 2 s counts as
    /// slow, and timers may fire a few milliseconds early.
    /// </summary>
    public static readonly TimeSpan QuickWithin = TimeSpan.FromMilliseconds(1950);

    /// <summary>So many quick successes in a row make an endpoint a trusted one.</summary>
    public const int Trusted = 3;

    /// <summary>The first failure after the last success; null while it answers.</summary>
    public Instant? FailingSince { get; init; }

    /// <summary>
    /// The quick successes since the last attempt that was none, counted up to <see cref="Trusted"/>: 0 for a slow
    /// endpoint. Null
    /// before the first attempt.
    /// </summary>
    public int? Quick { get; init; }

    /// <summary>
    /// The failures since the last success, as far as no two neighbours are too far apart; null while it answers.
    /// </summary>
    public FailureRun? Run { get; init; }

    /// <summary>The health after an attempt, and what follows from it.</summary>
    /// <param name="took">In real time.</param>
    /// <param name="now">By the service's clock.</param>
    public HealthChange After(SendResult result, TimeSpan took, Instant now)
    {
        if (result is Delivered)
        {
            var quick = took <= QuickWithin ? Math.Min((Quick ?? 0) + 1, Trusted) : 0;
            return new HealthChange(New with { Quick = quick }, IsDisabled: false, WarnAt: null);
        }

        var run = Run is { } before && now - before.Last <= LongestGap
            ? new FailureRun(before.Since, now, before.Count + 1)
            : new FailureRun(now, now, 1);
        return new HealthChange(
            new EndpointHealth { FailingSince = FailingSince ?? now, Quick = 0, Run = run },
            IsDisabled: result is Gone || (run.Count >= DisabledFrom && run.Last - run.Since >= DisabledAfter),
            WarnAt: FailingSince is null ? now + WarnedAfter : null);
    }
}

/// <summary>Failed attempts in a row.</summary>
/// <param name="Since">When the first of them ended.</param>
/// <param name="Last">When the last of them ended.</param>
internal sealed record FailureRun(Instant Since, Instant Last, int Count);

/// <summary>What an attempt changes.</summary>
/// <param name="IsDisabled">Whether an active endpoint is disabled now.</param>
/// <param name="WarnAt">
/// When its contact is to be warned, if it still fails then; null where that has been settled.
/// </param>
internal sealed record HealthChange(EndpointHealth Health, bool IsDisabled, Instant? WarnAt);
