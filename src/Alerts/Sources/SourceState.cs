using System.Text.Json;
using System.Text.Json.Serialization;
using NodaTime;

namespace Alerts.Sources;

/// <summary>A source and the state of its reads; one row of a store.</summary>
internal sealed record SourceState
{
    public required Source Source { get; init; }

    /// <summary>When the source was added, added again, or edited so that it reads something else.</summary>
    public required Instant AddedAt { get; init; }

    /// <summary>When the source is read next, by the service's clock.</summary>
    public required Instant NextAt { get; init; }

    /// <summary>When the source was last read successfully; null before the first time.</summary>
    public Instant? CheckedAt { get; init; }

    /// <summary>Number of successful reads, including 304 responses.</summary>
    public long Reads { get; init; }

    /// <summary>Whether the first read is done. All changes of the first read are held for review.</summary>
    public bool HasFirstRead { get; init; }

    /// <summary>Number of consecutive failures; 0 while reads succeed.</summary>
    public int Failures { get; init; }

    /// <summary>Why the last read failed, in one line; null when it succeeded.</summary>
    public string? Error { get; init; }

    /// <summary>When the current series of failures began; null while reads succeed.</summary>
    public Instant? FailingSince { get; init; }

    /// <summary>Whether the operator was notified by email that the source is failing.</summary>
    public bool IsReported { get; init; }

    /// <summary>The pages of the last full response, with their validators for conditional requests.</summary>
    public IReadOnlyList<PageValidator> Pages { get; init; } = [];

    /// <summary>Changes saved without review in the last 24 hours.</summary>
    public IReadOnlyList<SavedChanges> Saved { get; init; } = [];

    /// <summary>What was left out of the last full response; each entry is a sentence.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Whether some dates are absent but not yet proposed as vanished.</summary>
    public bool HasAbsent { get; init; }

    /// <summary>Whether the source was removed. Its key dates and entries stay.</summary>
    public bool IsRemoved { get; init; }

    /// <summary>Number of writes. A save succeeds only over the version it was made from. 0 for a new source.</summary>
    [JsonIgnore]
    public long Version { get; init; }

    public string Id => Source.Id;

    public string ToStored() => JsonSerializer.Serialize(this, SourceFormat.Json.SourceState);

    public static SourceState FromStored(string stored, long version) =>
        (JsonSerializer.Deserialize(stored, SourceFormat.Json.SourceState)
            ?? throw new FormatException("A stored source is null.")) with
        { Version = version };
}

/// <summary>A page of a response with its validators for a conditional request.</summary>
internal sealed record PageValidator(string Url, string? ETag, string? LastModified)
{
    public bool IsUsable => ETag is not null || LastModified is not null;
}

/// <summary>The number of changes that one read saved without review.</summary>
/// <param name="Lost">Number of dates moved or cancelled.</param>
internal sealed record SavedChanges(Instant At, int Added, int Lost);
