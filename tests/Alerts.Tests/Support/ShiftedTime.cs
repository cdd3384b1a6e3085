namespace Alerts.Tests.Support;

/// <summary>Real time, and as far ahead of it as a test says: leases end without anybody waiting for them.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    public TimeSpan Ahead { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;
}
