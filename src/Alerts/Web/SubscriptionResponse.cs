using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Alerts.Senders;
using Alerts.Subscriptions;
using Alerts.Web.OpenApi;
using NodaTime;

namespace Alerts.Web;

/// <summary>A subscription as its owner sees it.</summary>
internal record SubscriptionResponse
{
    /// <summary>Its id.</summary>
    [RegularExpression("^sub_[a-z2-7]{26}$"), JsonPropertyOrder(-1)]
    public required string Id { get; init; }

    /// <summary>What becomes of it.</summary>
    [JsonPropertyOrder(-1)] public required SubscriptionStatus Status { get; init; }

    public required ChannelResponse Channel { get; init; }

    /// <summary>Followed by name.</summary>
    [MaxLength(500), Items("A date's id.", Pattern = SlugAttribute.Form)]
    public required IReadOnlyList<string> Dates { get; init; }

    /// <summary>Followed by topic; with <c>dates</c> empty as well, everything is.</summary>
    [MaxLength(20)]
    [Items("A topic.", Pattern = SlugAttribute.Form)]
    public required IReadOnlyList<string> Topics { get; init; }

    /// <summary>How long before.</summary>
    [Length(1, 20), Items("In upper case.")]
    public required IReadOnlyList<string> Leads { get; init; }

    /// <summary>The subscriber's.</summary>
    [MinLength(1)] public required string TimeZone { get; init; }

    /// <summary>The local hour for leads of days and longer.</summary>
    public required LocalTime At { get; init; }

    public required QuietHoursResponse? QuietHours { get; init; }

    /// <summary>When it was asked for.</summary>
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
            QuietHours = preferences.QuietHours is { } quiet ? new QuietHoursResponse(quiet.From, quiet.To) : null,
            CreatedAt = subscription.CreatedAt,
        };
    }
}

/// <summary>A webhook subscription just made.</summary>
internal sealed record NewSubscriptionResponse : SubscriptionResponse
{
    [SetsRequiredMembers]
    internal NewSubscriptionResponse(Subscription subscription, string secret, string manageToken)
        : base(Of(subscription))
    {
        Secret = secret;
        ManageToken = manageToken;
    }

    /// <summary>Signs its messages (Standard Webhooks 1.0); shown this once.</summary>
    [RegularExpression(SecretResponse.Form)]
    public required string Secret { get; init; }

    /// <summary>Opens its owner routes; shown this once.</summary>
    [MinLength(1)] public required string ManageToken { get; init; }
}

/// <summary>Local times between which reminders wait; may run over midnight.</summary>
/// <param name="From">From, inclusive.</param>
/// <param name="To">To, exclusive.</param>
internal sealed record QuietHoursResponse(LocalTime From, LocalTime To);

/// <summary>The same whether or not the address is known.</summary>
/// <param name="Status">pending.</param>
internal sealed record PendingResponse([property: AllowedValues("pending")] string Status);

/// <summary>A signing secret.</summary>
/// <param name="Secret">Shown this once.</param>
internal sealed record SecretResponse([property: RegularExpression(SecretResponse.Form)] string Secret)
{
    public const string Form = "^whsec_[A-Za-z0-9+/]{43}=$";
}

/// <summary>What became of the subscription.</summary>
/// <param name="Status">Its status now; `confirmed` for a contact.</param>
internal sealed record StandingResponse(
    [property: AllowedValues("pending", "active", "disabled", "ended", "confirmed")] string Status);

/// <summary>The reminders of a set of preferences.</summary>
/// <param name="Items">In order of dueAt, keyDateId, lead.</param>
internal sealed record PreviewResponse(IReadOnlyList<PreviewItemResponse> Items);

/// <summary>One reminder.</summary>
/// <param name="KeyDateId">Of which date.</param>
/// <param name="Revision">Of which revision.</param>
/// <param name="Lead">Which lead.</param>
/// <param name="DueAt">When it leaves.</param>
internal sealed record PreviewItemResponse(
    [property: Slug] string KeyDateId,
    [property: Range(1, int.MaxValue)] int Revision,
    string Lead,
    Instant DueAt)
{
    public static PreviewItemResponse Of(PreviewItem item) =>
        new(item.KeyDate.Id, item.KeyDate.Revision, item.Due.Lead.Text, item.Due.DueAt);
}
