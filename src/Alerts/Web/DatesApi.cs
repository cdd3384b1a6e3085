using System.Globalization;
using Alerts.Dates;
using Alerts.Due;
using Alerts.Sources;
using Alerts.Watch;
using Alerts.Web.OpenApi;
using Microsoft.AspNetCore.Mvc;

namespace Alerts.Web;

/// <summary><c>/api/dates</c>: key dates, readable by everyone and edited by operators.</summary>
internal sealed class DatesApi(
    IKeyDates dates, IWatch watch, DateEdits edits, SourceOrigins origins, ServiceClock clock, PublicUrl publicUrl)
    : IEndpoints
{
    private const string Truce =
        """
        {"id":"us-china-truce-expiry","title":"US-China tariff truce expires","summary":null,
         "topics":["us-china","tariffs"],
         "when":{"date":"2026-11-10","time":"00:01","timeZone":"America/New_York","instant":"2026-11-10T05:01:00Z"},
         "end":null,"status":"confirmed","phase":"upcoming","source":"https://www.federalregister.gov/d/2025-19825",
         "checkedOn":"2025-11-04","revision":2,
         "url":"https://alerts.example.com/dates/us-china-truce-expiry"}
        """;

    private const string Timed =
        """
        {"title":"US-China tariff truce expires","topics":["us-china","tariffs"],
         "when":{"date":"2026-11-10","time":"00:01","timeZone":"America/New_York"},"status":"confirmed",
         "source":"https://www.federalregister.gov/d/2025-19825","reason":"Executive Order 14358"}
        """;

    private const string SeveralDays =
        """
        {"title":"APEC Economic Leaders' Meeting","topics":["apec","summits"],
         "when":{"date":"2026-11-18","timeZone":"Asia/Shanghai"},"end":{"date":"2026-11-19"}}
        """;

    private const string History =
        $$"""
        {"items":[{"recordedAt":"2025-11-04T12:00:00Z","change":"moved","reason":"Executive Order 14358",
         "keyDate":{{Truce}}}],"cursor":null}
        """;

    public void Map(IEndpointRouteBuilder app)
    {
        var reads = app.MapGroup("").WithTags(Tags.Dates).WithETag().AllowAnyOrigin().CachedUntilDatesChange();
        reads.MapMethods("/api/dates", Verbs.Read, ListAsync).WithName("listDates")
            .ProducesJson<KeyDateListResponse>(200, $$"""{"items":[{{Truce}}],"cursor":null}""");
        reads.MapMethods("/api/dates/{id}", Verbs.Read, GetAsync).WithName("getDate")
            .ProducesJson<KeyDateResponse>(200, Truce).ProducesProblem(404);
        reads.MapMethods("/api/dates/{id}/history", Verbs.Read, HistoryAsync).WithName("getDateHistory")
            .ProducesJson<DateHistoryResponse>(200, History).ProducesProblem(404);

        var edits = app.MapGroup("").WithTags(Tags.Dates).ForOperators().WithIfMatch();
        edits.MapPut("/api/dates/{id}", PutAsync).WithName("putDate")
            .AcceptsJson<KeyDateRequest>(("timed", Timed), ("severalDays", SeveralDays))
            .ProducesJson<KeyDateResponse>(200, Truce).ProducesJson<KeyDateResponse>(201, Truce);
        edits.MapPost("/api/dates/{id}/cancel", CancelAsync).WithName("cancelDate")
            .AcceptsJson<CancelRequest>(
                isOptional: true, ("withReason", """{"reason":"Shelved after the Busan meeting"}"""))
            .ProducesJson<KeyDateResponse>(
                200, Truce.Replace("\"confirmed\"", "\"cancelled\"", StringComparison.Ordinal))
            .ProducesProblem(404);
    }

    /// <summary>List key dates.</summary>
    /// <remarks>Ordered by start, then id. Includes past and cancelled dates.</remarks>
    /// <param name="topic" example="tariffs">Only dates with this topic.</param>
    /// <param name="from" example="2026-11-01">Only dates whose last day is on or after this day.</param>
    /// <param name="to" example="2026-12-31">Only dates whose first day is on or before this day.</param>
    /// <param name="status" example="confirmed">Only dates with this status.</param>
    /// <response code="200">A page of key dates.</response>
    internal async Task<IResult> ListAsync(
        [FromQuery, Slug] string[] topic,
        [FromQuery, TextOf(typeof(LocalDate))] string[] from,
        [FromQuery, TextOf(typeof(LocalDate))] string[] to,
        [FromQuery, TextOf(typeof(DateStatus))] string[] status,
        [AsParameters] Paging page,
        CancellationToken cancel)
    {
        var query = new Query();
        var filter = new DateFilter(query.Topic(topic), query.Day(from), query.Day(to), query.Status(status));
        var limit = query.Limit(page.Limit);
        var after = query.Cursor(page.Cursor, ReadCursor);
        if (query.Problems.Count > 0)
        {
            return Problems.BadRequest(query.Problems);
        }

        var found = await dates.ListAsync(filter, after, limit, cancel);
        var known = await origins.OfAsync(found.Dates, cancel);
        var list = new KeyDateListResponse
        {
            Items = [.. found.Dates.Select(version => Shown(version, known.GetValueOrDefault(version.KeyDate.Id)))],
            Cursor = found.Next is { } next ? Query.Cursor(WriteCursor(next)) : null,
        };
        return new JsonResult(StatusCodes.Status200OK, list)
        {
            Tag = JsonResult.TagOf(
                list with { Items = [.. list.Items.Select(date => date with { CheckedAt = null })] }),
            IsBrief = known.Count > 0,
        };
    }

    /// <summary>Get a key date.</summary>
    /// <remarks>The current version. Its ETag changes with every edit and when the date has occurred.</remarks>
    /// <param name="id" example="us-china-truce-expiry">The key date's id.</param>
    /// <response code="200">The key date.</response>
    internal async Task<IResult> GetAsync([Slug] string id, HttpContext context) =>
        await dates.FindAsync(id, context.RequestAborted) is { } version
            ? await AnswerAsync(version, context.Response, StatusCodes.Status200OK)
            : Unknown(id);

    /// <summary>Get the history of a key date.</summary>
    /// <remarks>Every revision and edit, oldest first. History is never overwritten. Not paged.</remarks>
    /// <param name="id" example="us-china-truce-expiry">The key date's id.</param>
    /// <response code="200">The history.</response>
    internal async Task<IResult> HistoryAsync([Slug] string id, CancellationToken cancel) =>
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

    /// <summary>Create or revise a key date.</summary>
    /// <remarks>
    /// Send the complete date. Moving, cancelling or reinstating it creates a new revision and notifies everyone
    /// whose last notification differs. Other edits keep the revision. Saving an unchanged date has no effect.
    /// <c>id</c>, <c>revision</c>, <c>url</c>, <c>phase</c> and <c>instant</c> are ignored, so a GET response can be
    /// sent back.
    /// </remarks>
    /// <param name="id" example="us-china-truce-expiry">The key date's id.</param>
    /// <param name="dryRun" example="false">
    /// Store nothing; return how many subscriptions would be notified, by kind of alert.
    /// </param>
    /// <response code="200">
    /// The updated key date; or, with <c>dryRun</c>, how many subscriptions would be notified.
    /// </response>
    /// <response code="201">The created key date.</response>
    internal async Task<IResult> PutAsync(
        [Slug] string id, [FromQuery, TextOf(typeof(bool))] string[] dryRun, HttpContext context)
    {
        var query = new Query();
        var isDryRun = query.Flag(dryRun);
        var problems = new List<Problem>(query.Problems);
        using var body = await RequestBody.JsonAsync(context.Request, problems);
        string? reason = null;
        var wanted = body is null ? null : KeyDateJson.Read(body.RootElement, "", id, problems, out reason);
        if (problems.Count > 0 || wanted is null)
        {
            return Problems.BadRequest(problems);
        }

        if (isDryRun)
        {
            return await DryRunAsync(wanted, reason, context.Request);
        }

        var saved = await edits.SaveAsync(wanted, reason, IfMatch.Of(context.Request), context.RequestAborted);
        return await OutcomeAsync(saved, context.Response);
    }

    /// <summary>Cancel a key date.</summary>
    /// <remarks>
    /// Shorthand for PUT with <c>status: cancelled</c>. Can be repeated. Everyone who was notified of the date is
    /// notified of the cancellation.
    /// </remarks>
    /// <param name="id" example="us-china-truce-expiry">The key date's id.</param>
    /// <response code="200">The cancelled key date.</response>
    internal async Task<IResult> CancelAsync([Slug] string id, HttpContext context)
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
