using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Alerts.Core;
using Alerts.Dates;
using Alerts.Web.OpenApi;
using NodaTime;

namespace Alerts.Web;

/// <summary>Something that happens at a known day or moment.</summary>
internal sealed record KeyDateResponse
{
    /// <summary>Its id.</summary>
    [Slug] public required string Id { get; init; }

    /// <summary>What happens.</summary>
    [Length(1, 200)] public required string Title { get; init; }

    /// <summary>More about it, on several lines perhaps.</summary>
    [MaxLength(2000)] public required string? Summary { get; init; }

    /// <summary>Tags that one can subscribe to.</summary>
    [MaxLength(20), Items("A topic.", Pattern = SlugAttribute.Form)]
    public required IReadOnlyList<string> Topics { get; init; }

    public required MomentResponse When { get; init; }

    public required MomentResponse? End { get; init; }

    /// <summary>How sure it is.</summary>
    public required DateStatus Status { get; init; }

    /// <summary>Whether it lies ahead, by the service's clock.</summary>
    [AllowedValues("upcoming", "occurred")] public required string Phase { get; init; }

    /// <summary>Where it is announced.</summary>
    [Url] public required string? Source { get; init; }

    /// <summary>The day the source was last read.</summary>
    public required LocalDate? CheckedOn { get; init; }

    /// <summary>1 when added, +1 whenever it moves or is cancelled or reinstated.</summary>
    [Range(1, int.MaxValue)] public required int Revision { get; init; }

    /// <summary>Its page.</summary>
    [Url] public required string Url { get; init; }

    /// <summary>The source it is read from; only of a date that is.</summary>
    [Slug, JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? SourceId { get; init; }

    /// <summary>The last read of its source that contained it. No ETag covers it.</summary>
    public Instant? CheckedAt { get; init; }

    /// <summary>Whether it was edited by hand since: later changes of its source wait for review.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Pinned { get; init; }

    /// <param name="now">Current time by the service's clock; determines the phase.</param>
    /// <param name="origin">The source that the date is read from; null for none.</param>
    public static KeyDateResponse Of(
        DateVersion version, Instant now, PublicUrl publicUrl, DateOrigin? origin = null)
    {
        var date = version.KeyDate;
        return new KeyDateResponse
        {
            Id = date.Id,
            Title = date.Title,
            Summary = date.Summary,
            Topics = date.Topics,
            When = MomentResponse.Of(date.When),
            End = date.End is { } end ? MomentResponse.Of(end) : null,
            Status = date.Status,
            Phase = now >= date.Over ? "occurred" : "upcoming",
            Source = date.Source,
            CheckedOn = date.CheckedOn,
            Revision = date.Revision,
            Url = publicUrl.At("/dates/" + date.Id),
            SourceId = origin?.SourceId,
            CheckedAt = origin?.CheckedAt,
            Pinned = origin?.IsPinned,
        };
    }

    /// <summary>Writes <c>checkedAt</c>, null too, of a date with a source, and of no other.</summary>
    public static void WriteCheckOfEverySource(JsonTypeInfo type)
    {
        if (type.Type == typeof(KeyDateResponse))
        {
            type.Properties.Single(member => member.Name == "checkedAt").ShouldSerialize =
                (date, _) => date is KeyDateResponse { SourceId: not null };
        }
    }
}

/// <summary>A day, or a time on a day, in a time zone.</summary>
/// <param name="Date">The day in its zone.</param>
/// <param name="Time">The local time; null for all day.</param>
/// <param name="TimeZone">An IANA time zone.</param>
/// <param name="Instant">When it begins.</param>
internal sealed record MomentResponse(
    LocalDate Date,
    LocalTime? Time,
    [property: MinLength(1)] string TimeZone,
    Instant Instant)
{
    public static MomentResponse Of(Moment moment) => new(moment.On, moment.At, moment.Zone.Id, moment.Start);
}

/// <summary>A page of key dates.</summary>
internal sealed record KeyDateListResponse : ListResponse<KeyDateResponse>;

/// <summary>Every state a key date had, oldest first.</summary>
/// <param name="Items">Oldest first.</param>
/// <param name="Cursor">Always null: a history is whole.</param>
internal sealed record DateHistoryResponse(
    [property: MinLength(1)] IReadOnlyList<DateChangeResponse> Items,
    object? Cursor);

/// <summary>One state and what it changed.</summary>
/// <param name="RecordedAt">When it entered here.</param>
/// <param name="Change">What it changed.</param>
/// <param name="Reason">Why, in the operator's words.</param>
internal sealed record DateChangeResponse(
    Instant RecordedAt,
    DateChange Change,
    string? Reason,
    KeyDateResponse KeyDate);

/// <summary>How many subscriptions would be told at once, by kind of alert.</summary>
/// <param name="Reminder">Reminders on short notice.</param>
/// <param name="Rescheduled">Corrections: it moved.</param>
/// <param name="Cancelled">Corrections: it is off.</param>
internal sealed record DryRunResponse(long Reminder, long Rescheduled, long Cancelled);
