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
        return new JsonResult(StatusCodes.Status200OK, new OperatorDeliveryListResponse
        {
            Items = [.. found.Take(limit).Select(one => new OperatorDeliveryResponse(one.Delivery))],
            Cursor = Next(found, limit),
        });
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
        return new JsonResult(StatusCodes.Status200OK, new DeliveryListResponse
        {
            Items = [.. found.Take(limit).Select(one => DeliveryResponse.Of(one.Delivery))],
            Cursor = Next(found, limit),
        });
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
                return new JsonResult(StatusCodes.Status202Accepted, new QueuedResponse(1));
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

    /// <summary>Where the next page begins; null on the last page.</summary>
    private static string? Next(IReadOnlyList<ListedDelivery> found, int limit) =>
        found.Count > limit ? Query.Cursor(found[limit - 1].Position) : null;

    /// <summary>Reads a position, which is all digits on every store; null if it is not valid.</summary>
    private static string? ReadCursor(string position) =>
        position.Length is > 0 and <= 40 && position.All(char.IsAsciiDigit) ? position : null;
}
