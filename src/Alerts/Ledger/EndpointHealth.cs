namespace Alerts.Ledger;

/// <summary>The stored health of a webhook endpoint, updated after each attempt.</summary>
internal sealed record EndpointHealth
{
    public static readonly EndpointHealth New = new();

    /// <summary>The contact is warned this long after the first failure (product contract, section 7).</summary>
    public static readonly Duration WarnedAfter = Duration.FromHours(6);

    /// <summary>Minimum duration of a run of failures that disables the endpoint (contract, section 23).</summary>
    public static readonly Duration DisabledAfter = Duration.FromHours(60);

    /// <summary>Minimum number of failed attempts in a run that disables the endpoint.</summary>
    public const int DisabledFrom = 4;

    /// <summary>
    /// Longest time between two failures of the same run. After a longer gap a new run starts, because the state of the
    /// endpoint in between is unknown.
    /// </summary>
    public static readonly Duration LongestGap = Duration.FromHours(48);

    /// <summary>
    /// Longest duration of a quick success. The product contract says 2 s (section 20); this is slightly less, so that
    /// a body cut off after 2 s counts as slow even when a timer fires a few milliseconds early.
    /// </summary>
    public static readonly TimeSpan QuickWithin = TimeSpan.FromMilliseconds(1950);

    /// <summary>Number of consecutive quick successes after which an endpoint is trusted.</summary>
    public const int Trusted = 3;

    /// <summary>Time of the first failure after the last success; null while the endpoint is healthy.</summary>
    public Instant? FailingSince { get; init; }

    /// <summary>
    /// Number of consecutive quick successes, at most <see cref="Trusted"/>. Any other attempt resets it to 0. Null
    /// before the first attempt.
    /// </summary>
    public int? Quick { get; init; }

    /// <summary>
    /// The current run of failures since the last success, with no gap over <see cref="LongestGap"/>; null while
    /// healthy.
    /// </summary>
    public FailureRun? Run { get; init; }

    /// <summary>Returns the health after an attempt, and the actions that follow from it.</summary>
    /// <param name="took">Duration in real time.</param>
    /// <param name="now">Current time by the service's clock.</param>
    public HealthChange After(SendResult result, TimeSpan took, Instant now)
    {
        if (result is Delivered)
        {
            var quick = took <= QuickWithin ? Math.Min((Quick ?? 0) + 1, Trusted) : 0;
            return new HealthChange(New with { Quick = quick }, IsDisabled: false, WarnAt: null);
        }

        var run = Run is { } before && now - before.Last <= LongestGap
            ? new FailureRun(before.Since, now, before.Count + 1) : new FailureRun(now, now, 1);
        return new HealthChange(
            new EndpointHealth { FailingSince = FailingSince ?? now, Quick = 0, Run = run },
            IsDisabled: result is Gone || (run.Count >= DisabledFrom && run.Last - run.Since >= DisabledAfter),
            WarnAt: FailingSince is null ? now + WarnedAfter : null);
    }
}

/// <summary>A run of consecutive failed attempts.</summary>
/// <param name="Since">When the first failed attempt ended.</param>
/// <param name="Last">When the last failed attempt ended.</param>
internal sealed record FailureRun(Instant Since, Instant Last, int Count);

/// <summary>The effect of an attempt on an endpoint.</summary>
/// <param name="IsDisabled">Whether to disable the endpoint if it is active.</param>
/// <param name="WarnAt">
/// When to warn the contact if the endpoint still fails then; null when there is no warning to schedule.
/// </param>
internal sealed record HealthChange(EndpointHealth Health, bool IsDisabled, Instant? WarnAt);
