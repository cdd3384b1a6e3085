using System.Globalization;
using System.Text.Json;
using Alerts.App;
using Alerts.Dates;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Stores.Sqlite;
using NodaTime;

namespace Alerts.Web;

/// <summary><c>/api/dates</c>: key dates, read by everybody, kept by operators.</summary>
internal sealed class DatesApi(SqliteDates dates, SqliteWatch watch, Watcher watcher, ChangeSignal signal, ServiceClock clock, PublicUrl publicUrl)
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapRead("/api/dates", (HttpRequest request, DatesApi api) => api.List(request));
        app.MapRead("/api/dates/{id}", (string id, HttpResponse response, DatesApi api) => api.Get(id, response));
        app.MapRead("/api/dates/{id}/history", (string id, DatesApi api) => api.History(id));
        app.MapPut("/api/dates/{id}", (string id, HttpContext context, DatesApi api) => api.PutAsync(id, context)).ForOperators();
        app.MapPost("/api/dates/{id}/cancel", (string id, HttpContext context, DatesApi api) => api.CancelAsync(id, context)).ForOperators();
    }

    private IResult List(HttpRequest request)
    {
        var query = new Query(request.Query);
        var filter = new DateFilter(query.Topic("topic"), query.Day("from"), query.Day("to"), query.Status("status"));
        var limit = query.Limit();
        var after = query.Cursor(ReadCursor);
        if (query.Problems.Count > 0)
        {
            return Problems.BadRequest(query.Problems);
        }

        var found = dates.List(filter, after, limit + 1);
        var page = found.Take(limit).ToList();
        var next = found.Count > limit ? Query.Cursor(WriteCursor(page[^1].KeyDate)) : null;
        return Answer.List(page, next, Write);
    }

    private IResult Get(string id, HttpResponse response) =>
        dates.Find(id) is { } version ? Standing(version, response, StatusCodes.Status200OK) : Unknown(id);

    private IResult History(string id) => dates.History(id) is not { } versions ? Unknown(id) : Answer.List(versions, null, (json, version) =>
    {
        json.WriteStartObject();
        json.WriteString("recordedAt", TimeText.Write(version.RecordedAt));
        json.WriteString("change", version.Change.Word());
        json.WriteString("reason", version.Reason);
        json.WritePropertyName("keyDate");
        Write(json, version);
        json.WriteEndObject();
    });

    private async Task<IResult> PutAsync(string id, HttpContext context)
    {
        var query = new Query(context.Request.Query);
        var dryRun = query.Flag("dryRun");
        var problems = new List<Problem>(query.Problems);
        using var body = await Body.JsonAsync(context.Request, problems);
        string? reason = null;
        var wanted = body is null ? null : KeyDateJson.Read(body.RootElement, "", id, problems, out reason);
        if (problems.Count > 0 || wanted is null)
        {
            return Problems.BadRequest(problems);
        }

        if (dryRun)
        {
            return DryRun(wanted, reason, context.Request);
        }

        watcher.CatchUp(context.RequestAborted);
        var current = dates.Find(id);
        return IfMatch.Allows(context.Request, current) ? Save(wanted, reason, IfMatch.IsGiven(context.Request) ? current?.Number : null, context.Response) : Stale();
    }

    private async Task<IResult> CancelAsync(string id, HttpContext context)
    {
        var problems = new List<Problem>();
        using var body = await Body.OptionalJsonAsync(context.Request, problems);
        string? reason = null;
        if (body is not null && Fields.Of(body.RootElement, "", problems) is { } fields)
        {
            reason = KeyDateJson.ReadReason(fields);
            fields.RefuseOthers();
        }

        if (problems.Count > 0)
        {
            return Problems.BadRequest(problems);
        }

        watcher.CatchUp(context.RequestAborted);
        while (dates.Find(id) is { } current)
        {
            // Somebody else may save in between: then what they wrote is cancelled, not undone.
            var saved = dates.Save(current.KeyDate with { Status = DateStatus.Cancelled }, reason, current.Number);
            if (saved is not Saved.Stale)
            {
                return Outcome(saved, context.Response);
            }
        }

        return Unknown(id);
    }

    private IResult DryRun(KeyDate wanted, string? reason, HttpRequest request)
    {
        var current = dates.Find(wanted.Id);
        if (!IfMatch.Allows(request, current))
        {
            return Stale();
        }

        var told = DateVersion.Next(current, wanted, reason, clock.Now) is { } next ? watch.Impact(current, next) : new Dictionary<AlertKind, long>();
        return Answer.Object(StatusCodes.Status200OK, json =>
        {
            foreach (var kind in (AlertKind[])[AlertKind.Reminder, AlertKind.Rescheduled, AlertKind.Cancelled])
            {
                json.WriteNumber(kind.Word(), told.TryGetValue(kind, out var count) ? count : 0);
            }
        });
    }

    private IResult Save(KeyDate wanted, string? reason, int? ifMatch, HttpResponse response) =>
        Outcome(dates.Save(wanted, reason, ifMatch), response);

    private IResult Outcome(Saved saved, HttpResponse response)
    {
        switch (saved)
        {
            case Saved.Recorded recorded:
                signal.Raise();
                return Standing(recorded.Version, response, recorded.Version.Number == 1 ? StatusCodes.Status201Created : StatusCodes.Status200OK);
            case Saved.Unchanged unchanged:
                return Standing(unchanged.Version, response, StatusCodes.Status200OK);
            case Saved.Stale:
                return Stale();
            default:
                throw new InvalidOperationException("Saving has three outcomes.");
        }
    }

    private Answer Standing(DateVersion version, HttpResponse response, int status)
    {
        response.Headers.ETag = IfMatch.Tag(version);
        if (status == StatusCodes.Status201Created)
        {
            response.Headers.Location = publicUrl.At("/api/dates/" + version.KeyDate.Id);
        }

        return new Answer(status, json => Write(json, version));
    }

    private void Write(Utf8JsonWriter json, DateVersion version) => KeyDateText.Write(json, version, clock.Now, publicUrl);

    private static string WriteCursor(KeyDate last) =>
        FormattableString.Invariant($"{last.Start.ToUnixTimeMilliseconds()} {last.Id}");

    private static DateCursor? ReadCursor(string position) =>
        position.Split(' ') is [var start, var id] && Slug.IsOne(id)
        && long.TryParse(start, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var milliseconds)
        && milliseconds >= Instant.MinValue.ToUnixTimeMilliseconds() && milliseconds <= Instant.MaxValue.ToUnixTimeMilliseconds()
            ? new DateCursor(Instant.FromUnixTimeMilliseconds(milliseconds), id)
            : null;

    private static IResult Unknown(string id) => Problems.NotFound($"There is no key date {Problem.Quote(id)}.");

    private static IResult Stale() => Problems.Of(
        StatusCodes.Status412PreconditionFailed, "The key date has changed since (If-Match names another ETag than its own); read it again and decide anew.");
}
