using Alerts.Dates;
using Alerts.Due;
using Alerts.Stores.Sqlite;
using Alerts.Subscriptions;
using NodaTime;

namespace Alerts.Web;

/// <summary><c>/api/subscriptions/{id}</c>: what its owner may do with a subscription.</summary>
internal sealed class SubscriptionsApi(OwnerAccess owner, SqliteSubscriptions subscriptions, SqliteDates dates, Watcher watcher, ChangeSignal signal)
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapRead("/api/subscriptions/{id}", (string id, HttpRequest request, SubscriptionsApi api) => api.Get(id, request));
        app.MapPatch("/api/subscriptions/{id}", (string id, HttpContext context, SubscriptionsApi api) => api.PatchAsync(id, context));
        app.MapDelete("/api/subscriptions/{id}", (string id, HttpContext context, SubscriptionsApi api) => api.Delete(id, context));
        app.MapPost("/api/subscriptions/{id}/test", (string id, HttpRequest request, SubscriptionsApi api) => api.Test(id, request));
        app.MapPost("/api/subscriptions/{id}/rotate-secret", (string id, HttpRequest request, SubscriptionsApi api) => api.RotateSecret(id, request));
        app.MapPost("/api/subscriptions/{id}/recover", (string id, HttpRequest request, SubscriptionsApi api) => api.RecoverAsync(id, request));
    }

    private IResult Get(string id, HttpRequest request) => owner.Opens(request, id, out var subscription, out var refusal) ? Shown(subscription) : refusal;

    private async Task<IResult> PatchAsync(string id, HttpContext context)
    {
        if (!owner.Opens(context.Request, id, out var subscription, out var refusal))
        {
            return refusal;
        }

        if (subscription.Status == SubscriptionStatus.Ended)
        {
            return Ended();
        }

        var problems = new List<Problem>();
        using var body = await Body.JsonAsync(context.Request, problems);
        var asked = body is null ? null : SubscriptionRequest.ReadPatch(body.RootElement, subscription.Wish, problems);
        if (asked is not null)
        {
            problems.AddRange(UnknownDates.Of(asked, dates));
        }

        if (asked is null || problems.Count > 0)
        {
            return Problems.BadRequest(problems);
        }

        watcher.CatchUp(context.RequestAborted);
        return Changed(subscriptions.Edit(id, asked.Wish)) is { } edited ? Shown(edited) : Ended();
    }

    private IResult Delete(string id, HttpContext context)
    {
        if (!owner.Opens(context.Request, id, out var subscription, out var refusal))
        {
            return refusal;
        }

        if (subscription.Status != SubscriptionStatus.Ended)
        {
            watcher.CatchUp(context.RequestAborted);
            Changed(subscriptions.End(id));
        }

        return Results.NoContent();
    }

    private IResult Test(string id, HttpRequest request) =>
        !owner.Opens(request, id, out _, out var refusal) ? refusal
        : Changed(subscriptions.Test(id)) is null ? Ended()
        : Queued(1);

    private IResult RotateSecret(string id, HttpRequest request)
    {
        if (!owner.Opens(request, id, out var subscription, out var refusal))
        {
            return refusal;
        }

        if (subscription.Channel != "webhook")
        {
            return Problems.Conflict("Mails are not signed with a secret: there is none to rotate.");
        }

        return subscriptions.RotateSecret(id) is { } secret
            ? Answer.Object(StatusCodes.Status200OK, json => json.WriteString("secret", secret))
            : Ended();
    }

    private async Task<IResult> RecoverAsync(string id, HttpRequest request)
    {
        if (!owner.Opens(request, id, out _, out var refusal))
        {
            return refusal;
        }

        var problems = new List<Problem>();
        using var body = await Body.JsonAsync(request, problems);
        var since = body is null ? null : ReadSince(body.RootElement, problems);
        if (since is not { } from || problems.Count > 0)
        {
            return Problems.BadRequest(problems);
        }

        if (subscriptions.Recover(id, from) is not { } queued)
        {
            return Ended();
        }

        signal.Raise();
        return Queued(queued);
    }

    private static Instant? ReadSince(System.Text.Json.JsonElement body, List<Problem> problems)
    {
        if (Fields.Of(body, "", problems) is not { } fields)
        {
            return null;
        }

        fields.RequiredText("since", "the instant from which on to send again, such as 2025-11-10T05:01:00Z");
        var since = TimeText.Moment(fields, "since");
        fields.RefuseOthers();
        return since;
    }

    /// <summary>Wakes the senders when there was something to change.</summary>
    private Subscription? Changed(Subscription? subscription)
    {
        if (subscription is not null)
        {
            signal.Raise();
        }

        return subscription;
    }

    private static Answer Shown(Subscription subscription) =>
        Answer.Object(StatusCodes.Status200OK, json => SubscriptionText.WriteMembers(json, subscription));

    private static Answer Queued(int count) =>
        Answer.Object(StatusCodes.Status202Accepted, json => json.WriteNumber("queued", count));

    private static IResult Ended() => Problems.Conflict("The subscription has ended; make a new one.");
}
