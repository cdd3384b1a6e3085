namespace Alerts.Tests.Support;

/// <summary>The test that runs. All test files use it as if it were their own.</summary>
internal static class RunningTest
{
    /// <summary>Cancelled when the run is stopped.</summary>
    public static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
