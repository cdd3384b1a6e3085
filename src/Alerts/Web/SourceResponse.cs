using System.ComponentModel.DataAnnotations;
using Alerts.Sources;
using Alerts.Web.OpenApi;

namespace Alerts.Web;

/// <summary>An external calendar or register that key dates are read from.</summary>
internal sealed record SourceResponse
{
    /// <summary>The source's id.</summary>
    [Slug] public required string Id { get; init; }

    /// <summary>Kind of source.</summary>
    public required SourceType Type { get; init; }

    /// <summary>URL of the calendar: http, https or webcal.</summary>
    [MaxLength(2048)] public required string? Url { get; init; }

    public required RegisterQueryBody? Query { get; init; }

    /// <summary>Read interval: an ISO 8601 duration from PT5M to P7D.</summary>
    public required string Every { get; init; }

    /// <summary>Topics added to those of the source.</summary>
    [MaxLength(20), Items("A topic.", Pattern = SlugAttribute.Form)]
    public required IReadOnlyList<string> Topics { get; init; }

    /// <summary>Time zone of dates without one.</summary>
    [MinLength(1)] public required string? TimeZone { get; init; }

    /// <summary>Whether changes await review or are saved at once (https only).</summary>
    public required ApplyMode Apply { get; init; }

    /// <summary>Whether the source is read on schedule.</summary>
    public required bool Enabled { get; init; }

    /// <summary>State of the reads.</summary>
    [AllowedValues("new", "ok", "retrying", "failing", "off")]
    public required string Status { get; init; }

    /// <summary>When the source was added.</summary>
    public required Instant AddedAt { get; init; }

    /// <summary>Time of the last successful read.</summary>
    public required Instant? CheckedAt { get; init; }

    /// <summary>Time of the next read; null while disabled.</summary>
    public required Instant? NextAt { get; init; }

    /// <summary>Number of consecutive failed reads.</summary>
    public required int Failures { get; init; }

    /// <summary>When these failures began.</summary>
    public required Instant? FailingSince { get; init; }

    /// <summary>Why the last read failed.</summary>
    public required string? Error { get; init; }

    /// <summary>What was left out of the last full response.</summary>
    [Items("A sentence.")] public required IReadOnlyList<string> Warnings { get; init; }

    public static SourceResponse Of(SourceState state, Instant now)
    {
        var source = state.Source;
        return new SourceResponse
        {
            Id = source.Id,
            Type = source.Type,
            Url = source.Url,
            Query = source.Query is { } query ? RegisterQueryBody.Of(query) : null,
            Every = TimeText.Write(source.Every),
            Topics = source.Topics,
            TimeZone = source.TimeZone?.Id,
            Apply = source.Apply,
            Enabled = source.Enabled,
            Status = SourceSchedule.Word(state, now),
            AddedAt = state.AddedAt,
            CheckedAt = state.CheckedAt,
            NextAt = source.Enabled ? state.NextAt : null,
            Failures = state.Failures,
            FailingSince = state.FailingSince,
            Error = state.Error,
            Warnings = state.Warnings,
        };
    }
}

/// <summary>Query to the Federal Register.</summary>
internal sealed record RegisterQueryBody
{
    /// <summary>Words to search for.</summary>
    [Length(1, 500)] public string? Term { get; init; }

    /// <summary>Slugs of agencies; all if empty.</summary>
    [MaxLength(20), Items("A slug.", Pattern = SlugAttribute.Form)]
    public IReadOnlyList<string>? Agencies { get; init; }

    /// <summary>Types of documents; all if empty.</summary>
    [Items("A type.", Words = ["RULE", "PRORULE", "NOTICE", "PRESDOCU"])]
    public IReadOnlyList<string>? Types { get; init; }

    /// <summary>Fields that become dates; both if empty.</summary>
    [Items("A field.", Words = [RegisterField.EffectiveOn, RegisterField.CommentsCloseOn])]
    public IReadOnlyList<string>? Dates { get; init; }

    public static RegisterQueryBody Of(RegisterQuery query) =>
        new() { Term = query.Term, Agencies = query.Agencies, Types = query.Types, Dates = query.Dates };
}

/// <summary>The complete source; null means absent.</summary>
internal sealed record SourceRequest
{
    /// <summary>Kind of source.</summary>
    [TextOf(typeof(SourceType))] public required string Type { get; init; }

    /// <summary>URL of the calendar: http, https or webcal.</summary>
    [MaxLength(2048)] public string? Url { get; init; }

    public RegisterQueryBody? Query { get; init; }

    /// <summary>Read interval: an ISO 8601 duration from PT5M to P7D; PT6H when absent.</summary>
    public string? Every { get; init; }

    /// <summary>Topics added to those of the source.</summary>
    [MaxLength(20), Items("A topic.", Pattern = SlugAttribute.Form)]
    public IReadOnlyList<string>? Topics { get; init; }

    /// <summary>Time zone of dates without one.</summary>
    [MinLength(1)] public string? TimeZone { get; init; }

    /// <summary>Whether changes await review (the default) or are saved at once (https only).</summary>
    [TextOf(typeof(ApplyMode))] public string? Apply { get; init; }

    /// <summary>Whether the source is read on schedule; true when absent.</summary>
    public bool? Enabled { get; init; }
}

/// <summary>A page of sources.</summary>
internal sealed record SourceListResponse : ListResponse<SourceResponse>;
