using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Web.OpenApi;
using NodaTime;

namespace Alerts.Web;

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
/// <param name="Response">
/// First 2,000 characters of the response, or the error; null once erased.
/// </param>
internal sealed record AttemptResponse(Instant At, int? Status, long? Milliseconds, string? Response);

/// <summary>A page of deliveries.</summary>
internal sealed record DeliveryListResponse : ListResponse<DeliveryResponse>;

/// <summary>A page of deliveries.</summary>
internal sealed record OperatorDeliveryListResponse : ListResponse<OperatorDeliveryResponse>;

/// <summary>Result of queueing.</summary>
/// <param name="Queued">Number of queued messages.</param>
internal sealed record QueuedResponse(int Queued);
