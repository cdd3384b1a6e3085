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

    private static readonly ParameterDoc Id = Path(
        "id", "The source's id.", Schemas.Text("1 to 24 of a-z, 0-9 and -.", pattern: "^[a-z0-9-]{1,24}$"), "ecb");

    private static readonly ParameterDoc OfProposal = Path(
        "id", "The proposal's id.",
        Schemas.Text("An `id` from the list.", pattern: ProposalResponse.IdForm),
        ProposalId);

    public static readonly RouteDoc List = new("listSources", Tag, "List sources", "Ordered by id.")
    {
        Parameters = Paging.Parameters,
        Answers =
        [new(200, "A page of sources.", typeof(SourceListResponse), $$"""{"items":[{{Calendar}}],"cursor":null}""")],
    };

    public static readonly RouteDoc Get = new("getSource", Tag, "Get a source", "Includes the outcome of recent reads.")
    {
        Parameters = [Id],
        Answers = [new(200, "The source.", typeof(SourceResponse), Calendar)],
        Problems = [404],
    };

    public static readonly RouteDoc Put = new(
        "putSource", Tag, "Add or edit a source",
        "A new source is read immediately. Its first read is always held for review.")
    {
        Parameters = [Id],
        Body = new(
            typeof(SourceRequest),
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
            new(201, "The created source.", typeof(SourceResponse), Calendar) { Headers = ["Location"] },
        ],
        Problems = [409],
    };

    public static readonly RouteDoc Delete = new(
        "deleteSource", Tag, "Remove a source", "Stops reading it and withdraws its proposals. Its dates stay.")
    {
        Parameters = [Id],
        Answers = [new(204, "The source no longer exists.")],
    };

    public static readonly RouteDoc Check = new(
        "checkSource", Tag, "Read a source now", "Reads it even if not due. The result is compared as in any read.")
    {
        Parameters = [Id],
        Answers = [new(202, "The source after the read.", typeof(SourceResponse), Calendar)],
        Problems = [404],
    };

    public static readonly RouteDoc ListProposals = new(
        "listProposals", Tag, "List proposals", "Changes found in sources and awaiting review, oldest first.")
    {
        Parameters = Paging.Parameters,
        Answers =
        [
            new(200, "A page of proposals.", typeof(ProposalListResponse),
                $$"""{"items":[{{Proposal}}],"cursor":null}"""),
        ],
    };

    public static readonly RouteDoc Accept = new(
        "acceptProposal", Tag, "Accept a proposal",
            "Saves the date as the source has it and notifies everyone whose last notification differs.")
    {
        Parameters = [OfProposal],
        Answers = [new(200, "The accepted proposal.", typeof(DecidedProposalResponse), Decided)],
        Problems = [404, 409],
    };

    public static readonly RouteDoc Reject = new(
        "rejectProposal", Tag, "Reject a proposal", "The date stays unchanged until the source changes again.")
    {
        Parameters = [OfProposal],
        Answers =
        [
            new(200, "The rejected proposal.", typeof(DecidedProposalResponse),
                Decided.Replace("\"accepted\"", "\"rejected\"", StringComparison.Ordinal)),
        ],
        Problems = [404, 409],
    };

    public static readonly RouteDoc AcceptAll = new(
        "acceptProposals", Tag, "Accept several proposals", "Accepts all of them or, if one cannot be accepted, none.")
    {
        Body = new(typeof(AcceptRequest), ("one", $$"""{"ids":["{{ProposalId}}"]}""")),
        Answers =
        [
            new(200, "The accepted proposals.", typeof(DecidedProposalListResponse),
                $$"""{"items":[{{Decided}}],"cursor":null}"""),
        ],
        Problems = [404, 409],
    };
}
