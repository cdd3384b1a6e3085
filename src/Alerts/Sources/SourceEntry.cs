using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Alerts.Core;
using Alerts.Dates.Calendars;
using NodaTime;

namespace Alerts.Sources;

/// <summary>
/// What is known of one date of a source: what was read, what was applied or rejected, what is proposed.
/// </summary>
internal sealed record SourceEntry
{
    public required string SourceId { get; init; }

    public required string KeyDateId { get; init; }

    /// <summary>The series it is an occurrence of; null for none.</summary>
    public string? Series { get; init; }

    /// <summary>The content that was last read there; null when it vanished before anything came of it.</summary>
    public string? Read { get; init; }

    /// <summary>The number of the read from which it has been absent; null while it is there.</summary>
    public long? AbsentSince { get; init; }

    /// <summary>The last read that contained it, while it is absent; null while it is there.</summary>
    public Instant? SeenAt { get; init; }

    /// <summary>When it has passed by what was last read; null when never said.</summary>
    public Instant? Over { get; init; }

    /// <summary>The content that was last applied; null for none.</summary>
    public string? Applied { get; init; }

    /// <summary>The version of the date that the source wrote last; null when it has written none.</summary>
    public int? AppliedVersion { get; init; }

    /// <summary>The content that an operator rejected after the last one applied; null for none.</summary>
    public string? Rejected { get; init; }

    public CalendarStamp? Stamp { get; init; }

    /// <summary>A change that waits for review, or is about to be saved; null for none.</summary>
    public Proposal? Proposal { get; init; }

    /// <summary>The store's mark of the stored row it was made from; null for a new one.</summary>
    [JsonIgnore]
    public string? Tag { get; init; }

    /// <summary>The id of the proposal in the stored row; null for none.</summary>
    [JsonIgnore]
    public string? StoredProposal { get; init; }

    /// <summary>Whether the date that is there now is not as the source wrote it last.</summary>
    public bool IsPinned(int currentVersion) => AppliedVersion is { } own && own != currentVersion;

    public string ToStored() => JsonSerializer.Serialize(this, SourceFormat.Json.SourceEntry);

    public static SourceEntry FromStored(string stored, string tag) =>
        (JsonSerializer.Deserialize(stored, SourceFormat.Json.SourceEntry)
            ?? throw new FormatException("A stored date of a source is null.")).StoredAs(tag);

    /// <summary>The same, as it is when a store has just written or read it.</summary>
    public SourceEntry StoredAs(string tag) => this with { Tag = tag, StoredProposal = Proposal?.Id };
}

/// <summary>A change that was found at a source.</summary>
internal sealed record Proposal
{
    public required string Id { get; init; }

    public required ProposedChange Change { get; init; }

    /// <summary>What the source says now; <see cref="SourceDate.Absent"/> when the date has vanished there.</summary>
    public required string Content { get; init; }

    public required Instant FoundAt { get; init; }

    /// <summary>
    /// The version of the date over which it is saved, 0 for a new date: it is accepted, and the save is repeated until
    /// it is done. Null while it waits for review.
    /// </summary>
    public int? AcceptedOver { get; init; }

    /// <summary>Whether it was accepted without review.</summary>
    public bool IsAutomatic { get; init; }

    public static Proposal Of(string sourceId, string keyDateId, ProposedChange change, string content, Instant now)
    {
        var text = $"{sourceId}|{keyDateId}|{content}|{TimeText.Write(now)}";
        return new Proposal
        {
            Id = "prop_" + Base32.LowerCase(SHA256.HashData(Encoding.UTF8.GetBytes(text)), 26),
            Change = change,
            Content = content,
            FoundAt = now,
        };
    }
}

/// <summary>What a proposal would change.</summary>
internal enum ProposedChange
{
    Added,
    Moved,
    Edited,
    Cancelled,
    Reinstated,
    Vanished,
}
