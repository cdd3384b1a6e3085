using Microsoft.OpenApi;

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
        Answers = [new(200, "It is.", "Health", """{"status":"ok","version":"0.1.0","tzdb":"2026f"}""")],
        IsLimited = false,
    };

    public static readonly RouteDoc Readiness = new(
        "readiness",
        Tag,
        "Is the service at work?",
        "Whether the store can be read and the watcher ran lately.")
    {
        Answers = [new(200, "It is.", "Ready", """{"status":"ready"}""")],
        Problems = [503],
        IsLimited = false,
    };

    public static IEnumerable<KeyValuePair<string, IOpenApiSchema>> Components =>
        [
            new(
                "Health",
                Schemas.Response(
                    "The process.",
                    ("status", Schemas.OneOf("ok.", "ok")),
                    ("version", Schemas.Text("Of the product.", atLeast: 1)),
                    ("tzdb", Schemas.Text("Of the time zone data.", atLeast: 1)))),
            new("Ready", Schemas.Response("The service.", ("status", Schemas.OneOf("ready.", "ready")))),
        ];
}
