using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Web.OpenApi;
using NodaTime;

namespace Alerts.Web;

/// <summary>The record of handing one alert, or one message about the subscription itself, to its channel.</summary>
internal record DeliveryResponse
{
    /// <summary>
    /// The alert's key, or the id (<c>msg_…</c>) of a service message; the same everywhere it appears.
    /// </summary>
    [RegularExpression("^(al|msg)_[a-z2-7]{26}$"), JsonPropertyOrder(-1)]
    public required string AlertKey { get; init; }

    /// <summary>Of which date; null for a service message.</summary>
    [Slug] public required string? KeyDateId { get; init; }

    /// <summary>Of which revision; null for a service message.</summary>
    [Range(1, int.MaxValue)] public required int? Revision { get; init; }

    /// <summary>What it tells.</summary>
    public required AlertKind Kind { get; init; }

    /// <summary>What a service message is for; null for an alert.</summary>
    [AllowedValues("confirmation", "verification", "test", "links", "warning", "welcome")]
    public required string? Purpose { get; init; }

    /// <summary>Which lead; <c>-</c> for a correction, null for a service message.</summary>
    public required string? Lead { get; init; }

    /// <summary>When it was owed.</summary>
    public required Instant DueAt { get; init; }

    /// <summary>No attempt begins after it; null for never.</summary>
    public required Instant? Expires { get; init; }

    /// <summary>What became of it.</summary>
    public required DeliveryState State { get; init; }

    /// <summary>Why it ended without being delivered.</summary>
    public required string? Reason { get; init; }

    /// <summary>Not before then; null once final or under way.</summary>
    public required Instant? NextAttemptAt { get; init; }

    /// <summary>Oldest first.</summary>
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

/// <summary>A delivery and whose it is.</summary>
internal sealed record OperatorDeliveryResponse : DeliveryResponse
{
    [SetsRequiredMembers]
    internal OperatorDeliveryResponse(Delivery delivery)
        : base(Of(delivery))
    {
        SubscriptionId = delivery.SubscriptionId;
        Channel = delivery.Channel;
    }

    /// <summary>Of which subscription.</summary>
    [MinLength(1)] public required string SubscriptionId { get; init; }

    /// <summary>Over which channel.</summary>
    [MinLength(1)] public required string Channel { get; init; }
}

/// <summary>One attempt.</summary>
/// <param name="At">When it began.</param>
/// <param name="Status">The HTTP or SMTP status; null when there was none.</param>
/// <param name="Milliseconds">How long it took; null when broken off.</param>
/// <param name="Response">
/// The first 2,000 characters of what was answered, or what went wrong; null once erased.
/// </param>
internal sealed record AttemptResponse(Instant At, int? Status, long? Milliseconds, string? Response);

/// <summary>A page of deliveries.</summary>
internal sealed record DeliveryListResponse : ListResponse<DeliveryResponse>;

/// <summary>A page of deliveries.</summary>
internal sealed record OperatorDeliveryListResponse : ListResponse<OperatorDeliveryResponse>;

/// <summary>What will be sent.</summary>
/// <param name="Queued">How many.</param>
internal sealed record QueuedResponse(int Queued);
