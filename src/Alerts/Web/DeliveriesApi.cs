using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Subscriptions;
using Alerts.Watch;
using Alerts.Web.OpenApi;
using Microsoft.AspNetCore.Mvc;

namespace Alerts.Web;

/// <summary>
/// Deliveries: what was sent to a subscription and with what outcome, for its owner; and all deliveries, for operators.
/// </summary>
internal sealed class DeliveriesApi(IDeliveries deliveries, SubscriptionEdits edits) : IEndpoints
{
    private const string Members =
        """
        "alertKey":"al_n4cshw3kfmwgcyvlhv5jzvkqxy","keyDateId":"us-china-truce-expiry","revision":1,"kind":"reminder",
        "purpose":null,"lead":"P1D","dueAt":"2025-11-09T14:00:00Z","expires":"2025-11-10T05:01:00Z",
        "state":"delivered","reason":null,"nextAttemptAt":null,
        "attempts":[{"at":"2025-11-09T14:00:00.12Z","status":200,"milliseconds":85,"response":"ok"}]
        """;

    private const string Page = $$"""{"items":[{ {{Members}} }],"cursor":null}""";

    private const string PageOfAll =
        $$"""
        {"items":[{"subscriptionId":"sub_4fzyo62mvyr7p3kfhu2z7krgnm","channel":"webhook",{{Members}}}],"cursor":null}
        """;

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapMethods("/api/deliveries", Verbs.Read, ListAllAsync).WithName("listAllDeliveries")
            .WithTags(Tags.Deliveries).ForOperators().ProducesJson<OperatorDeliveryListResponse>(200, PageOfAll);

