using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Alerts.Web.OpenApi;

namespace Alerts.Web;

/// <summary>What a subscription follows, and when it is reminded.</summary>
internal abstract record PreferencesRequest
{
    /// <summary>Ids of key dates to follow; they must exist.</summary>
    [MaxLength(500), Items("A date's id.", Pattern = SlugAttribute.Form)]
    public IReadOnlyList<string>? Dates { get; init; }

    /// <summary>Topics to follow; they need not exist yet.</summary>
    [MaxLength(20), Items("A topic.", Pattern = SlugAttribute.Form)]
    public IReadOnlyList<string>? Topics { get; init; }

    /// <summary>How long before the date to remind: ISO 8601 durations of up to 2 years, or business days.</summary>
    [Length(1, 20), Items("P7D, PT1H, P0D, 3BD, 3BD/us-federal.", Longest = 64)]
    public IReadOnlyList<string> Leads { get; init; } = [];

    /// <summary>An IANA time zone.</summary>
    [MinLength(1)] public string TimeZone { get; init; } = "";

    /// <summary>Local time for leads of days and longer; 09:00 when absent.</summary>
    [TextOf(typeof(LocalTime))] public string? At { get; init; }

    public QuietHoursBody? QuietHours { get; init; }
}

/// <summary>Channel and preferences of a new subscription.</summary>
[Requires("leads", "timeZone")]
internal sealed record SubscribeRequest : PreferencesRequest
{
    [JsonPropertyOrder(-1)] public required ChannelRequest Channel { get; init; }
}

/// <summary>As for subscribing, but <c>channel</c> is optional.</summary>
[Requires("leads", "timeZone")]
internal sealed record PreviewRequest : PreferencesRequest
{
    [JsonPropertyOrder(-1)] public ChannelRequest? Channel { get; init; }

    /// <summary>Start of the preview, with an offset; the service's clock when absent.</summary>
    [JsonPropertyOrder(1), TextOf(typeof(OffsetDateTime))] public string? Now { get; init; }
}

/// <summary>The preferences to change.</summary>
internal sealed record SubscriptionPatchBody : PreferencesRequest;

/// <summary>Local times between which reminders wait; may span midnight.</summary>
/// <param name="From">Start, inclusive.</param>
/// <param name="To">End, exclusive.</param>
internal sealed record QuietHoursBody(
    [property: TextOf(typeof(LocalTime))] string From, [property: TextOf(typeof(LocalTime))] string To);
