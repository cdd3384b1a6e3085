namespace Alerts.Tests.EndToEnd;

/// <summary>The collection of tests that start the executable: one after another, so that they do not slow each other down.</summary>
internal static class RealProcesses
{
    public const string OneAtATime = "Real processes, one test at a time";
}
