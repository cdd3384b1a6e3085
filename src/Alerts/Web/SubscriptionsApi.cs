using Alerts.Dates;
using Alerts.Subscriptions;
using Alerts.Watch;
using Alerts.Web.OpenApi;

namespace Alerts.Web;

/// <summary><c>/api/subscriptions/{id}</c>: a subscription, for its owner.</summary>
internal sealed class SubscriptionsApi(ISubscriptions subscriptions, SubscriptionEdits edits, IKeyDates dates)
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapRead<SubscriptionsApi>("/api/subscriptions/{id}", (_, context) => GetAsync(context))
            .ForOwner().Described(SubscriptionDocs.Get);
        app.MapPatch<SubscriptionsApi>("/api/subscriptions/{id}", (api, context) => api.PatchAsync(context))
            .ForOwner().Described(SubscriptionDocs.Patch);
        app.MapDelete<SubscriptionsApi>("/api/subscriptions/{id}", (api, context) => api.DeleteAsync(context))
            .ForOwner().Described(SubscriptionDocs.Delete);
        app.MapPost<SubscriptionsApi>("/api/subscriptions/{id}/test", (api, context) => api.TestAsync(context))
            .ForOwner().Described(SubscriptionDocs.Test);
        app.MapPost<SubscriptionsApi>("/api/subscriptions/{id}/rotate-secret", (api, context) =>
                api.RotateSecretAsync(context))
            .ForOwner().Described(SubscriptionDocs.RotateSecret);
        app.MapPost<SubscriptionsApi>("/api/subscriptions/{id}/recover", (api, context) => api.RecoverAsync(context))
            .ForOwner().Described(SubscriptionDocs.Recover);
        app.MapPost<SubscriptionsApi>("/api/subscriptions/{id}/resume", (api, context) => api.ResumeAsync(context))
            .ForOwner().Described(SubscriptionDocs.Resume);
    }

    private static Task<IResult> GetAsync(HttpContext context) =>
        Task.FromResult<IResult>(Shown(context.OwnSubscription()));

    private async Task<IResult> PatchAsync(HttpContext context)
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

        var edited = await edits.EditAsync(subscription.Id, MergedInto, context.RequestAborted);
        return problems.Count > 0 ? Problems.BadRequest(problems) : edited is null ? Ended() : Shown(edited);

        // The preferences may have changed since they were read: the patch is merged into those it replaces.
        Preferences? MergedInto(Preferences current)
        {
            problems.Clear();
            return SubscriptionRequest.ReadPatch(body!.RootElement, current, problems)?.Preferences;
        }
    }

    private async Task<IResult> DeleteAsync(HttpContext context)
    {
        var subscription = context.OwnSubscription();
        if (subscription.Status != SubscriptionStatus.Ended)
        {
            await edits.EndAsync(subscription.Id, context.RequestAborted);
        }

        return Results.NoContent();
    }

    private async Task<IResult> ResumeAsync(HttpContext context) =>
        await edits.ResumeAsync(context.OwnSubscription().Id, context.RequestAborted) is { } resumed
            ? Shown(resumed)
            : Problems.Conflict(
                "Ending can be undone for 30 days, for a subscription that was confirmed, "
                + "and while no other one has the same address and preferences; make a new one.");

    private async Task<IResult> TestAsync(HttpContext context) =>
        QueuedOrEnded(await edits.TestAsync(context.OwnSubscription().Id, context.RequestAborted));

    private async Task<IResult> RotateSecretAsync(HttpContext context)
    {
        var subscription = context.OwnSubscription();
        if (!subscription.Channel.HasSecrets)
        {
            return Problems.Conflict("Emails are not signed with a secret: there is none to rotate.");
        }

        return await subscriptions.RotateSecretAsync(subscription.Id, context.RequestAborted) is { } secret
            ? new JsonResult(StatusCodes.Status200OK, new SecretResponse(secret))
            : Ended();
    }

    private async Task<IResult> RecoverAsync(HttpContext context)
    {
        var problems = new List<Problem>();
        using var body = await RequestBody.JsonAsync(context.Request, problems);
        var since = body is null ? null : ReadSince(body.RootElement, problems);
        if (since is not { } from || problems.Count > 0)
        {
            return Problems.BadRequest(problems);
        }

        return QueuedOrEnded(await edits.RecoverAsync(context.OwnSubscription().Id, from, context.RequestAborted));
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
