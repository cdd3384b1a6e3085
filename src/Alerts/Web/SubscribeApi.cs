using System.Text.Json;
using Alerts.Dates;
using Alerts.Senders;
using Alerts.Subscriptions;
using Alerts.Watch;
using Alerts.Web.OpenApi;

namespace Alerts.Web;

/// <summary><c>POST /api/subscriptions</c> and its preview, open to everyone.</summary>
internal sealed class SubscribeApi(
    SubscriptionEdits edits, IKeyDates dates, Preview preview, Tokens tokens, ChannelKinds channels,
    SubscribeLimits limits, RequestIdentities identities, ServiceClock clock, PublicUrl publicUrl)
{
    private delegate SubscriptionRequest? Reader(JsonElement body, ChannelKinds channels, List<Problem> problems);

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost<SubscribeApi>("/api/subscriptions",
            (api, context) => api.SubscribeAsync(context)).Described(SubscriptionDocs.Subscribe);
        app.MapPost<SubscribeApi>("/api/subscriptions/preview",
            (api, context) => api.PreviewAsync(context.Request)).Described(SubscriptionDocs.Preview);
    }

    private async Task<IResult> SubscribeAsync(HttpContext context)
    {
        var problems = new List<Problem>();
        var (asked, text) = await ReadAsync(context.Request, SubscriptionRequest.ReadNew, problems);
        var key = IdempotencyKey.Of(context.Request, problems);
        if (asked is not { Target: { } target } || problems.Count > 0)
        {
            return Problems.BadRequest(problems);
        }

        var admission = limits.Admit(context, target.Person);
        if (admission == Admission.Refused)
        {
            return Results.StatusCode(StatusCodes.Status429TooManyRequests);
        }

        if (admission == Admission.Ignored && target.Channel.IsPersonal)
        {
            return Asked();
        }

        if (await identities.OfAsync(key, target.Channel, text, context) is not { } identity
            || await edits.SubscribeAsync(
                admission == Admission.Ignored ? target with { Contact = null } : target,
                asked.Preferences,
                identity,
                context.RequestAborted) is not { } found)
        {
            return KeyConflict();
        }

        return target.Channel.IsPersonal
            ? Asked()
            : Made(
                found with
                {
                    Status = SubscriptionStatus.Pending,
                    Preferences = asked.Preferences,
                    Contact = target.Contact is { } contact ? new Contact(contact, IsConfirmed: false) : null,
                },
                identity,
                context.Response);
    }

    private static IResult KeyConflict() => Problems.Conflict(
        "Another request came with this Idempotency-Key before; take a new key for each subscription.");

    /// <summary>
    /// The response with an endpoint's subscription as it was created, whatever has happened to it since: a repeated
    /// request gets the same response.
    /// </summary>
    private JsonResult Made(Subscription made, SubscriptionIdentity identity, HttpResponse response)
    {
        response.Headers.Location = publicUrl.At("/api/subscriptions/" + made.Id);
        var manageToken = tokens.Make(TokenPurpose.Manage, made with { Generation = 1 });
        return new JsonResult(
            StatusCodes.Status201Created, new NewSubscriptionResponse(made, identity.Secret, manageToken));
    }

    /// <summary>The response for every person, the same whether or not the address is known.</summary>
    private static JsonResult Asked() => new(StatusCodes.Status202Accepted, new PendingResponse("pending"));

    private async Task<IResult> PreviewAsync(HttpRequest request)
    {
        var problems = new List<Problem>();
        if ((await ReadAsync(request, SubscriptionRequest.ReadPreview, problems)).Asked is not { } asked)
        {
            return Problems.BadRequest(problems);
        }

        var items = await preview.OfAsync(
            asked.Preferences, asked.Now ?? clock.Now, request.HttpContext.RequestAborted);
        return new JsonResult(StatusCodes.Status200OK, new PreviewResponse([.. items.Select(PreviewItemResponse.Of)]));
    }

    /// <summary>Reads the request, null if there are problems, and the text of its body.</summary>
    private async Task<(SubscriptionRequest? Asked, string Text)> ReadAsync(
        HttpRequest request, Reader read, List<Problem> problems)
    {
        using var body = await RequestBody.JsonAsync(request, problems);
        if (body is null)
        {
            return (null, "");
        }

        var asked = read(body.RootElement, channels, problems);
        problems.AddRange(await UnknownDates.OfAsync(body.RootElement, dates, request.HttpContext.RequestAborted));
        return (problems.Count == 0 ? asked : null, body.RootElement.GetRawText());
    }
}

/// <summary>
/// Finds dates that a request names but that do not exist, whatever else is wrong in it: all problems of a request are
/// reported at once.
/// </summary>
internal static class UnknownDates
{
    public static async Task<IEnumerable<Problem>> OfAsync(JsonElement body, IKeyDates dates, CancellationToken cancel)
    {
        var asked = PreferencesJson.DatesIn(body).ToList();
        var unknown = (await dates.UnknownAsync([.. asked.Select(date => date.Text)], cancel))
            .ToHashSet(StringComparer.Ordinal);
        return asked
            .Where(date => unknown.Contains(date.Text))
            .Select(date => new Problem(
                date.Pointer,
                $"There is no key date {Problem.Quote(date.Text)}; write the id of one that GET /api/dates lists."));
    }
}
