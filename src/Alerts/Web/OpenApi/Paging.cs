using static Alerts.Web.OpenApi.ParameterDoc;

namespace Alerts.Web.OpenApi;

/// <summary>Describes what all lists have in common.</summary>
internal static class Paging
{
    public static readonly IReadOnlyList<ParameterDoc> Parameters =
    [
        Query("limit", "Maximum number of items; 50 when absent.", Schemas.Number("1 to 200.", 1, 200), "50"),
        Query(
            "cursor",
            "Start of the page: the `cursor` of the previous page, unchanged.",
            Schemas.Text("Opaque.", pattern: "^[A-Za-z0-9_-]+$"),
            "MTc5NDI4NjA2MDAwMCB1cy1jaGluYS10cnVjZS1leHBpcnk"),
    ];
}

/// <summary>Describes what all reads with an ETag have in common (RFC 9110, section 13).</summary>
internal static class ConditionalDocs
{
    public static readonly ParameterDoc IfNoneMatch = Header(
        "If-None-Match",
        "Return 304 without a body if this ETag is still current.",
        Schemas.Text("An ETag from an earlier response, several separated by commas, or `*`."),
        "\"1\"");

    public static readonly AnswerDoc NotModified = new(304, "Not modified: the ETag is still current.")
    {
        Headers = ["ETag"],
    };
}
