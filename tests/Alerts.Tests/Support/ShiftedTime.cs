namespace Alerts.Tests.Support;

/// <summary>Real time plus an offset that a test sets, so that leases expire without waiting.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    public TimeSpan Ahead { get; set; }

    /// <summary>Returns an additional offset; zero by default. A test can tie it to the service's clock.</summary>
    public Func<TimeSpan> Along { get; set; } = () => TimeSpan.Zero;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead + Along();
}
