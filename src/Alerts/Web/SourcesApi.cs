using Alerts.Core;
using Alerts.Sources;
using Alerts.Web.OpenApi;

namespace Alerts.Web;

/// <summary>
/// <c>/api/sources</c>: external calendars and registers that key dates are read from, for operators.
/// </summary>
internal sealed class SourcesApi(
    ISources sources, SourceEdits edits, SourceReads reads, ServiceClock clock, PublicUrl publicUrl)
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapRead<SourcesApi>("/api/sources", (api, context) => api.ListAsync(context.Request))
            .ForOperators().Described(SourceDocs.List);
        app.MapRead<SourcesApi>("/api/sources/{id}", (api, context) =>
            api.GetAsync(context.InPath("id"), context.RequestAborted))
            .ForOperators().Described(SourceDocs.Get);
        app.MapPut<SourcesApi>("/api/sources/{id}", (api, context) => api.PutAsync(context.InPath("id"), context))
            .ForOperators().Described(SourceDocs.Put);
        app.MapDelete<SourcesApi>("/api/sources/{id}", (api, context) =>
            api.DeleteAsync(context.InPath("id"), context.RequestAborted))
            .ForOperators().Described(SourceDocs.Delete);
        app.MapPost<SourcesApi>("/api/sources/{id}/check", (api, context) =>
            api.CheckAsync(context.InPath("id"), context.RequestAborted))
            .ForOperators().Described(SourceDocs.Check);
    }

    private async Task<IResult> ListAsync(HttpRequest request)
    {
        var query = new Query(request.Query);
        var limit = query.Limit();
        var after = query.Cursor(position => Slug.IsOne(position) ? position : null);
        if (query.Problems.Count > 0)
        {
            return Problems.BadRequest(query.Problems);
        }

        var found = (await sources.ListAsync(request.HttpContext.RequestAborted))
            .Where(state => after is null || string.CompareOrdinal(state.Id, after) > 0).Take(limit + 1).ToList();
        var page = found.Take(limit).ToList();
        return new JsonResult(StatusCodes.Status200OK, new SourceListResponse
        {
            Items = [.. page.Select(state => SourceResponse.Of(state, clock.Now))],
            Cursor = found.Count > limit ? Query.Cursor(page[^1].Id) : null,
        });
    }

    private async Task<IResult> GetAsync(string id, CancellationToken cancel) =>
        await FindAsync(id, cancel) is { } state ? Answer(state, StatusCodes.Status200OK) : Unknown(id);

    private async Task<IResult> PutAsync(string id, HttpContext context)
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

    private async Task<IResult> DeleteAsync(string id, CancellationToken cancel)
    {
        if (Slug.IsOne(id))
        {
            await edits.RemoveAsync(id, cancel);
        }

        return Results.NoContent(); // may be repeated
    }

    private async Task<IResult> CheckAsync(string id, CancellationToken cancel)
    {
        return await FindAsync(id, cancel) is not null && await reads.CheckAsync(id, cancel) is { } state
            ? Answer(state, StatusCodes.Status202Accepted)
            : Unknown(id);
    }

    private async Task<SourceState?> FindAsync(string id, CancellationToken cancel) =>
        Slug.IsOne(id) && await sources.FindAsync(id, cancel) is { IsRemoved: false } state ? state : null;

    private JsonResult Answer(SourceState state, int status) =>
        new(status, SourceResponse.Of(state, clock.Now));

    private static IResult Unknown(string id) => Problems.NotFound($"There is no source {Problem.Quote(id)}.");
}
