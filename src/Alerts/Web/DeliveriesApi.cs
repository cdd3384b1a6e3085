using System.Text.Json;
using Alerts.Core;
using Alerts.Dates;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Subscriptions;
using Alerts.Watch;
using Alerts.Web.OpenApi;

namespace Alerts.Web;

/// <summary>
/// Deliveries: what was sent to a subscription and with what outcome, for its owner; and all
/// deliveries, for operators.
/// </summary>
internal sealed class DeliveriesApi(OwnerAccess owner, IDeliveries deliveries, SubscriptionEdits edits)
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapRead<DeliveriesApi>("/api/deliveries", (api, context) => api.ListAllAsync(context.Request))
            .ForOperators()
            .Described(DeliveryDocs.ListAll);
        app.MapRead<DeliveriesApi>("/api/subscriptions/{id}/deliveries", (api, context) =>
                api.ListAsync(context.InPath("id"), context.Request))
            .Described(DeliveryDocs.ListOfSubscription);
        app.MapPost<DeliveriesApi>("/api/subscriptions/{id}/deliveries/{key}/resend", (api, context) =>
                api.ResendAsync(context.InPath("id"), context.InPath("key"), context.Request))
            .Described(DeliveryDocs.Resend);
    }

    private async Task<IResult> ListAllAsync(HttpRequest request)
    {
        var query = new Query(request.Query);
        var filter = new DeliveryFilter(query.State("state"), query.Kind("kind"));
        var limit = query.Limit();
        var after = query.Cursor(ReadCursor);
        if (query.Problems.Count > 0)
        {
            return Problems.BadRequest(query.Problems);
        }

        var found = await deliveries.ListAsync(filter, after, limit + 1, request.HttpContext.RequestAborted);
        return Page(found, limit, isForOperators: true);
    }

    private async Task<IResult> ListAsync(string id, HttpRequest request)
    {
        if (!(await owner.AskAsync(request, id)).Opens(out var subscription, out var refusal))
        {
            return refusal;
        }

        var query = new Query(request.Query);
        var filter = new DeliveryFilter(Kind: query.Kind("kind"));
        var limit = query.Limit();
        var after = query.Cursor(ReadCursor);
        if (query.Problems.Count > 0)
        {
            return Problems.BadRequest(query.Problems);
        }

        var found = await deliveries.OfAsync(subscription.Id, filter, after, limit + 1,
            request.HttpContext.RequestAborted);
        return Page(found, limit, isForOperators: false);
    }

    private async Task<IResult> ResendAsync(string id, string key, HttpRequest request)
    {
        if (!(await owner.AskAsync(request, id)).Opens(out var subscription, out var refusal))
        {
            return refusal;
        }

        if (subscription.Status == SubscriptionStatus.Ended)
        {
            return Problems.Conflict("The subscription has ended; nothing is sent to it any more.");
        }

        if (await deliveries.FindAsync(subscription.Id, key, request.HttpContext.RequestAborted) is not { } delivery)
        {
            return Problems.NotFound("The subscription has no delivery with that key.");
        }

        switch (await edits.ResendAsync(delivery, request.HttpContext.RequestAborted))
        {
            case Resent.Queued:
                return JsonResult.Object(StatusCodes.Status202Accepted, json => json.WriteNumber("queued", 1));
            case Resent.StillUnderWay:
                return Problems.Conflict("Only what was delivered, failed or expired can be sent again.");
            case Resent.NotAnAlert:
                return Problems.Conflict(
                    "A service message is not sent again this way; ask for a test, or subscribe again.");
            case Resent.Superseded:
                return Problems.Conflict("The date has changed since: this says what is no longer true.");
            default:
                throw new InvalidOperationException("Sending again has four outcomes.");
        }
    }

    private static JsonResult Page(IReadOnlyList<ListedDelivery> found, int limit, bool isForOperators)
    {
        var next = found.Count > limit ? Query.Cursor(found[limit - 1].Position) : null;
        return JsonResult.List(found.Take(limit), next, (json, item) => Write(json, item.Delivery, isForOperators));
    }

    private static void Write(Utf8JsonWriter json, Delivery delivery, bool isForOperators)
    {
        json.WriteStartObject();
        json.WriteString("alertKey", delivery.Key);
        if (isForOperators)
        {
            json.WriteString("subscriptionId", delivery.SubscriptionId);
            json.WriteString("channel", delivery.Channel);
        }

        var isAlert = delivery.Kind != AlertKind.Service;
        json.WriteString("keyDateId", isAlert ? delivery.KeyDateId : null);
        WriteNumber(json, "revision", isAlert ? delivery.Revision : null);
        json.WriteString("kind", delivery.Kind.Word());
        json.WriteString("purpose", delivery.Purpose);
        json.WriteString("lead", isAlert ? delivery.Lead : null);
        json.WriteString("dueAt", TimeText.Write(delivery.DueAt));
        json.WriteString("expires", delivery.Expires is { } expires ? TimeText.Write(expires) : null);
        json.WriteString("state", delivery.State.Word());
        json.WriteString("reason", delivery.Reason);
        json.WriteString("nextAttemptAt", delivery.NextAttemptAt is { } next ? TimeText.Write(next) : null);
        json.WriteStartArray("attempts");
        foreach (var attempt in delivery.Attempts)
        {
            Write(json, attempt);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Attempt attempt)
    {
        json.WriteStartObject();
        json.WriteString("at", TimeText.Write(attempt.At));
        WriteNumber(json, "status", attempt.Status);
        WriteNumber(json, "milliseconds", attempt.Milliseconds);
        json.WriteString("response", attempt.Response);
        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, long? number)
    {
        if (number is { } known)
        {
            json.WriteNumber(name, known);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    /// <summary>Reads a position, which is all digits on every store; null if it is not valid.</summary>
    private static string? ReadCursor(string position) =>
        position.Length is > 0 and <= 40 && position.All(char.IsAsciiDigit) ? position : null;
}