        var own = app.MapGroup("").WithTags(Tags.Deliveries).ForOwner();
        own.MapMethods("/api/subscriptions/{id}/deliveries", Verbs.Read, ListAsync).WithName("listDeliveries")
            .ProducesJson<DeliveryListResponse>(200, Page);
        own.MapPost("/api/subscriptions/{id}/deliveries/{key}/resend", ResendAsync).WithName("resendDelivery")
            .ProducesJson<QueuedResponse>(202, """{"queued":1}""").ProducesProblem(409);
    }

    /// <summary>List all deliveries.</summary>
    /// <remarks>
    /// Newest first: alerts, and messages about subscriptions themselves (<c>kind</c> is <c>service</c>).
    /// </remarks>
    /// <param name="state" example="failed">Only those in this state.</param>
    /// <param name="kind" example="service">Only those of this kind.</param>
    /// <response code="200">A page of deliveries.</response>
    internal async Task<IResult> ListAllAsync(
        [FromQuery, TextOf(typeof(DeliveryState))] string[] state,
        [FromQuery, TextOf(typeof(AlertKind))] string[] kind,
        [AsParameters] Paging page,
        CancellationToken cancel)
    {
        var query = new Query();
        var filter = new DeliveryFilter(query.State(state), query.Kind(kind));
        var limit = query.Limit(page.Limit);
        var after = query.Cursor(page.Cursor, ReadCursor);
        if (query.Problems.Count > 0)
        {
            return Problems.BadRequest(query.Problems);
        }

        var found = await deliveries.ListAsync(filter, after, limit + 1, cancel);
        return new JsonResult(StatusCodes.Status200OK, new OperatorDeliveryListResponse
        {
            Items = [.. found.Take(limit).Select(one => new OperatorDeliveryResponse(one.Delivery))],
            Cursor = Next(found, limit),
        });
    }

    /// <summary>List a subscription's deliveries.</summary>
    /// <remarks>
    /// Newest first: alerts, and messages about the subscription itself (<c>kind</c> is <c>service</c>).
    /// </remarks>
    /// <param name="id" example="sub_4fzyo62mvyr7p3kfhu2z7krgnm">
    /// The subscription's id, from the subscribe response.
    /// </param>
    /// <param name="kind" example="service">Only those of this kind.</param>
    /// <response code="200">A page of deliveries.</response>
    internal async Task<IResult> ListAsync(
        [MinLength(1)] string id, [FromQuery, TextOf(typeof(AlertKind))] string[] kind, [AsParameters] Paging page,
        CancellationToken cancel)
    {
        var query = new Query();
        var filter = new DeliveryFilter(Kind: query.Kind(kind));
        var limit = query.Limit(page.Limit);
        var after = query.Cursor(page.Cursor, ReadCursor);
        if (query.Problems.Count > 0)
        {
            return Problems.BadRequest(query.Problems);
        }

        var found = await deliveries.OfAsync(id, filter, after, limit + 1, cancel);
        return new JsonResult(StatusCodes.Status200OK, new DeliveryListResponse
        {
            Items = [.. found.Take(limit).Select(one => DeliveryResponse.Of(one.Delivery))],
            Cursor = Next(found, limit),
        });
    }

    /// <summary>Send a delivery again.</summary>
    /// <remarks>
    /// Keeps the alert key; has new attempts and no deadline. For alerts that were delivered, failed or expired, while
    /// their revision is current. 409 for a service message.
    /// </remarks>
    /// <param name="id" example="sub_4fzyo62mvyr7p3kfhu2z7krgnm">
    /// The subscription's id, from the subscribe response.
    /// </param>
    /// <param name="key" example="al_n4cshw3kfmwgcyvlhv5jzvkqxy">The delivery's alert key, from the list.</param>
    /// <response code="202">The delivery is queued.</response>
    internal async Task<IResult> ResendAsync(
        [MinLength(1)] string id, [MinLength(1)] string key, HttpContext context)
    {
        if (context.OwnSubscription().Status == SubscriptionStatus.Ended)
        {
            return Problems.Conflict("The subscription has ended; nothing is sent to it any more.");
        }

        if (await deliveries.FindAsync(id, key, context.RequestAborted) is not { } delivery)
        {
            return Problems.NotFound("The subscription has no delivery with that key.");
        }

        switch (await edits.ResendAsync(delivery, context.RequestAborted))
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

/// <summary>The delivery of one alert, or of one message about the subscription itself.</summary>
internal record DeliveryResponse
{
    /// <summary>
    /// The alert's key, or the id (<c>msg_…</c>) of a service message; the same everywhere it appears.
    /// </summary>
    [RegularExpression("^(al|msg)_[a-z2-7]{26}$"), JsonPropertyOrder(-1)]
    public required string AlertKey { get; init; }

    /// <summary>The key date's id; null for a service message.</summary>
    [Slug] public required string? KeyDateId { get; init; }

    /// <summary>The key date's revision; null for a service message.</summary>
    [Range(1, int.MaxValue)] public required int? Revision { get; init; }

    /// <summary>Kind of message.</summary>
    public required AlertKind Kind { get; init; }

    /// <summary>Purpose of a service message; null for an alert.</summary>
    [AllowedValues("confirmation", "verification", "test", "links", "warning", "welcome")]
    public required string? Purpose { get; init; }

    /// <summary>The lead; <c>-</c> for a correction, null for a service message.</summary>
    public required string? Lead { get; init; }

    /// <summary>When the message was due.</summary>
    public required Instant DueAt { get; init; }

    /// <summary>No attempt starts after this time; null for no limit.</summary>
    public required Instant? Expires { get; init; }

    /// <summary>State of the delivery.</summary>
    public required DeliveryState State { get; init; }

    /// <summary>Why the delivery ended without success.</summary>
    public required string? Reason { get; init; }

    /// <summary>Earliest time of the next attempt; null once final or in progress.</summary>
    public required Instant? NextAttemptAt { get; init; }

    /// <summary>Attempts, oldest first.</summary>
    public required IReadOnlyList<AttemptResponse> Attempts { get; init; }

    public static DeliveryResponse Of(Delivery delivery)
    {
        var isAlert = delivery.Kind != AlertKind.Service;
        return new DeliveryResponse
        {
            AlertKey = delivery.Key,
            KeyDateId = isAlert ? delivery.KeyDateId : null,
            Revision = isAlert ? delivery.Revision : null,
            Kind = delivery.Kind,
            Purpose = delivery.Purpose,
            Lead = isAlert ? delivery.Lead : null,
            DueAt = delivery.DueAt,
            Expires = delivery.Expires,
            State = delivery.State,
            Reason = delivery.Reason,
            NextAttemptAt = delivery.NextAttemptAt,
            Attempts =
            [
                .. delivery.Attempts.Select(attempt =>
                    new AttemptResponse(attempt.At, attempt.Status, attempt.Milliseconds, attempt.Response)),
            ],
        };
    }
}

/// <summary>A delivery with its subscription and channel.</summary>
internal sealed record OperatorDeliveryResponse : DeliveryResponse
{
    [SetsRequiredMembers]
    internal OperatorDeliveryResponse(Delivery delivery)
        : base(Of(delivery))
    {
        SubscriptionId = delivery.SubscriptionId;
        Channel = delivery.Channel;
    }

    /// <summary>The subscription's id.</summary>
    [MinLength(1)] public required string SubscriptionId { get; init; }

    /// <summary>Name of the channel.</summary>
    [MinLength(1)] public required string Channel { get; init; }
}

/// <summary>One delivery attempt.</summary>
/// <param name="At">Start of the attempt.</param>
/// <param name="Status">The HTTP or SMTP status; null if there was none.</param>
/// <param name="Milliseconds">Duration; null if interrupted.</param>
/// <param name="Response">First 2,000 characters of the response, or the error; null once erased.</param>
internal sealed record AttemptResponse(Instant At, int? Status, long? Milliseconds, string? Response);

/// <summary>A page of deliveries.</summary>
internal sealed record DeliveryListResponse : ListResponse<DeliveryResponse>;

/// <summary>A page of deliveries.</summary>
internal sealed record OperatorDeliveryListResponse : ListResponse<OperatorDeliveryResponse>;

/// <summary>Result of queueing.</summary>
/// <param name="Queued">Number of queued messages.</param>
internal sealed record QueuedResponse(int Queued);
