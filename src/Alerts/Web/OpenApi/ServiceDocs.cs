namespace Alerts.Web.OpenApi;

/// <summary>Describes the routes about the service itself in the API document.</summary>
internal static class ServiceDocs
{
    public const string Tag = "Service";

    public static readonly RouteDoc Health = new(
        "health", Tag, "Check that the process is alive", "Responds while the process runs, whatever else fails.")
    {
        Answers = [new(200, "Alive.", typeof(HealthResponse), """{"status":"ok","version":"0.1.0","tzdb":"2026f"}""")],
    };

    public static readonly RouteDoc Readiness = new(
        "readiness", Tag, "Check that the service is ready",
        "Checks that the store can be read and the watcher ran recently.")
    {
        Answers = [new(200, "The service is ready.", typeof(ReadyResponse), """{"status":"ready"}""")],
        Problems = [503],
    };
}
