namespace Alerts.Queue;

/// <summary>Numbers of attempts under way, by the kind of their endpoint.</summary>
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

/// <summary>The current kind of an endpoint with an attempt under way.</summary>
internal enum AttemptKind
{
    /// <summary>It had a quick success a moment ago.</summary>
    Proven,

    /// <summary>It had several quick successes in a row, and is now tried again after a pause.</summary>
    Trusted,

    /// <summary>It was quick last time, and is now tried again after a pause.</summary>
    Tried,

    /// <summary>It is being tried and has not answered quickly.</summary>
    Lingering,

    /// <summary>It is slow, or has had no quick success yet.</summary>
    Slow,
}
