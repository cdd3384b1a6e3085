using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Alerts.Senders;
using Alerts.Subscriptions;
using Alerts.Web.OpenApi;

namespace Alerts.Web;

/// <summary>A subscription as its owner sees it.</summary>
internal record SubscriptionResponse
{
    /// <summary>The subscription's id.</summary>
    [RegularExpression("^sub_[a-z2-7]{26}$"), JsonPropertyOrder(-1)]
    public required string Id { get; init; }

    /// <summary>Status of the subscription.</summary>
    [JsonPropertyOrder(-1)] public required SubscriptionStatus Status { get; init; }

    public required ChannelResponse Channel { get; init; }

    /// <summary>Ids of the key dates followed.</summary>
    [MaxLength(500), Items("A date's id.", Pattern = SlugAttribute.Form)]
    public required IReadOnlyList<string> Dates { get; init; }

    /// <summary>Topics followed; if this and <c>dates</c> are empty, all key dates are followed.</summary>
    [MaxLength(20)]
    [Items("A topic.", Pattern = SlugAttribute.Form)]
    public required IReadOnlyList<string> Topics { get; init; }

    /// <summary>How long before the date to remind.</summary>
    [Length(1, 20), Items("A lead, in upper case.")]
    public required IReadOnlyList<string> Leads { get; init; }

    /// <summary>The subscriber's time zone.</summary>
    [MinLength(1)] public required string TimeZone { get; init; }

    /// <summary>Local time for leads of days and longer.</summary>
    public required LocalTime At { get; init; }

    public required QuietHoursBody? QuietHours { get; init; }

    /// <summary>When the subscription was created.</summary>
    public required Instant CreatedAt { get; init; }

    public static SubscriptionResponse Of(Subscription subscription)
    {
        var preferences = subscription.Preferences;
        return new SubscriptionResponse
        {
            Id = subscription.Id,
            Status = subscription.Status,
            Channel = ChannelResponse.Of(subscription),
            Dates = preferences.Dates,
            Topics = preferences.Topics,
            Leads = [.. preferences.Leads.Select(lead => lead.Text)],
            TimeZone = preferences.Zone.Id,
            At = preferences.At,
            QuietHours = preferences.QuietHours is { } quiet
                ? new QuietHoursBody(TimeText.Write(quiet.From), TimeText.Write(quiet.To)) : null,
            CreatedAt = subscription.CreatedAt,
        };
    }
}

/// <summary>A new webhook subscription.</summary>
internal sealed record NewSubscriptionResponse : SubscriptionResponse
{
    [SetsRequiredMembers]
    internal NewSubscriptionResponse(Subscription subscription, string secret, string manageToken)
        : base(Of(subscription))
    {
        Secret = secret;
        ManageToken = manageToken;
    }

    /// <summary>Signing secret (Standard Webhooks 1.0); shown only once.</summary>
    [RegularExpression(SecretResponse.Form)]
    public required string Secret { get; init; }

    /// <summary>Token for the owner routes; shown only once.</summary>
    [MinLength(1)] public required string ManageToken { get; init; }
}

/// <summary>Response to an email request; the same whether or not the address is known.</summary>
/// <param name="Status">Always <c>pending</c>.</param>
internal sealed record PendingResponse([property: AllowedValues("pending")] string Status);

/// <summary>A signing secret.</summary>
/// <param name="Secret">The secret; shown only once.</param>
internal sealed record SecretResponse([property: RegularExpression(SecretResponse.Form)] string Secret)
{
    public const string Form = "^whsec_[A-Za-z0-9+/]{43}=$";
}

/// <summary>Status after the request.</summary>
/// <param name="Status">Current status; `confirmed` for a contact.</param>
internal sealed record StandingResponse(
    [property: AllowedValues("pending", "active", "disabled", "ended", "confirmed")] string Status);

/// <summary>The reminders of a set of preferences.</summary>
/// <param name="Items">Ordered by dueAt, keyDateId, lead.</param>
internal sealed record PreviewResponse(IReadOnlyList<PreviewItemResponse> Items);

/// <summary>One reminder.</summary>
/// <param name="KeyDateId">The key date's id.</param>
/// <param name="Revision">The key date's revision.</param>
/// <param name="Lead">The lead.</param>
/// <param name="DueAt">When the reminder is due.</param>
internal sealed record PreviewItemResponse(
    [property: Slug] string KeyDateId, [property: Range(1, int.MaxValue)] int Revision, string Lead, Instant DueAt)
{
    public static PreviewItemResponse Of(PreviewItem item) =>
        new(item.KeyDate.Id, item.KeyDate.Revision, item.Due.Lead.Text, item.Due.DueAt);
}
