namespace Alerts.Tests.EndToEnd;

/// <summary>
/// The collection of tests that start the executable and depend on its clock. They run one at a time, so that they do
/// not slow each other down. A test that only runs a command to completion need not be in it.
/// </summary>
internal static class RealProcesses
{
    public const string OneAtATime = "Real processes, one test at a time";
}
