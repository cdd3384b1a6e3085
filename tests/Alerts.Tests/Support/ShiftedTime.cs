namespace Alerts.Tests.Support;

/// <summary>Real time, and as far ahead of it as a test says: leases end without anybody waiting for them.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    public TimeSpan Ahead { get; set; }

    /// <summary>How much further it is ahead; zero unless a test lets it go along with the service's clock.</summary>
    public Func<TimeSpan> Along { get; set; } = () => TimeSpan.Zero;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead + Along();
}
