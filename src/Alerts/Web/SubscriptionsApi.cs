using Alerts.Core;
using Alerts.Dates;
using Alerts.Subscriptions;
using Alerts.Watch;
using Alerts.Web.OpenApi;
using NodaTime;

namespace Alerts.Web;

/// <summary><c>/api/subscriptions/{id}</c>: a subscription, for its owner.</summary>
internal sealed class SubscriptionsApi(
    OwnerAccess owner, ISubscriptions subscriptions, SubscriptionEdits edits, IKeyDates dates)
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapRead<SubscriptionsApi>("/api/subscriptions/{id}", (api, context) =>
                api.GetAsync(context.InPath("id"), context.Request))
            .Described(SubscriptionDocs.Get);
        app.MapPatch<SubscriptionsApi>("/api/subscriptions/{id}", (api, context) =>
                api.PatchAsync(context.InPath("id"), context))
            .Described(SubscriptionDocs.Patch);
        app.MapDelete<SubscriptionsApi>("/api/subscriptions/{id}", (api, context) =>
                api.DeleteAsync(context.InPath("id"), context))
            .Described(SubscriptionDocs.Delete);
        app.MapPost<SubscriptionsApi>("/api/subscriptions/{id}/test", (api, context) =>
                api.TestAsync(context.InPath("id"), context.Request))
            .Described(SubscriptionDocs.Test);
        app.MapPost<SubscriptionsApi>("/api/subscriptions/{id}/rotate-secret", (api, context) =>
                api.RotateSecretAsync(context.InPath("id"), context.Request))
            .Described(SubscriptionDocs.RotateSecret);
        app.MapPost<SubscriptionsApi>("/api/subscriptions/{id}/recover", (api, context) =>
                api.RecoverAsync(context.InPath("id"), context.Request))
            .Described(SubscriptionDocs.Recover);
        app.MapPost<SubscriptionsApi>("/api/subscriptions/{id}/resume", (api, context) =>
                api.ResumeAsync(context.InPath("id"), context.Request))
            .Described(SubscriptionDocs.Resume);
    }

    private async Task<IResult> GetAsync(string id, HttpRequest request) =>
        (await owner.AskAsync(request, id)).Opens(out var subscription, out var refusal)
            ? Shown(subscription)
            : refusal;

    private async Task<IResult> PatchAsync(string id, HttpContext context)
    {
        if (!(await owner.AskAsync(context.Request, id)).Opens(out var subscription, out var refusal))
        {
            return refusal;
        }

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

        return await edits.EditAsync(id, asked.Preferences, context.RequestAborted) is { } edited
            ? Shown(edited)
            : Ended();
    }

    private async Task<IResult> DeleteAsync(string id, HttpContext context)
    {
        if (!(await owner.AskAsync(context.Request, id)).Opens(out var subscription, out var refusal))
        {
            return refusal;
        }

        if (subscription.Status != SubscriptionStatus.Ended)
        {
            await edits.EndAsync(id, context.RequestAborted);
        }

        return Results.NoContent();
    }

    private async Task<IResult> ResumeAsync(string id, HttpRequest request)
    {
        if (!(await owner.AskAsync(request, id)).Opens(out _, out var refusal))
        {
            return refusal;
        }

        return await edits.ResumeAsync(id, request.HttpContext.RequestAborted) is { } resumed
            ? Shown(resumed)
            : Problems.Conflict(
                "Ending can be undone for 30 days, for a subscription that was confirmed, "
                + "and while no other one has the same address and preferences; make a new one.");
    }

    private async Task<IResult> TestAsync(string id, HttpRequest request)
    {
        if (!(await owner.AskAsync(request, id)).Opens(out _, out var refusal))
        {
            return refusal;
        }

        if (await edits.TestAsync(id, request.HttpContext.RequestAborted) is not { } queued)
        {
            return Ended();
        }

        return Queued(queued);
    }

    private async Task<IResult> RotateSecretAsync(string id, HttpRequest request)
    {
        if (!(await owner.AskAsync(request, id)).Opens(out var subscription, out var refusal))
        {
            return refusal;
        }

        if (!subscription.Channel.HasSecrets)
        {
            return Problems.Conflict("Emails are not signed with a secret: there is none to rotate.");
        }

        return await subscriptions.RotateSecretAsync(id, request.HttpContext.RequestAborted) is { } secret
            ? new JsonResult(StatusCodes.Status200OK, new SecretResponse(secret))
            : Ended();
    }

    private async Task<IResult> RecoverAsync(string id, HttpRequest request)
    {
        if (!(await owner.AskAsync(request, id)).Opens(out _, out var refusal))
        {
            return refusal;
        }

        var problems = new List<Problem>();
        using var body = await RequestBody.JsonAsync(request, problems);
        var since = body is null ? null : ReadSince(body.RootElement, problems);
        if (since is not { } from || problems.Count > 0)
        {
            return Problems.BadRequest(problems);
        }

        if (await edits.RecoverAsync(id, from, request.HttpContext.RequestAborted) is not { } queued)
        {
            return Ended();
        }

        return Queued(queued);
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

    private static JsonResult Queued(int count) => new(StatusCodes.Status202Accepted, new QueuedResponse(count));

    private static IResult Ended() => Problems.Conflict("The subscription has ended; make a new one.");
}
