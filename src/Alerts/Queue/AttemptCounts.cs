namespace Alerts.Queue;

/// <summary>Attempts under way, by kind of endpoint.</summary>
internal sealed class AttemptCounts
{
    public int All { get; private set; }

    public int Retries { get; private set; }

    public int Proven { get; private set; }

    public int Tried { get; private set; }

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
            case AttemptKind.Lingering:
                Lingering += attempts;
                break;
            case AttemptKind.Slow:
                (Slow, SlowRetries) = (Slow + attempts, SlowRetries + retries);
                break;
        }
    }
}

/// <summary>What the endpoint of an attempt under way is at present.</summary>
internal enum AttemptKind
{
    /// <summary>It was quick a moment ago.</summary>
    Proven,

    /// <summary>It has been quick several times in a row, and is tried again after a while.</summary>
    Trusted,

    /// <summary>It was quick the last time, and is tried again after a while.</summary>
    Tried,

    /// <summary>It was tried, and has not answered at once.</summary>
    Lingering,

    /// <summary>It is slow, or has had no quick success yet.</summary>
    Slow,
}
