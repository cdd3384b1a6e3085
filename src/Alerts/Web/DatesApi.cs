using System.Globalization;
using Alerts.Dates;
using Alerts.Due;
using Alerts.Sources;
using Alerts.Watch;
using Alerts.Web.OpenApi;

namespace Alerts.Web;

/// <summary><c>/api/dates</c>: key dates, readable by everyone and edited by operators.</summary>
internal sealed class DatesApi(
    IKeyDates dates, IWatch watch, DateEdits edits, SourceOrigins origins, ServiceClock clock, PublicUrl publicUrl)
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPublicRead<DatesApi>("/api/dates", (api, context) => api.ListAsync(context.Request))
            .CachedUntilDatesChange().Described(DateDocs.List);
        app.MapPublicRead<DatesApi>("/api/dates/{id}", (api, context) =>
                api.GetAsync(context.InPath("id"), context.Response))
            .CachedUntilDatesChange().Described(DateDocs.Get);
        app.MapPublicRead<DatesApi>("/api/dates/{id}/history", (api, context) =>
                api.HistoryAsync(context.InPath("id"), context.RequestAborted))
            .CachedUntilDatesChange().Described(DateDocs.History);
        app.MapPut<DatesApi>("/api/dates/{id}", (api, context) => api.PutAsync(context.InPath("id"), context))
            .ForOperators().Described(DateDocs.Put);
        app.MapPost<DatesApi>("/api/dates/{id}/cancel", (api, context) =>
                api.CancelAsync(context.InPath("id"), context))
            .ForOperators().Described(DateDocs.Cancel);
    }

    private async Task<IResult> ListAsync(HttpRequest request)
    {
        var query = new Query(request.Query);
        var filter = new DateFilter(query.Topic("topic"), query.Day("from"), query.Day("to"), query.Status("status"));
        var limit = query.Limit();
        var after = query.Cursor(ReadCursor);
        if (query.Problems.Count > 0)
        {
            return Problems.BadRequest(query.Problems);
        }

        var page = await dates.ListAsync(filter, after, limit, request.HttpContext.RequestAborted);
        var known = await origins.OfAsync(page.Dates, request.HttpContext.RequestAborted);
        var list = new KeyDateListResponse
        {
            Items = [.. page.Dates.Select(version => Shown(version, known.GetValueOrDefault(version.KeyDate.Id)))],
            Cursor = page.Next is { } next ? Query.Cursor(WriteCursor(next)) : null,
        };
        return new JsonResult(StatusCodes.Status200OK, list)
        {
            Tag = JsonResult.TagOf(
                list with { Items = [.. list.Items.Select(date => date with { CheckedAt = null })] }),
            IsBrief = known.Count > 0,
        };
    }

    private async Task<IResult> GetAsync(string id, HttpResponse response) =>
        await dates.FindAsync(id, response.HttpContext.RequestAborted) is { } version
            ? await AnswerAsync(version, response, StatusCodes.Status200OK)
            : Unknown(id);

    private async Task<IResult> HistoryAsync(string id, CancellationToken cancel) =>
        await dates.HistoryAsync(id, cancel) is not { } versions
            ? Unknown(id)
            : new JsonResult(StatusCodes.Status200OK, new DateHistoryResponse(
                [
                    .. versions.Select(version => new DateChangeResponse(
                        version.RecordedAt, version.Change, version.Reason, Shown(version))),
                ],
                Cursor: null))
            {
                IsTagged = true,
            };

    private async Task<IResult> PutAsync(string id, HttpContext context)
    {
        var query = new Query(context.Request.Query);
        var dryRun = query.Flag("dryRun");
        var problems = new List<Problem>(query.Problems);
        using var body = await RequestBody.JsonAsync(context.Request, problems);
        string? reason = null;
        var wanted = body is null ? null : KeyDateJson.Read(body.RootElement, "", id, problems, out reason);
        if (problems.Count > 0 || wanted is null)
        {
            return Problems.BadRequest(problems);
        }

        if (dryRun)
        {
            return await DryRunAsync(wanted, reason, context.Request);
        }

        var saved = await edits.SaveAsync(wanted, reason, IfMatch.Of(context.Request), context.RequestAborted);
        return await OutcomeAsync(saved, context.Response);
    }

    private async Task<IResult> CancelAsync(string id, HttpContext context)
    {
        var problems = new List<Problem>();
        using var body = await RequestBody.OptionalJsonAsync(context.Request, problems);
        string? reason = null;
        if (body is not null && JsonObjectReader.Of(body.RootElement, "", problems) is { } fields)
        {
            reason = KeyDateJson.ReadReason(fields);
            fields.RefuseOthers();
        }

        if (problems.Count > 0)
        {
            return Problems.BadRequest(problems);
        }

        return await edits.CancelAsync(id, reason, IfMatch.Of(context.Request), context.RequestAborted) is { } saved
            ? await OutcomeAsync(saved, context.Response) : Unknown(id);
    }

    private async Task<IResult> DryRunAsync(KeyDate wanted, string? reason, HttpRequest request)
    {
        var current = await dates.FindAsync(wanted.Id, request.HttpContext.RequestAborted);
        if (!IfMatch.Allows(request, current))
        {
            return Stale(request);
        }

        var told = DateVersion.Next(current, wanted, reason, clock.Now) is { } next
            ? await watch.ImpactAsync(current, next, request.HttpContext.RequestAborted)
            : new Dictionary<Notified, long>();
        long Count(AlertKind kind) => told.Where(one => one.Key.Kind == kind).Sum(one => one.Value);
        return new JsonResult(
            StatusCodes.Status200OK,
            new DryRunResponse(Count(AlertKind.Reminder), Count(AlertKind.Rescheduled), Count(AlertKind.Cancelled)));
    }

    private async Task<IResult> OutcomeAsync(Saved saved, HttpResponse response)
    {
        switch (saved)
        {
            case Saved.Recorded recorded:
                return await AnswerAsync(recorded.Version, response, recorded.Version.Number == 1
                    ? StatusCodes.Status201Created : StatusCodes.Status200OK);
            case Saved.Unchanged unchanged:
                return await AnswerAsync(unchanged.Version, response, StatusCodes.Status200OK);
            case Saved.Stale:
                return Stale(response.HttpContext.Request);
            default:
                throw new InvalidOperationException("Saving has three outcomes.");
        }
    }

    private async Task<JsonResult> AnswerAsync(DateVersion version, HttpResponse response, int status)
    {
        var origin = await origins.OfAsync(version, response.HttpContext.RequestAborted);
        if (status == StatusCodes.Status201Created)
        {
            response.Headers.Location = publicUrl.At("/api/dates/" + version.KeyDate.Id);
        }

        return new JsonResult(status, Shown(version, origin))
        {
            Tag = IfMatch.Tag(version, clock.Now),
            IsBrief = origin is not null,
        };
    }

    private KeyDateResponse Shown(DateVersion version, DateOrigin? origin = null) =>
        KeyDateResponse.Of(version, clock.Now, publicUrl, origin);

    /// <summary>A position in the form that <see cref="ReadCursor"/> reads.</summary>
    public static string WriteCursor(DateCursor position) =>
        FormattableString.Invariant($"{position.Start.ToUnixTimeMilliseconds()} {position.Id}");

    /// <summary>Reads a position; null if it is not valid.</summary>
    public static DateCursor? ReadCursor(string position) =>
        position.Split(' ') is [var start, var id] && Slug.IsOne(id)
        && long.TryParse(start, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var milliseconds)
        && milliseconds >= Instant.MinValue.ToUnixTimeMilliseconds()
        && milliseconds <= Instant.MaxValue.ToUnixTimeMilliseconds()
            ? new DateCursor(Instant.FromUnixTimeMilliseconds(milliseconds), id)
            : null;

    private static IResult Unknown(string id) => Problems.NotFound($"There is no key date {Problem.Quote(id)}.");

    private static IResult Stale(HttpRequest request) => Problems.Of(
        StatusCodes.Status412PreconditionFailed,
        request.Headers.IfMatch.Count > 0
            ? "The key date has changed since (If-Match names another ETag than its own); "
                + "read it again and decide anew."
            : "There is a key date that If-None-Match rules out; read it and decide anew.");
}
