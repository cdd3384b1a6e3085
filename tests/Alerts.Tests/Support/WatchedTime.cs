using Microsoft.Extensions.Time.Testing;

namespace Alerts.Tests.Support;

/// <summary>
/// The clock of what is tested, which tells how many waits were begun on it. A test that moves time before a wait has begun
/// moves it past that wait.
/// </summary>
/// <param name="inner">Shared with the rest of the test, whose waits are not counted.</param>
internal sealed class WatchedTime(FakeTimeProvider inner) : TimeProvider
{
    private int waits;

    public int Waits => Volatile.Read(ref waits);

    public override long TimestampFrequency => inner.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => inner.GetUtcNow();

    public override long GetTimestamp() => inner.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = inner.CreateTimer(callback, state, dueTime, period);
        Interlocked.Increment(ref waits);
        return timer;
    }
}
