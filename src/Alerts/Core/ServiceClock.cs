using NodaTime;

namespace Alerts.Core;

/// <summary>
/// The clock the whole service goes by: the real one, or a simulated one that starts at an instant and runs
/// <see cref="Speed"/> times as fast. Leases, network time-outs and rate limits do not use it: they are real time.
/// </summary>
internal sealed class ServiceClock : TimeProvider
{
    private readonly TimeProvider real;
    private readonly Lock gate = new();
    private Instant origin;
    private long realOrigin;

    /// <param name="start">What it shows now; null for real time.</param>
    /// <param name="speed">Simulated seconds per real second; 0 stands still until <see cref="JumpTo"/>; default 1.</param>
    public ServiceClock(TimeProvider real, Instant? start = null, double speed = 1)
    {
        this.real = real;
        Speed = speed;
        IsSimulated = start is not null;
        origin = start ?? Instant.FromDateTimeOffset(real.GetUtcNow());
        realOrigin = real.GetTimestamp();
    }

    public double Speed { get; }

    public bool IsSimulated { get; }

    /// <summary>The time, floored to the millisecond: what the store keeps, so that a comparison never depends on digits it lost.</summary>
    public Instant Now =>
        Instant.FromUnixTimeMilliseconds(Instant.FromDateTimeOffset(GetUtcNow()).ToUnixTimeMilliseconds());

    public override DateTimeOffset GetUtcNow()
    {
        if (!IsSimulated)
        {
            return real.GetUtcNow();
        }

        lock (gate)
        {
            return (
                origin + Duration.FromNanoseconds(real.GetElapsedTime(realOrigin).TotalNanoseconds * Speed)
            ).ToDateTimeOffset();
        }
    }

    /// <summary>Moves a simulated clock; it never goes back.</summary>
    public void JumpTo(Instant to)
    {
        lock (gate)
        {
            origin = Instant.Max(to, origin);
            realOrigin = real.GetTimestamp();
        }
    }

    /// <summary>How long to wait, in real time, until it shows <paramref name="to"/>; at most <paramref name="atMost"/>.</summary>
    public TimeSpan RealTimeUntil(Instant to, TimeSpan atMost)
    {
        var seconds = (to - Instant.FromDateTimeOffset(GetUtcNow())).TotalSeconds;
        return seconds <= 0 ? TimeSpan.Zero
            : Speed > 0 && seconds / Speed < atMost.TotalSeconds ? TimeSpan.FromSeconds(seconds / Speed)
            : atMost;
    }
}
