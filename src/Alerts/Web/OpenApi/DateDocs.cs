using Alerts.Dates;
using Microsoft.OpenApi;
using static Alerts.Web.OpenApi.ParameterDoc;

namespace Alerts.Web.OpenApi;

/// <summary>Describes key dates in the API document.</summary>
internal static class DateDocs
{
    public const string Tag = "Key dates";

    private const string Truce =
        """
        {"id":"us-china-truce-expiry","title":"US-China tariff truce expires","summary":null,
         "topics":["us-china","tariffs"],
         "when":{"date":"2026-11-10","time":"00:01","timeZone":"America/New_York","instant":"2026-11-10T05:01:00Z"},
         "end":null,"status":"confirmed","phase":"upcoming","source":"https://www.federalregister.gov/d/2025-19825",
         "checkedOn":"2025-11-04","revision":2,
         "url":"https://alerts.example.com/dates/us-china-truce-expiry"}
        """;

    private static readonly ParameterDoc Id = Path(
        "id", "The key date's id.", Schemas.Slug("1 to 64 of a-z, 0-9 and -."), "us-china-truce-expiry");
    private static readonly ParameterDoc IfMatch = Header(
        "If-Match", "Save only if the date still has this ETag.",
        Schemas.Text("An ETag from a GET response, several separated by commas, or `*`."),
        "\"2\"");

    private static readonly ParameterDoc IfNoneMatch = Header(
        "If-None-Match",
        "Save only if the date does not have this ETag; with `*`, only if the date does not exist.",
        Schemas.Text("An ETag from a GET response, several separated by commas, or `*`."),
        "*");

    public static readonly RouteDoc List = new(
        "listDates", Tag, "List key dates", "Ordered by start, then id. Includes past and cancelled dates.")
    {
        Parameters =
        [
            Query("topic", "Only dates with this topic.", Schemas.Slug("A topic."), "tariffs"),
            Query("from", "Only dates whose last day is on or after this day.", Schemas.Day("A day."), "2026-11-01"),
            Query("to", "Only dates whose first day is on or before this day.", Schemas.Day("A day."), "2026-12-31"),
            Query(
                "status", "Only dates with this status.", Schemas.OneOf("A status.", EnumWords.All<DateStatus>()),
                "confirmed"),
            .. Paging.Parameters,
        ],
        Answers =
        [new(200, "A page of key dates.", typeof(KeyDateListResponse), $$"""{"items":[{{Truce}}],"cursor":null}""")],
        HasETag = true,
    };

    public static readonly RouteDoc Get = new(
        "getDate", Tag, "Get a key date",
        "The current version. Its ETag changes with every edit and when the date has occurred.")
    {
        Parameters = [Id],
        Answers = [new(200, "The key date.", typeof(KeyDateResponse), Truce)],
        HasETag = true,
        Problems = [404],
    };

    public static readonly RouteDoc History = new(
        "getDateHistory", Tag, "Get the history of a key date",
        "Every revision and edit, oldest first. History is never overwritten. Not paged.")
    {
        Parameters = [Id],
        Answers =
        [
            new(200, "The history.", typeof(DateHistoryResponse),
                $$"""
                {"items":[{"recordedAt":"2025-11-04T12:00:00Z","change":"moved","reason":"Executive Order 14358",
                 "keyDate":{{Truce}}}],"cursor":null}
                """),
        ],
        HasETag = true,
        Problems = [404],
    };

    public static readonly RouteDoc Put = new(
        "putDate", Tag, "Create or revise a key date",
        "Send the complete date. Moving, cancelling or reinstating it creates a new revision and notifies everyone "
        + "whose last notification differs. Other edits keep the revision. Saving an unchanged date has no effect. "
        + "`id`, `revision`, `url`, `phase` and `instant` are ignored, so a GET response can be sent back.")
    {
        Parameters =
        [
            Id,
            Query(
                "dryRun",
                "Store nothing; return how many subscriptions would be notified, by kind of alert.",
                Schemas.Flag("true or false."), "false"),
            IfMatch,
            IfNoneMatch,
        ],
        Body = new(
            typeof(KeyDateRequest),
            ("timed",
                """
                {"title":"US-China tariff truce expires","topics":["us-china","tariffs"],
                 "when":{"date":"2026-11-10","time":"00:01","timeZone":"America/New_York"},"status":"confirmed",
                 "source":"https://www.federalregister.gov/d/2025-19825","reason":"Executive Order 14358"}
                """),
            ("severalDays",
                """
                {"title":"APEC Economic Leaders' Meeting","topics":["apec","summits"],
                 "when":{"date":"2026-11-18","timeZone":"Asia/Shanghai"},"end":{"date":"2026-11-19"}}
                """)),
        Answers =
        [
            new(
                200,
                "The updated key date; or, with `dryRun`, how many subscriptions would be notified.",
                typeof(KeyDateResponse), Truce)
            {
                SchemaName = "PutDateAnswer",
                Headers = ["ETag"],
            },
            new(201, "The created key date.", typeof(KeyDateResponse), Truce) { Headers = ["ETag", "Location"] },
        ],
        Problems = [412],
    };

    public static readonly RouteDoc Cancel = new(
        "cancelDate", Tag, "Cancel a key date",
        "Shorthand for PUT with `status: cancelled`. Can be repeated. "
        + "Everyone who was notified of the date is notified of the cancellation.")
    {
        Parameters = [Id, IfMatch, IfNoneMatch],
        Body = new(typeof(CancelRequest), ("withReason", """{"reason":"Shelved after the Busan meeting"}"""))
        {
            IsRequired = false,
        },
        Answers =
        [
            new(200, "The cancelled key date.", typeof(KeyDateResponse),
                Truce.Replace("\"confirmed\"", "\"cancelled\"", StringComparison.Ordinal))
            {
                Headers = ["ETag"],
            },
        ],
        Problems = [404, 412],
    };

    public static IEnumerable<KeyValuePair<string, IOpenApiSchema>> Components =>
    [
        new("PutDateAnswer", new OpenApiSchema
        {
            Description = "The key date; or, with `dryRun`, how many subscriptions would be notified.",
            OneOf = [Schemas.Ref("KeyDate"), Schemas.Ref("DryRun")],
        }),
    ];
}
