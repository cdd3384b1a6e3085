using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Alerts.Dates;
using Alerts.Web.OpenApi;

namespace Alerts.Web;

/// <summary>An event on a known day or at a known time.</summary>
internal sealed record KeyDateResponse
{
    /// <summary>The key date's id.</summary>
    [Slug] public required string Id { get; init; }

    /// <summary>Name of the event.</summary>
    [Length(1, 200)] public required string Title { get; init; }

    /// <summary>Further details; may have several lines.</summary>
    [MaxLength(2000)] public required string? Summary { get; init; }

    /// <summary>Tags to subscribe to.</summary>
    [MaxLength(20), Items("A topic.", Pattern = SlugAttribute.Form)]
    public required IReadOnlyList<string> Topics { get; init; }

    public required MomentResponse When { get; init; }

    public required MomentResponse? End { get; init; }

    /// <summary>How certain the date is.</summary>
    public required DateStatus Status { get; init; }

    /// <summary>Whether the date is in the future, by the service's clock.</summary>
    [AllowedValues("upcoming", "occurred")] public required string Phase { get; init; }

    /// <summary>Where the date is announced.</summary>
    [Url] public required string? Source { get; init; }

    /// <summary>Day on which the source was last read.</summary>
    public required LocalDate? CheckedOn { get; init; }

    /// <summary>1 when added; +1 whenever the date is moved, cancelled or reinstated.</summary>
    [Range(1, int.MaxValue)] public required int Revision { get; init; }

    /// <summary>The key date's page.</summary>
    [Url] public required string Url { get; init; }

    /// <summary>Source the date is read from; absent if none.</summary>
    [Slug, JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? SourceId { get; init; }

    /// <summary>Last read of the source that contained the date. Not part of the ETag.</summary>
    public Instant? CheckedAt { get; init; }

    /// <summary>Whether the date was edited manually; later source changes then await review.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Pinned { get; init; }

    /// <param name="now">Current time by the service's clock; determines the phase.</param>
    /// <param name="origin">The source that the date is read from; null for none.</param>
    public static KeyDateResponse Of(DateVersion version, Instant now, PublicUrl publicUrl, DateOrigin? origin = null)
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
/// <param name="Date">The day in the time zone.</param>
/// <param name="Time">The local time; null for all day.</param>
/// <param name="TimeZone">An IANA time zone.</param>
/// <param name="Instant">Start in UTC.</param>
internal sealed record MomentResponse(
    LocalDate Date, LocalTime? Time, [property: MinLength(1)] string TimeZone, Instant Instant)
{
    public static MomentResponse Of(Moment moment) => new(moment.On, moment.At, moment.Zone.Id, moment.Start);
}

/// <summary>A page of key dates.</summary>
internal sealed record KeyDateListResponse : ListResponse<KeyDateResponse>;

/// <summary>All versions of a key date, oldest first.</summary>
/// <param name="Items">Versions, oldest first.</param>
/// <param name="Cursor">Always null: not paged.</param>
internal sealed record DateHistoryResponse(
    [property: MinLength(1)] IReadOnlyList<DateChangeResponse> Items, object? Cursor);

/// <summary>One version and its change.</summary>
/// <param name="RecordedAt">When the version was recorded.</param>
/// <param name="Change">Kind of change.</param>
/// <param name="Reason">Reason given by the operator.</param>
internal sealed record DateChangeResponse(
    Instant RecordedAt, DateChange Change, string? Reason, KeyDateResponse KeyDate);

/// <summary>Number of subscriptions that would be notified at once, by kind of alert.</summary>
/// <param name="Reminder">Reminders on short notice.</param>
/// <param name="Rescheduled">Corrections: the date moved.</param>
/// <param name="Cancelled">Corrections: the date was cancelled.</param>
internal sealed record DryRunResponse(long Reminder, long Rescheduled, long Cancelled);
