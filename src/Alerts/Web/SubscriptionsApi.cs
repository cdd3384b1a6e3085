using System.ComponentModel.DataAnnotations;
using Alerts.Dates;
using Alerts.Subscriptions;
using Alerts.Watch;
using Alerts.Web.OpenApi;

namespace Alerts.Web;

/// <summary><c>/api/subscriptions/{id}</c>: a subscription, for its owner.</summary>
internal sealed class SubscriptionsApi(ISubscriptions subscriptions, SubscriptionEdits edits, IKeyDates dates)
    : IEndpoints
{
    /// <summary>The members of a subscription in examples, without its id and status.</summary>
    public const string ExampleMembers =
        """
        "channel":{"type":"webhook","url":"https://example.com/hook","format":"standard"},
        "dates":[],"topics":["tariffs"],"leads":["P7D","P1D"],"timeZone":"America/New_York","at":"09:00",
        "quietHours":{"from":"22:00","to":"07:00"},"createdAt":"2025-10-25T00:00:00Z"
        """;

    private const string Example =
        $$"""{"id":"sub_4fzyo62mvyr7p3kfhu2z7krgnm","status":"active",{{ExampleMembers}}}""";

    private const string NewSecret = """{"secret":"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="}""";

    public void Map(IEndpointRouteBuilder app)
    {
        var routes = app.MapGroup("").WithTags(Tags.Subscriptions).ForOwner();
        routes.MapMethods("/api/subscriptions/{id}", Verbs.Read, Get).WithName("getSubscription")
            .ProducesJson<SubscriptionResponse>(200, Example);
        routes.MapPatch("/api/subscriptions/{id}", PatchAsync).WithName("patchSubscription")
            .AcceptsJson<SubscriptionPatchBody>(("hour", """{"at":"07:30","quietHours":null}"""))
            .ProducesJson<SubscriptionResponse>(200, Example).ProducesProblem(409);
        routes.MapDelete("/api/subscriptions/{id}", DeleteAsync).WithName("deleteSubscription").Produces(204);
        routes.MapPost("/api/subscriptions/{id}/test", TestAsync).WithName("testSubscription")
            .ProducesJson<QueuedResponse>(202, """{"queued":1}""").ProducesProblem(409);
        routes.MapPost("/api/subscriptions/{id}/rotate-secret", RotateSecretAsync).WithName("rotateSecret")
            .ProducesJson<SecretResponse>(200, NewSecret).ProducesProblem(409);
        routes.MapPost("/api/subscriptions/{id}/recover", RecoverAsync).WithName("recoverDeliveries")
            .AcceptsJson<RecoverRequest>(("since", """{"since":"2025-11-10T05:01:00Z"}"""))
            .ProducesJson<QueuedResponse>(202, """{"queued":3}""").ProducesProblem(409);
        routes.MapPost("/api/subscriptions/{id}/resume", ResumeAsync).WithName("resumeSubscription")
            .ProducesJson<SubscriptionResponse>(200, Example).ProducesProblem(409);
    }

    /// <summary>Get a subscription.</summary>
    /// <remarks>The current version.</remarks>
    /// <param name="id" example="sub_4fzyo62mvyr7p3kfhu2z7krgnm">
    /// The subscription's id, from the subscribe response.
    /// </param>
    /// <response code="200">The subscription.</response>
    internal static IResult Get([MinLength(1)] string id, HttpContext context) => Shown(context.OwnSubscription());

    /// <summary>Change a subscription.</summary>
    /// <remarks>
    /// A JSON merge patch (RFC 7396): members given are replaced, <c>null</c> removes, the rest stays. The channel
    /// cannot be changed.
    /// </remarks>
    /// <param name="id" example="sub_4fzyo62mvyr7p3kfhu2z7krgnm">
    /// The subscription's id, from the subscribe response.
    /// </param>
    /// <response code="200">The updated subscription.</response>
    internal async Task<IResult> PatchAsync([MinLength(1)] string id, HttpContext context)
    {
        var subscription = context.OwnSubscription();
        if (subscription.Status == SubscriptionStatus.Ended)
        {
            return Ended();
        }

        var problems = new List<Problem>();
        using var body = await RequestBody.JsonAsync(context.Request, problems);
        var asked = body is null
            ? null
            : SubscriptionRequest.ReadPatch(body.RootElement, subscription.Preferences, problems);
        if (body is not null)
        {
            problems.AddRange(await UnknownDates.OfAsync(body.RootElement, dates, context.RequestAborted));
        }

        if (asked is null || problems.Count > 0)
        {
            return Problems.BadRequest(problems);
        }

        var edited = await edits.EditAsync(id, MergedInto, context.RequestAborted);
        return problems.Count > 0 ? Problems.BadRequest(problems) : edited is null ? Ended() : Shown(edited);

        // The preferences may have changed since they were read: the patch is merged into those it replaces.
        Preferences? MergedInto(Preferences current)
        {
            problems.Clear();
            return SubscriptionRequest.ReadPatch(body!.RootElement, current, problems)?.Preferences;
        }
    }

    /// <summary>End a subscription.</summary>
    /// <remarks>Nothing more is sent. Can be repeated, and undone for 30 days.</remarks>
    /// <param name="id" example="sub_4fzyo62mvyr7p3kfhu2z7krgnm">
    /// The subscription's id, from the subscribe response.
    /// </param>
    /// <response code="204">The subscription has ended.</response>
    internal async Task<IResult> DeleteAsync([MinLength(1)] string id, HttpContext context)
    {
        if (context.OwnSubscription().Status != SubscriptionStatus.Ended)
        {
            await edits.EndAsync(id, context.RequestAborted);
        }

        return Results.NoContent();
    }

    /// <summary>Undo ending a subscription.</summary>
    /// <remarks>
    /// Possible for 30 days. The subscription gets alerts due from now on and corrections of earlier ones. Can be
    /// repeated.
    /// </remarks>
    /// <param name="id" example="sub_4fzyo62mvyr7p3kfhu2z7krgnm">
    /// The subscription's id, from the subscribe response.
    /// </param>
    /// <response code="200">The resumed subscription.</response>
    internal async Task<IResult> ResumeAsync([MinLength(1)] string id, HttpContext context) =>
        await edits.ResumeAsync(id, context.RequestAborted) is { } resumed
            ? Shown(resumed)
            : Problems.Conflict(
                "Ending can be undone for 30 days, for a subscription that was confirmed, "
                + "and while no other one has the same address and preferences; make a new one.");

    /// <summary>Send a test message.</summary>
    /// <remarks>
    /// A pending or disabled endpoint gets the verification again, unless one is still waiting (then <c>queued</c> is
    /// 0). A pending email address gets its confirmation email again.
    /// </remarks>
    /// <param name="id" example="sub_4fzyo62mvyr7p3kfhu2z7krgnm">
    /// The subscription's id, from the subscribe response.
    /// </param>
    /// <response code="202">The message is queued.</response>
    internal async Task<IResult> TestAsync([MinLength(1)] string id, HttpContext context) =>
        QueuedOrEnded(await edits.TestAsync(id, context.RequestAborted));

    /// <summary>Rotate the signing secret.</summary>
    /// <remarks>Earlier secrets also sign for 24 hours.</remarks>
    /// <param name="id" example="sub_4fzyo62mvyr7p3kfhu2z7krgnm">
    /// The subscription's id, from the subscribe response.
    /// </param>
    /// <response code="200">The new secret, shown only once.</response>
    internal async Task<IResult> RotateSecretAsync([MinLength(1)] string id, HttpContext context)
    {
        if (!context.OwnSubscription().Channel.HasSecrets)
        {
            return Problems.Conflict("Emails are not signed with a secret: there is none to rotate.");
        }

        return await subscriptions.RotateSecretAsync(id, context.RequestAborted) is { } secret
            ? new JsonResult(StatusCodes.Status200OK, new SecretResponse(secret))
            : Ended();
    }

    /// <summary>Resend what failed while disabled.</summary>
    /// <remarks>
    /// Resends alerts that fell due while the endpoint was disabled, from <c>since</c> (at most 14 days ago), if they
    /// still apply.
    /// </remarks>
    /// <param name="id" example="sub_4fzyo62mvyr7p3kfhu2z7krgnm">
    /// The subscription's id, from the subscribe response.
    /// </param>
    /// <response code="202">Number of queued deliveries.</response>
    internal async Task<IResult> RecoverAsync([MinLength(1)] string id, HttpContext context)
    {
        var problems = new List<Problem>();
        using var body = await RequestBody.JsonAsync(context.Request, problems);
        var since = body is null ? null : ReadSince(body.RootElement, problems);
        if (since is not { } from || problems.Count > 0)
        {
            return Problems.BadRequest(problems);
        }

        return QueuedOrEnded(await edits.RecoverAsync(id, from, context.RequestAborted));
    }

    private static Instant? ReadSince(System.Text.Json.JsonElement body, List<Problem> problems)
    {
        if (JsonObjectReader.Of(body, "", problems) is not { } fields)
        {
            return null;
        }

        const string advice = "the instant from which on to send again, such as 2025-11-10T05:01:00Z";
        var since = fields.RequiredText("since", advice) is null ? null : TimeText.Moment(fields, "since");
        fields.RefuseOthers();
        return since;
    }

    private static JsonResult Shown(Subscription subscription) =>
        new(StatusCodes.Status200OK, SubscriptionResponse.Of(subscription));

    private static IResult QueuedOrEnded(int? count) =>
        count is { } queued ? new JsonResult(StatusCodes.Status202Accepted, new QueuedResponse(queued)) : Ended();

    private static IResult Ended() => Problems.Conflict("The subscription has ended; make a new one.");
}

/// <summary>Start of the period.</summary>
internal sealed record RecoverRequest
{
    /// <summary>An instant with an offset.</summary>
    [TextOf(typeof(OffsetDateTime))] public required string Since { get; init; }
}
