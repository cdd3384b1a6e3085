namespace Alerts.Tests.EndToEnd;

/// <summary>
/// The collection of tests that start the executable and go by its clock: one after another, so that they do not slow
/// each other down. What only runs a command to its end need not be in it.
/// </summary>
internal static class RealProcesses
{
    public const string OneAtATime = "Real processes, one test at a time";
}
