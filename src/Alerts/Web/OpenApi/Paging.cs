using static Alerts.Web.OpenApi.ParameterDoc;

namespace Alerts.Web.OpenApi;

/// <summary>Describes what all lists have in common.</summary>
internal static class Paging
{
    public static readonly IReadOnlyList<ParameterDoc> Parameters =
    [
        Query("limit", "How many items at most; 50 when absent.", Schemas.Number("1 to 200.", 1, 200), "50"),
        Query(
            "cursor",
            "Where the page begins: the `cursor` of the page before, as it was.",
            Schemas.Text("Opaque.", pattern: "^[A-Za-z0-9_-]+$"),
            "MTc5NDI4NjA2MDAwMCB1cy1jaGluYS10cnVjZS1leHBpcnk"),
    ];
}

/// <summary>Describes what all reads with an ETag have in common (RFC 9110, section 13).</summary>
internal static class ConditionalDocs
{
    public static readonly ParameterDoc IfNoneMatch = Header(
        "If-None-Match",
        "Answer 304 without a body when this ETag is still its own.",
        Schemas.Text("An ETag as an earlier answer had it, several separated by commas, or `*`."),
        "\"1\"");

    public static readonly AnswerDoc NotModified = new(304, "Not changed since the ETag was given.")
    {
        Headers = ["ETag"],
    };
}
