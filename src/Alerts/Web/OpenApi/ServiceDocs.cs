namespace Alerts.Web.OpenApi;

/// <summary>Describes the routes about the service itself in the API document.</summary>
internal static class ServiceDocs
{
    public const string Tag = "Service";

    public static readonly RouteDoc Health = new(
        "health",
        Tag,
        "Is the process there?",
        "Answers while the process does, whatever else is the matter.")
    {
        Answers = [new(200, "It is.", typeof(HealthResponse), """{"status":"ok","version":"0.1.0","tzdb":"2026f"}""")],
        IsLimited = false,
    };

    public static readonly RouteDoc Readiness = new(
        "readiness",
        Tag,
        "Is the service at work?",
        "Whether the store can be read and the watcher ran lately.")
    {
        Answers = [new(200, "It is.", typeof(ReadyResponse), """{"status":"ready"}""")],
        Problems = [503],
        IsLimited = false,
    };
}
