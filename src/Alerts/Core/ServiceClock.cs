namespace Alerts.Core;

/// <summary>
/// The service's clock: the real one, or a simulated one that starts at an instant and runs <see cref="Speed"/> times
/// as fast. Leases, network timeouts and rate limits use real time instead.
/// </summary>
internal sealed class ServiceClock : TimeProvider
{
    private readonly TimeProvider real;
    private readonly Lock gate = new();
    private Instant origin;
    private long realOrigin;

    /// <param name="start">Initial time of a simulated clock; null for real time.</param>
    /// <param name="speed">
    /// Simulated seconds per real second; default 1. At 0 the clock stops and only <see cref="JumpTo"/> moves it.
    /// </param>
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

    /// <summary>
    /// The current time, floored to milliseconds. The store keeps milliseconds, so comparisons never depend on lost
    /// digits.
    /// </summary>
    public Instant Now =>
        Instant.FromUnixTimeMilliseconds(Instant.FromDateTimeOffset(GetUtcNow()).ToUnixTimeMilliseconds());

    public override long TimestampFrequency => real.TimestampFrequency;

    /// <summary>A timestamp of real time, to measure how long something takes.</summary>
    public override long GetTimestamp() => real.GetTimestamp();

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

    /// <summary>Moves a simulated clock forward. An earlier time has no effect.</summary>
    public void JumpTo(Instant to)
    {
        lock (gate)
        {
            origin = Instant.Max(to, origin);
            realOrigin = real.GetTimestamp();
        }
    }

    /// <summary>
    /// Real time to wait until the clock shows <paramref name="to"/>; from zero to <paramref name="atMost"/>.
    /// </summary>
    public TimeSpan RealTimeUntil(Instant to, TimeSpan atMost)
    {
        var seconds = (to - Instant.FromDateTimeOffset(GetUtcNow())).TotalSeconds;
        return seconds <= 0 ? TimeSpan.Zero
            : Speed > 0 && seconds / Speed < atMost.TotalSeconds ? TimeSpan.FromSeconds(seconds / Speed)
            : atMost;
    }

    /// <summary>
    /// Real time at which the clock shows <paramref name="at"/>; from now to <paramref name="atMost"/> later.
    /// </summary>
    public DateTimeOffset RealTimeOf(Instant at, TimeSpan atMost) => real.GetUtcNow() + RealTimeUntil(at, atMost);
}
