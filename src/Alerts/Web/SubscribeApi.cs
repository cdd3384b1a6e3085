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
    : IEndpoints
{
    private delegate SubscriptionRequest? Reader(JsonElement body, ChannelKinds channels, List<Problem> problems);

    private const string Email =
        """
        {"channel":{"type":"email","address":"reader@example.com"},
         "topics":["tariffs"],"leads":["P7D","P1D"],"timeZone":"America/New_York"}
        """;

    private const string Webhook =
        """
        {"channel":{"type":"webhook","url":"https://example.com/hook"},"dates":["us-china-truce-expiry"],
         "leads":["P7D","3BD/US-FEDERAL","PT1H"],"timeZone":"Europe/Berlin","at":"08:30",
         "quietHours":{"from":"22:00","to":"07:00"}}
        """;

    private const string MadeExample =
        $$"""
        {"id":"sub_4fzyo62mvyr7p3kfhu2z7krgnm","status":"pending",
         "secret":"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=",
         "manageToken":"sub_4fzyo62mvyr7p3kfhu2z7krgnm.1.q0VYNzT9bWkV2Yc8i1Yk5o3sBv7c0m1aG4xq2fE8n3A",
         {{SubscriptionsApi.ExampleMembers}}}
        """;

    private const string PreviewExample =
        """
        {"items":[{"keyDateId":"us-china-truce-expiry","revision":2,"lead":"P7D",
         "dueAt":"2026-11-03T00:00:00Z"}]}
        """;

    private static readonly HeaderParameter Key = new(
        IdempotencyKey.Header,
        "Makes retries safe. For 24 hours, a repeat with the same key and the same body returns the same "
        + "response and creates nothing. A repeat with another body, or for a webhook from another "
        + "client address, returns 409. Use a random key (a UUID) for each subscription: visible ASCII characters.",
        "5f0c2f1e-8c38-4f0e-9a53-0b1f5f4a6f10")
    {
        Shortest = IdempotencyKey.Shortest,
        Longest = IdempotencyKey.Longest,
    };

    public void Map(IEndpointRouteBuilder app)
    {
        var routes = app.MapGroup("").WithTags(Tags.Subscriptions);
        routes.MapPost("/api/subscriptions", SubscribeAsync).WithName("subscribe").WithMetadata(Key)
            .AcceptsJson<SubscribeRequest>(("email", Email), ("webhook", Webhook))
            .ProducesJson<NewSubscriptionResponse>(201, MadeExample)
            .ProducesJson<PendingResponse>(202, """{"status":"pending"}""").ProducesProblem(409);
        routes.MapPost("/api/subscriptions/preview", PreviewAsync).WithName("previewSubscription")
            .AcceptsJson<PreviewRequest>(
                ("everything", """{"leads":["P7D","P1D"],"timeZone":"Asia/Tokyo","now":"2025-10-25T00:00:00Z"}"""))
            .ProducesJson<PreviewResponse>(200, PreviewExample);
    }

    /// <summary>Subscribe.</summary>
    /// <remarks>
    /// By email: 202, the same whether or not the address is known. The subscription is pending until the button behind
    /// the link in the confirmation email is pressed. By webhook: 201 with the signing secret and the manage token,
    /// both shown only once. The subscription is pending until the endpoint responds to a signed
    /// <c>webhook.verification</c>. If <c>dates</c> and <c>topics</c> are both empty, all key dates are followed.
    /// </remarks>
    /// <response code="201">The webhook subscription, with the secret and token that are shown only once.</response>
    /// <response code="202">By email: accepted; check the mailbox.</response>
    internal async Task<IResult> SubscribeAsync(HttpContext context, CancellationToken cancel)
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
                cancel) is not { } found)
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

    /// <summary>Preview a subscription.</summary>
    /// <remarks>
    /// All reminders it would get for the known dates, ordered by <c>dueAt</c>, then <c>keyDateId</c>, then
    /// <c>lead</c>. Stores nothing. Not paged.
    /// </remarks>
    /// <response code="200">The reminders.</response>
    internal async Task<IResult> PreviewAsync(HttpRequest request)
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
