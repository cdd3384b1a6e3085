using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Alerts.Dates;
using Alerts.Sources;
using Alerts.Web.OpenApi;

namespace Alerts.Web;

/// <summary><c>/api/proposals</c>: changes found at sources that wait for an operator's decision.</summary>
internal sealed class ProposalsApi(
    ISources sources, Proposals proposals, SourceOrigins origins, ServiceClock clock, PublicUrl publicUrl) : IEndpoints
{
    /// <summary>Maximum number of proposals in one acceptance: all dates of a source.</summary>
    private const int MaxIds = Comparison.MaxDates;

    private const string ExampleId = "prop_n4cshw3kfmwgcyvlhv5jzvkqxy";

    private const string Date =
        """
        {"id":"ecb-meeting","title":"Monetary policy meeting","summary":null,"topics":["ecb"],
         "when":{"date":"2026-12-17","time":"14:15","timeZone":"Europe/Berlin","instant":"2026-12-17T13:15:00Z"},
         "end":null,"status":"confirmed","phase":"upcoming","source":null,"checkedOn":null,"revision":1,
         "url":"https://alerts.example.com/dates/ecb-meeting"}
        """;

    private const string Page =
        $$$"""
        {"items":[{"id":"{{{ExampleId}}}","sourceId":"ecb","keyDateId":"ecb-meeting","change":"added","current":null,
         "proposed":{{{Date}}},
         "foundAt":"2026-11-04T09:00:00Z","affected":{"email":0,"webhook":0}}],"cursor":null}
        """;

    private const string Accepted = $$$"""{"id":"{{{ExampleId}}}","state":"accepted","keyDate":{{{Date}}}}""";
    private const string Rejected = $$$"""{"id":"{{{ExampleId}}}","state":"rejected","keyDate":{{{Date}}}}""";

    public void Map(IEndpointRouteBuilder app)
    {
        var routes = app.MapGroup("").WithTags(Tags.Sources).ForOperators();
        routes.MapMethods("/api/proposals", Verbs.Read, ListAsync).WithName("listProposals")
            .ProducesJson<ProposalListResponse>(200, Page);
        routes.MapPost("/api/proposals/accept", AcceptAllAsync).WithName("acceptProposals")
            .AcceptsJson<AcceptRequest>(("one", $$"""{"ids":["{{ExampleId}}"]}"""))
            .ProducesJson<DecidedProposalListResponse>(200, $$"""{"items":[{{Accepted}}],"cursor":null}""")
            .ProducesProblem(404).ProducesProblem(409);
        routes.MapPost("/api/proposals/{id}/accept", AcceptAsync).WithName("acceptProposal")
            .ProducesJson<DecidedProposalResponse>(200, Accepted).ProducesProblem(404).ProducesProblem(409);
        routes.MapPost("/api/proposals/{id}/reject", RejectAsync).WithName("rejectProposal")
            .ProducesJson<DecidedProposalResponse>(200, Rejected).ProducesProblem(404).ProducesProblem(409);
    }

    /// <summary>List proposals.</summary>
    /// <remarks>Changes found in sources and awaiting review, oldest first.</remarks>
    /// <response code="200">A page of proposals.</response>
    internal async Task<IResult> ListAsync([AsParameters] Paging page, CancellationToken cancel)
    {
        var query = new Query();
        var limit = query.Limit(page.Limit);
        var after = query.Cursor(page.Cursor, ReadCursor);
        if (query.Problems.Count > 0)
        {
            return Problems.BadRequest(query.Problems);
        }

        var places = await sources.ProposalsAsync(after, limit + 1, cancel);
        var shown = await proposals.ShowAllAsync([.. places.Take(limit)], cancel);
        return new JsonResult(StatusCodes.Status200OK, new ProposalListResponse
        {
            Items = [.. shown.Select(Shown)],
            Cursor = places.Count > limit ? Query.Cursor(WriteCursor(places[limit - 1])) : null,
        });
    }

    /// <summary>Accept a proposal.</summary>
    /// <remarks>Saves the date as the source has it and notifies everyone whose last notification differs.</remarks>
    /// <param name="id" example="prop_n4cshw3kfmwgcyvlhv5jzvkqxy">The proposal's id, from the list.</param>
    /// <response code="200">The accepted proposal.</response>
    internal async Task<IResult> AcceptAsync(
        [RegularExpression(ProposalResponse.IdForm)] string id, CancellationToken cancel) =>
        await AnswerAsync(await proposals.AcceptAsync([id], cancel), [id], isList: false, "accepted", cancel);

    /// <summary>Reject a proposal.</summary>
    /// <remarks>The date stays unchanged until the source changes again.</remarks>
    /// <param name="id" example="prop_n4cshw3kfmwgcyvlhv5jzvkqxy">The proposal's id, from the list.</param>
    /// <response code="200">The rejected proposal.</response>
    internal async Task<IResult> RejectAsync(
        [RegularExpression(ProposalResponse.IdForm)] string id, CancellationToken cancel) =>
        await AnswerAsync(await proposals.RejectAsync(id, cancel), [id], isList: false, "rejected", cancel);

    /// <summary>Accept several proposals.</summary>
    /// <remarks>Accepts all of them or, if one cannot be accepted, none.</remarks>
    /// <response code="200">The accepted proposals.</response>
    internal async Task<IResult> AcceptAllAsync(HttpContext context, CancellationToken cancel)
    {
        var problems = new List<Problem>();
        using var body = await RequestBody.JsonAsync(context.Request, problems);
        var ids = new List<string>();
        if (body is not null && JsonObjectReader.Of(body.RootElement, "", problems) is { } fields)
        {
            ids = [.. fields.Texts("ids").Select(one => one.Text).Distinct()];
            if (problems.Count == 0 && ids.Count is 0 or > MaxIds)
            {
                fields.Refuse("ids", FormattableString.Invariant($"There are {ids.Count} ids; write 1 to {MaxIds}."));
            }

            fields.RefuseOthers();
        }

        return problems.Count > 0
            ? Problems.BadRequest(problems)
            : await AnswerAsync(
                await proposals.AcceptAsync(ids, cancel), ids, isList: true, "accepted", cancel);
    }

    private async Task<IResult> AnswerAsync(
        Decision decision, IReadOnlyList<string> ids, bool isList, string state, CancellationToken cancel)
    {
        switch (decision)
        {
            case Decision.Unknown unknown:
                return Problems.NotFound($"There is no proposal {Problem.Quote(unknown.Id)}.");
            case Decision.Conflict conflict:
                return Problems.Conflict(conflict.Why);
            case Decision.Done done:
                var known = await origins.OfAsync([.. done.Dates.OfType<DateVersion>()], cancel);
                var items = ids.Zip(done.Dates, (one, date) => new DecidedProposalResponse(
                    one, state, Shown(date, date is null ? null : known.GetValueOrDefault(date.KeyDate.Id)))).ToList();
                return new JsonResult(
                    StatusCodes.Status200OK, isList ? new DecidedProposalListResponse(items, null) : items[0]);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private ProposalResponse Shown(ShownProposal proposal) => new()
    {
        Id = proposal.Id,
        SourceId = proposal.SourceId,
        KeyDateId = proposal.KeyDateId,
        Change = proposal.Change,
        Current = Shown(proposal.Current),
        Proposed = Shown(proposal.Next),
        FoundAt = proposal.FoundAt,
        Affected = SubscriptionsByChannel.Of(channel =>
            proposal.Affected.Where(one => one.Key.Channel == channel).Sum(one => one.Value)),
    };

    private KeyDateResponse? Shown(DateVersion? version, DateOrigin? origin = null) =>
        version is null ? null : KeyDateResponse.Of(version, clock.Now, publicUrl, origin);

    public static string WriteCursor(ProposalPlace last) =>
        FormattableString.Invariant($"{last.FoundAt.ToUnixTimeMilliseconds()} {last.Id}");

    public static ProposalPlace? ReadCursor(string position) =>
        position.Split(' ') is [var at, var id] && id.Length > 0
        && long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
        && milliseconds <= Instant.MaxValue.ToUnixTimeMilliseconds()
            ? new ProposalPlace(id, "", "", Instant.FromUnixTimeMilliseconds(milliseconds))
            : null;
}

/// <summary>Proposals to accept.</summary>
internal sealed record AcceptRequest
{
    /// <summary>Their ids.</summary>
    [Length(1, Comparison.MaxDates), Items("An id.")] public required IReadOnlyList<string> Ids { get; init; }
}

/// <summary>A change found in a source and awaiting review.</summary>
internal sealed record ProposalResponse
{
    /// <summary>The format of the ids of proposals.</summary>
    public const string IdForm = "^prop_[a-z2-7]{26}$";

    /// <summary>The proposal's id; it differs for different content.</summary>
    [RegularExpression(IdForm)] public required string Id { get; init; }

    /// <summary>The source's id.</summary>
    [Slug] public required string SourceId { get; init; }

    /// <summary>The key date's id.</summary>
    [Slug] public required string KeyDateId { get; init; }

    /// <summary>Kind of change.</summary>
    public required ProposedChange Change { get; init; }

    public required KeyDateResponse? Current { get; init; }

    public required KeyDateResponse? Proposed { get; init; }

    /// <summary>When the change was found.</summary>
    public required Instant FoundAt { get; init; }

    /// <summary>Subscriptions that would be notified at once.</summary>
    public required SubscriptionsByChannel Affected { get; init; }
}

/// <summary>A page of proposals.</summary>
internal sealed record ProposalListResponse : ListResponse<ProposalResponse>;

/// <summary>A proposal that was decided.</summary>
/// <param name="Id">The proposal's id, from the list.</param>
/// <param name="State">The decision.</param>
internal sealed record DecidedProposalResponse(
    [property: RegularExpression(ProposalResponse.IdForm)] string Id,
    [property: AllowedValues("accepted", "rejected")] string State,
    KeyDateResponse? KeyDate);

/// <summary>Proposals that were decided.</summary>
/// <param name="Items">Proposals, in the order of the request.</param>
/// <param name="Cursor">Always null.</param>
internal sealed record DecidedProposalListResponse(
    [property: MaxLength(500)] IReadOnlyList<DecidedProposalResponse> Items, object? Cursor);
