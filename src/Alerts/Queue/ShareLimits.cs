namespace Alerts.Queue;

/// <summary>
/// Divides a channel's concurrent attempts among kinds of endpoints, and between first attempts and retries (product
/// contract, section 20 "Fairness").
/// </summary>
/// <param name="capacity">Maximum number of concurrent attempts.</param>
internal sealed class ShareLimits(int capacity)
{
    /// <summary>Maximum number of attempts to slow endpoints, including those without a quick success yet.</summary>
    private int MaxSlow => Math.Max(1, capacity * 4 / 5);

    /// <summary>Capacity reserved for due retries.</summary>
    private int KeptForRetries => Math.Max(1, capacity / 10);

    /// <summary>Capacity reserved for endpoints that are currently quick, in case all trusted ones hang.</summary>
    private int KeptForProven => Math.Max(1, capacity / 50);

    /// <summary>Capacity reserved for trusted and currently quick endpoints, in case all others hang.</summary>
    private int KeptForTrusted => Math.Max(1, capacity / 10);

    /// <summary>
    /// Maximum number of endpoints tried again at once, so that those that hang are detected before the rest are tried.
    /// Also how many are read at once while slow endpoints use all of their share.
    /// </summary>
    private int MaxTried => Math.Max(1, capacity / 5);

    /// <summary>Whether another attempt of a kind may begin beside those under way.</summary>
    /// <param name="retriesAreDue">Whether first attempts must leave the share reserved for retries free.</param>
    public bool HaveRoom(AttemptCounts counts, AttemptKind kind, bool isRetry, bool retriesAreDue)
    {
        var (most, maxSlow) = isRetry || !retriesAreDue
            ? (capacity, MaxSlow)
            : (capacity - KeptForRetries + counts.Retries, MaxSlow - KeptForRetries + counts.SlowRetries);
        var unproven = counts.All - counts.Proven;
        var leavesTrusted = unproven < Math.Max(1, capacity - KeptForTrusted);
        var leavesProven = unproven < Math.Max(1, capacity - KeptForProven);
        var fitsSlow = counts.Slow + counts.Lingering + counts.New < Math.Min(maxSlow, MaxSlow);
        return counts.All < Math.Min(most, capacity) && kind switch
        {
            AttemptKind.Proven => true,
            AttemptKind.Trusted => leavesProven,
            // It may be new: it waits for other new ones. It may be trusted: it does not wait for slow ones.
            AttemptKind.Unread => (leavesTrusted && fitsSlow) || (leavesProven && counts.New < MaxTried),
            AttemptKind.Tried => leavesTrusted && counts.Tried < MaxTried,
            AttemptKind.TriedAsNew => leavesTrusted && fitsSlow,
            // First attempts that linger must not take the share that is kept for retries.
            _ => fitsSlow || (isRetry && counts.SlowRetries < KeptForRetries && counts.Slow < MaxSlow),
        };
    }
}

/// <summary>Numbers of attempts under way, by the kind of their endpoint.</summary>
internal sealed class AttemptCounts
{
    public int All { get; private set; }

    public int Retries { get; private set; }

    public int Proven { get; private set; }

    public int Tried { get; private set; }

    /// <summary>Includes endpoints that are treated as new, and those whose history is about to be read.</summary>
    public int New { get; private set; }

    public int Lingering { get; private set; }

    public int Slow { get; private set; }

    public int SlowRetries { get; private set; }

    public void Add(AttemptKind kind, int attempts, int retries)
    {
        (All, Retries) = (All + attempts, Retries + retries);
        switch (kind)
        {
            case AttemptKind.Proven:
                Proven += attempts;
                break;
            case AttemptKind.Tried:
                Tried += attempts;
                break;
            case AttemptKind.New or AttemptKind.TriedAsNew or AttemptKind.Unread:
                New += attempts;
                break;
            case AttemptKind.Lingering:
                Lingering += attempts;
                break;
            case AttemptKind.Slow:
                (Slow, SlowRetries) = (Slow + attempts, SlowRetries + retries);
                break;
        }
    }
}

/// <summary>The current kind of an endpoint with an attempt under way.</summary>
internal enum AttemptKind
{
    /// <summary>It had a quick success a moment ago.</summary>
    Proven,

    /// <summary>It had several quick successes in a row, and is now tried again after a pause.</summary>
    Trusted,

    /// <summary>It was quick last time, and is now tried again after a pause.</summary>
    Tried,

    /// <summary>It was quick last time, and is tried again within the share of slow endpoints.</summary>
    TriedAsNew,

    /// <summary>It has had no attempt before.</summary>
    New,

    /// <summary>Its history is about to be read; the attempt does not begin before that.</summary>
    Unread,

    /// <summary>It is being tried and has not answered quickly.</summary>
    Lingering,

    /// <summary>It is slow.</summary>
    Slow,
}
