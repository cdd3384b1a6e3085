namespace Alerts.Tests.EndToEnd;

/// <summary>
/// The collections of tests that start the executable and depend on its clock. The tests of each run one at a time, so
/// that they do not slow each other down. A test that only runs a command to completion need not be in them.
/// </summary>
internal static class RealProcesses
{
    public const string OneAtATime = "Real processes, one test at a time";

    public const string UnderTheHost = "Workers of the Functions host, one test at a time";
}
