using System.ComponentModel.DataAnnotations;
using Alerts.Dates;
using Alerts.Web.OpenApi;

namespace Alerts.Web;

/// <summary>The complete key date; null means absent.</summary>
internal sealed record KeyDateRequest
{
    /// <summary>Name of the event, on one line.</summary>
    [Length(1, 200)] public required string Title { get; init; }

    /// <summary>Further details.</summary>
    [MaxLength(2000)] public string? Summary { get; init; }

    /// <summary>Tags to subscribe to.</summary>
    [MaxLength(20), Items("A topic.", Pattern = SlugAttribute.Form)]
    public IReadOnlyList<string>? Topics { get; init; }

    public required MomentRequest When { get; init; }

    public EndRequest? End { get; init; }

    /// <summary>How certain the date is; <c>confirmed</c> when absent.</summary>
    [TextOf(typeof(DateStatus))] public string? Status { get; init; }

    /// <summary>An absolute http or https URL.</summary>
    [Url, MaxLength(2048)] public string? Source { get; init; }

    /// <summary>Day on which the source was last read.</summary>
    [TextOf(typeof(LocalDate))] public string? CheckedOn { get; init; }

    /// <summary>Reason for the change; kept in the history.</summary>
    [MaxLength(1000)] public string? Reason { get; init; }
}

/// <summary>A day, or a time on a day, in a time zone.</summary>
internal sealed record MomentRequest
{
    /// <summary>The day, YYYY-MM-DD.</summary>
    [TextOf(typeof(LocalDate))] public required string Date { get; init; }

    /// <summary>The local time, HH:MM; absent or null for all day.</summary>
    [TextOf(typeof(LocalTime))] public string? Time { get; init; }

    /// <summary>An IANA time zone.</summary>
    [MinLength(1)] public required string TimeZone { get; init; }
}

/// <summary>
/// The last day or moment, inclusive, in the time zone of <c>when</c>. Has a time if and only if <c>when</c> has one.
/// </summary>
internal sealed record EndRequest
{
    /// <summary>The day, YYYY-MM-DD.</summary>
    [TextOf(typeof(LocalDate))] public required string Date { get; init; }

    /// <summary>The local time, HH:MM.</summary>
    [TextOf(typeof(LocalTime))] public string? Time { get; init; }

    /// <summary>The time zone of <c>when</c>; optional.</summary>
    [MinLength(1)] public string? TimeZone { get; init; }
}

/// <summary>Why the date is cancelled.</summary>
internal sealed record CancelRequest
{
    /// <summary>Reason; kept in the history.</summary>
    [MaxLength(1000)] public string? Reason { get; init; }
}
