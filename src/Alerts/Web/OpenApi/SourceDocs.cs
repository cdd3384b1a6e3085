using Microsoft.OpenApi;
using static Alerts.Web.OpenApi.ParameterDoc;

namespace Alerts.Web.OpenApi;

/// <summary>Describes sources and proposals in the API document.</summary>
internal static class SourceDocs
{
    public const string Tag = "Sources";

    private const string Calendar =
        """
        {"id":"ecb","type":"icalendar","url":"https://example.org/calendar.ics","query":null,"every":"PT6H",
         "topics":["ecb"],
         "timeZone":"Europe/Berlin","apply":"review","enabled":true,"status":"ok","addedAt":"2026-11-01T09:00:00Z",
         "checkedAt":"2026-11-04T09:00:00Z","nextAt":"2026-11-04T15:00:00Z","failures":0,
         "failingSince":null,"error":null,"warnings":[]}
        """;

    private const string Date =
        """
        {"id":"ecb-meeting","title":"Monetary policy meeting","summary":null,"topics":["ecb"],
         "when":{"date":"2026-12-17","time":"14:15","timeZone":"Europe/Berlin","instant":"2026-12-17T13:15:00Z"},
         "end":null,"status":"confirmed","phase":"upcoming","source":null,"checkedOn":null,"revision":1,
         "url":"https://alerts.example.com/dates/ecb-meeting"}
        """;

    private const string ProposalId = "prop_n4cshw3kfmwgcyvlhv5jzvkqxy";

    private const string Proposal =
        $$$"""
        {"id":"{{{ProposalId}}}","sourceId":"ecb","keyDateId":"ecb-meeting","change":"added","current":null,
         "proposed":{{{Date}}},
         "foundAt":"2026-11-04T09:00:00Z","affected":{"email":0,"webhook":0}}
        """;

    private const string Decided = $$$"""{"id":"{{{ProposalId}}}","state":"accepted","keyDate":{{{Date}}}}""";

    private static readonly string[] Changes = ["added", "moved", "edited", "cancelled", "reinstated", "vanished"];

    private static readonly ParameterDoc Id = Path(
        "id", "The source's id.", Schemas.Text("1 to 24 of a-z, 0-9 and -.", pattern: "^[a-z0-9-]{1,24}$"), "ecb");

    private static readonly ParameterDoc OfProposal = Path(
        "id", "The proposal's id.", Schemas.Text("As the list gave it.", pattern: "^prop_[a-z2-7]{26}$"), ProposalId);

    public static readonly RouteDoc List = new("listSources", Tag, "List sources", "Ordered by id.")
    {
        Access = Access.Operator,
        Parameters = Paging.Parameters,
        Answers =
        [
            new(
                200, "A page of sources.", typeof(SourceListResponse), $$"""{"items":[{{Calendar}}],"cursor":null}"""),
        ],
        Problems = [400],
    };

    public static readonly RouteDoc Get = new("getSource", Tag, "Get a source", "With what became of its last reads.")
    {
        Access = Access.Operator,
        Parameters = [Id],
        Answers = [new(200, "The source.", typeof(SourceResponse), Calendar)],
        Problems = [404],
    };

    public static readonly RouteDoc Put = new(
        "putSource", Tag, "Add or edit a source",
        "A source is read at once after it is added. Its first read is always held for review.")
    {
        Access = Access.Operator,
        Parameters = [Id],
        Body = new(
            "SourceInput", true,
            ("calendar",
                """
                {"type":"icalendar","url":"https://example.org/calendar.ics","every":"PT6H","topics":["ecb"],
                 "timeZone":"Europe/Berlin","apply":"review"}
                """),
            ("register",
                """
                {"type":"federalRegister","every":"PT1H","topics":["tariffs"],"apply":"review",
                 "query":{"term":"section 301","agencies":["trade-representative-office-of-united-states"],
                          "types":["NOTICE"],"dates":["effective_on","comments_close_on"]}}
                """)),
        Answers =
        [
            new(200, "The source.", typeof(SourceResponse), Calendar),
            new(201, "It was new: the source.", typeof(SourceResponse), Calendar) { Headers = ["Location"] },
        ],
        Problems = [409],
    };

