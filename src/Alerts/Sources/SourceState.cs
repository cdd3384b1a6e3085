using System.Text.Json;
using System.Text.Json.Serialization;
using NodaTime;

namespace Alerts.Sources;

/// <summary>A source with what is known of its reads; one row of a store.</summary>
internal sealed record SourceState
{
    public required Source Source { get; init; }

    /// <summary>When it was added, or added again.</summary>
    public required Instant AddedAt { get; init; }

    /// <summary>When it is read next, by the service's clock.</summary>
    public required Instant NextAt { get; init; }

    /// <summary>When it was last read with success; null before.</summary>
    public Instant? CheckedAt { get; init; }

    /// <summary>How often it was read with success, answers 304 included.</summary>
    public long Reads { get; init; }

    /// <summary>Whether a first read is done; it is held for review as a whole.</summary>
    public bool HasFirstRead { get; init; }

    /// <summary>Failures in a row; 0 while it works.</summary>
    public int Failures { get; init; }

    /// <summary>Why the last read failed, in one line; null when it did not.</summary>
    public string? Error { get; init; }

    /// <summary>Since when it fails; null while it works.</summary>
    public Instant? FailingSince { get; init; }

    /// <summary>Whether the operator was mailed that it is failing.</summary>
    public bool IsReported { get; init; }

    /// <summary>The pages of the last full answer, with what makes a request for them conditional.</summary>
    public IReadOnlyList<PageValidator> Pages { get; init; } = [];

    /// <summary>Changes that were saved without review in the last 24 hours.</summary>
    public IReadOnlyList<SavedChanges> Saved { get; init; } = [];

    /// <summary>What the last full answer held that was left out, each a sentence.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Whether dates that were there are absent and not yet proposed as vanished.</summary>
    public bool HasAbsent { get; init; }

    /// <summary>Whether it was removed; its dates stay, and so does what was read of them.</summary>
    public bool IsRemoved { get; init; }

    /// <summary>Counts the writes: a change is saved only over the version it was made from. 0 for a new one.</summary>
    [JsonIgnore]
    public long Version { get; init; }

    public string Id => Source.Id;

    public string ToStored() => JsonSerializer.Serialize(this, SourceFormat.Json.SourceState);

    public static SourceState FromStored(string stored, long version) =>
        (JsonSerializer.Deserialize(stored, SourceFormat.Json.SourceState)
            ?? throw new FormatException("A stored source is null.")) with
        { Version = version };
}

/// <summary>A page of an answer, as a conditional request names it.</summary>
internal sealed record PageValidator(string Url, string? ETag, string? LastModified)
{
    public bool IsUsable => ETag is not null || LastModified is not null;
}

/// <summary>Changes that one read saved without review.</summary>
/// <param name="Lost">Moved or cancelled.</param>
internal sealed record SavedChanges(Instant At, int Added, int Lost);
