using System.ComponentModel.DataAnnotations;
using Alerts.Sources;
using Alerts.Web.OpenApi;

namespace Alerts.Web;

/// <summary>
/// <c>/api/sources</c>: external calendars and registers that key dates are read from, for operators.
/// </summary>
internal sealed class SourcesApi(
    ISources sources, SourceEdits edits, SourceReads reads, ServiceClock clock, PublicUrl publicUrl) : IEndpoints
{
    private const string IdForm = "^[a-z0-9-]{1,24}$";

    private const string Example =
        """
        {"id":"ecb","type":"icalendar","url":"https://example.org/calendar.ics","query":null,"every":"PT6H",
         "topics":["ecb"],
         "timeZone":"Europe/Berlin","apply":"review","enabled":true,"status":"ok","addedAt":"2026-11-01T09:00:00Z",
         "checkedAt":"2026-11-04T09:00:00Z","nextAt":"2026-11-04T15:00:00Z","failures":0,
         "failingSince":null,"error":null,"warnings":[]}
        """;

    private const string Calendar =
        """
        {"type":"icalendar","url":"https://example.org/calendar.ics","every":"PT6H","topics":["ecb"],
         "timeZone":"Europe/Berlin","apply":"review"}
        """;

    private const string Register =
        """
        {"type":"federalRegister","every":"PT1H","topics":["tariffs"],"apply":"review",
         "query":{"term":"section 301","agencies":["trade-representative-office-of-united-states"],
                  "types":["NOTICE"],"dates":["effective_on","comments_close_on"]}}
        """;

    public void Map(IEndpointRouteBuilder app)
    {
        var routes = app.MapGroup("").WithTags(Tags.Sources).ForOperators();
        routes.MapMethods("/api/sources", Verbs.Read, ListAsync).WithName("listSources")
            .ProducesJson<SourceListResponse>(200, $$"""{"items":[{{Example}}],"cursor":null}""");
        routes.MapMethods("/api/sources/{id}", Verbs.Read, GetAsync).WithName("getSource")
            .ProducesJson<SourceResponse>(200, Example).ProducesProblem(404);
        routes.MapPut("/api/sources/{id}", PutAsync).WithName("putSource")
            .AcceptsJson<SourceRequest>(("calendar", Calendar), ("register", Register))
            .ProducesJson<SourceResponse>(200, Example).ProducesJson<SourceResponse>(201, Example)
            .ProducesProblem(409);
        routes.MapDelete("/api/sources/{id}", DeleteAsync).WithName("deleteSource").Produces(204);
        routes.MapPost("/api/sources/{id}/check", CheckAsync).WithName("checkSource")
            .ProducesJson<SourceResponse>(202, Example).ProducesProblem(404);
    }

    /// <summary>List sources.</summary>
    /// <remarks>Ordered by id.</remarks>
    /// <response code="200">A page of sources.</response>
    internal async Task<IResult> ListAsync([AsParameters] Paging page, CancellationToken cancel)
    {
        var query = new Query();
        var limit = query.Limit(page.Limit);
        var after = query.Cursor(page.Cursor, position => Slug.IsOne(position) ? position : null);
        if (query.Problems.Count > 0)
        {
            return Problems.BadRequest(query.Problems);
        }

        var found = (await sources.ListAsync(cancel))
            .Where(state => after is null || string.CompareOrdinal(state.Id, after) > 0).Take(limit + 1).ToList();
        var shown = found.Take(limit).ToList();
        return new JsonResult(StatusCodes.Status200OK, new SourceListResponse
        {
            Items = [.. shown.Select(state => SourceResponse.Of(state, clock.Now))],
            Cursor = found.Count > limit ? Query.Cursor(shown[^1].Id) : null,
        });
    }

    /// <summary>Get a source.</summary>
    /// <remarks>Includes the outcome of recent reads.</remarks>
    /// <param name="id" example="ecb">The source's id.</param>
    /// <response code="200">The source.</response>
    internal async Task<IResult> GetAsync([RegularExpression(IdForm)] string id, CancellationToken cancel) =>
        await FindAsync(id, cancel) is { } state ? Answer(state, StatusCodes.Status200OK) : Unknown(id);

    /// <summary>Add or edit a source.</summary>
    /// <remarks>A new source is read immediately. Its first read is always held for review.</remarks>
    /// <param name="id" example="ecb">The source's id.</param>
    /// <response code="200">The source.</response>
    /// <response code="201">The created source.</response>
    internal async Task<IResult> PutAsync([RegularExpression(IdForm)] string id, HttpContext context)
    {
        var problems = new List<Problem>();
        using var body = await RequestBody.JsonAsync(context.Request, problems);
        var wanted = body is null ? null : SourceJson.Read(body.RootElement, id, problems);
        if (wanted is null || problems.Count > 0)
        {
            return Problems.BadRequest(problems);
        }

        switch (await edits.PutAsync(wanted, context.RequestAborted))
        {
            case SavedSource.Conflict conflict:
                return Problems.Conflict(
                    $"The dates of {Problem.Quote(id)} could have ids of dates of the source "
                    + $"{Problem.Quote(conflict.Other)}; take another id.");
            case SavedSource.Done { IsNew: true } done:
                context.Response.Headers.Location = publicUrl.At("/api/sources/" + id);
                return Answer(done.State, StatusCodes.Status201Created);
            case SavedSource.Done done:
                return Answer(done.State, StatusCodes.Status200OK);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <summary>Remove a source.</summary>
    /// <remarks>Stops reading it and withdraws its proposals. Its dates stay.</remarks>
    /// <param name="id" example="ecb">The source's id.</param>
    /// <response code="204">The source no longer exists.</response>
    internal async Task<IResult> DeleteAsync([RegularExpression(IdForm)] string id, CancellationToken cancel)
    {
        if (Slug.IsOne(id))
        {
            await edits.RemoveAsync(id, cancel);
        }

        return Results.NoContent(); // may be repeated
    }

    /// <summary>Read a source now.</summary>
    /// <remarks>Reads it even if not due. The result is compared as in any read.</remarks>
    /// <param name="id" example="ecb">The source's id.</param>
    /// <response code="202">The source after the read.</response>
    internal async Task<IResult> CheckAsync([RegularExpression(IdForm)] string id, CancellationToken cancel) =>
        await FindAsync(id, cancel) is not null && await reads.CheckAsync(id, cancel) is { } state
            ? Answer(state, StatusCodes.Status202Accepted) : Unknown(id);

    private async Task<SourceState?> FindAsync(string id, CancellationToken cancel) =>
        Slug.IsOne(id) && await sources.FindAsync(id, cancel) is { IsRemoved: false } state ? state : null;

    private JsonResult Answer(SourceState state, int status) => new(status, SourceResponse.Of(state, clock.Now));

    private static IResult Unknown(string id) => Problems.NotFound($"There is no source {Problem.Quote(id)}.");
}