    public static readonly RouteDoc Delete = new(
        "deleteSource", Tag, "Remove a source", "It is no longer read and its proposals are withdrawn; its dates stay.")
    {
        Access = Access.Operator,
        Parameters = [Id],
        Answers = [new(204, "There is no such source any more.")],
    };

    public static readonly RouteDoc Check = new(
        "checkSource", Tag, "Read a source now", "Whether or not it is due. What is found is compared as in any read.")
    {
        Access = Access.Operator,
        Parameters = [Id],
        Answers = [new(202, "The source after it.", typeof(SourceResponse), Calendar)],
        Problems = [404],
    };

    public static readonly RouteDoc ListProposals = new(
        "listProposals", Tag, "List proposals", "Changes found at sources that wait for review, the oldest first.")
    {
        Access = Access.Operator,
        Parameters = Paging.Parameters,
        Answers =
        [
            new(
                200, "A page of proposals.", typeof(ProposalListResponse),
                $$"""{"items":[{{Proposal}}],"cursor":null}"""),
        ],
        Problems = [400],
    };

    public static readonly RouteDoc Accept = new(
        "acceptProposal", Tag, "Accept a proposal",
            "Saves the date as the source has it; who was told something else is notified.")
    {
        Access = Access.Operator,
        Parameters = [OfProposal],
        Answers = [new(200, "It is saved.", typeof(DecidedProposalResponse), Decided)],
        Problems = [404, 409],
    };

    public static readonly RouteDoc Reject = new(
        "rejectProposal", Tag, "Reject a proposal", "The date stays as it is, until the source changes again.")
    {
        Access = Access.Operator,
        Parameters = [OfProposal],
        Answers =
        [
            new(200, "It is rejected.", typeof(DecidedProposalResponse),
                Decided.Replace("\"accepted\"", "\"rejected\"", StringComparison.Ordinal)),
        ],
        Problems = [404, 409],
    };

    public static readonly RouteDoc AcceptAll = new(
        "acceptProposals", Tag, "Accept several proposals", "All of them or, when one cannot be accepted, none.")
    {
        Access = Access.Operator,
        Body = new("AcceptInput", true, ("one", $$"""{"ids":["{{ProposalId}}"]}""")),
        Answers =
        [
            new(
                200, "They are saved.", typeof(DecidedProposalListResponse),
                $$"""{"items":[{{Decided}}],"cursor":null}"""),
        ],
        Problems = [404, 409],
    };

    public static IEnumerable<KeyValuePair<string, IOpenApiSchema>> Components =>
    [
        new("SourceInput", Schemas.Request(
            "A source as it shall be; null means absent.", ["type"],
            [
                .. Given(),
                ("enabled", Schemas.Flag("Whether it is read on schedule; true when absent.").OrNull()),
                .. ((string[])["id", "status", "addedAt", "checkedAt", "nextAt", "failures", "failingSince", "error",
                    "warnings"])
                    .Select(name => (name, (IOpenApiSchema)Schemas.Anything("Ignored."))),
            ])),
        new("AcceptInput", Schemas.Request(
            "Proposals to accept.", ["ids"],
            ("ids", Schemas.List("Their ids.", Schemas.Text("An id."), atMost: 500, atLeast: 1)))),
    ];

    private static IReadOnlyList<(string, IOpenApiSchema)> Given() =>
    [
        ("type", Schemas.OneOf("What it is.", "icalendar", "federalRegister")),
        ("url", Schemas.Text("Where a calendar is read: http, https or webcal.", atMost: 2048).OrNull()),
        ("query", Schemas.RefOrNull("RegisterQuery")),
        ("every", Schemas.Text("Between two reads: an ISO 8601 duration from PT5M to P7D; PT6H when absent.").OrNull()),
        ("topics", Schemas.List("Added to the topics that it gives.", Schemas.Slug("A topic."), atMost: 20).OrNull()),
        ("timeZone", Schemas.Zone("The zone of dates that name none.").OrNull()),
        ("apply", new OpenApiSchema
        {
            Description = "Whether changes wait for review (the default) or are saved at once (https only).",
            OneOf = [Schemas.OneOf("A mode.", "review", "auto"), new OpenApiSchema { Type = JsonSchemaType.Null }],
        }),
    ];
}
