using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Alerts.Dates;
using Alerts.Dates.Calendars;

namespace Alerts.Sources;

/// <summary>
/// The stored state of one date of a source: what was read, what was applied or rejected, and what is proposed.
/// </summary>
internal sealed record SourceEntry
{
    public required string SourceId { get; init; }

    public required string KeyDateId { get; init; }

    /// <summary>The UID of the series it is an occurrence of; null for a single date.</summary>
    public string? Series { get; init; }

    /// <summary>The content that was last read; null when the date vanished before anyone accepted it.</summary>
    public string? Read { get; init; }

    /// <summary>The number of the first read in which it was absent; null while it is present.</summary>
    public long? AbsentSince { get; init; }

    /// <summary>The time of the last read that contained it; null while it is present.</summary>
    public Instant? SeenAt { get; init; }

    /// <summary>When the date is over, by what was last read; null when no read named a time.</summary>
    public Instant? Over { get; init; }

    /// <summary>The content that was last saved as the key date; null when none was.</summary>
    public string? Applied { get; init; }

    /// <summary>The version of the key date that this source wrote last; null when it has written none.</summary>
    public int? AppliedVersion { get; init; }

    /// <summary>
    /// The content that an operator rejected since content was last applied; null when none was. When the source goes
    /// back to the applied content, this becomes that content: what was rejected may be proposed again, with review.
    /// </summary>
    public string? Rejected { get; init; }

    /// <summary>When a read last moved or cancelled the date without review; null when none has.</summary>
    public Instant? LostAt { get; init; }

    /// <summary>How new the event, document or series was that was last read; null when only overrides were.</summary>
    public CalendarStamp? Stamp { get; init; }

    /// <summary>How new the override was that the date was last read from; null when it was no override.</summary>
    public CalendarStamp? OverrideStamp { get; init; }

    /// <summary>The original start of an occurrence of a series; null for a single date.</summary>
    public Instant? OriginalStart { get; init; }

    /// <summary>A change that waits for review or is about to be saved; null when there is none.</summary>
    public Proposal? Proposal { get; init; }

    /// <summary>The version tag of the stored row this entry was read from; null for a new entry.</summary>
    [JsonIgnore]
    public string? Tag { get; init; }

    /// <summary>The id of the proposal in the stored row; null when it has none.</summary>
    [JsonIgnore]
    public string? StoredProposal { get; init; }

    /// <summary>Whether an operator may accept it as a new date.</summary>
    public bool IsOpenAsNew => Proposal is not null && AppliedVersion is null;

    /// <summary>Returns the entry without what was read and proposed. The next read counts the date as new.</summary>
    public SourceEntry Forgotten() => this with { Read = null, AbsentSince = null, SeenAt = null, Proposal = null };

    /// <summary>Returns the entry of a date that a read contains.</summary>
    public SourceEntry Present() =>
        (Rejected == SourceDate.Absent ? BackAtApplied() : this) with { AbsentSince = null, SeenAt = null };

    /// <summary>Forgets what was rejected, but not that something was: later changes still need a review.</summary>
    public SourceEntry BackAtApplied() => this with { Rejected = Rejected is null ? null : Applied };

    /// <summary>Whether further absence of this date can still lead to a proposal, or withdraw one.</summary>
    public bool WaitsToVanish(Instant now) => AbsentSince is not null
        && (Applied == SourceDate.Absent
            ? Proposal is not null || Rejected is not (null or SourceDate.Absent)
            : Rejected != SourceDate.Absent && Proposal is not { Content: SourceDate.Absent }
                && (AppliedVersion is null || Over > now));

    /// <summary>Whether someone other than the source has edited the date since the source last wrote it.</summary>
    public bool IsPinned(int currentVersion) => AppliedVersion is { } own && own != currentVersion;

    /// <summary>Whether the source says something else than what was last read, or has a new revision of it.</summary>
    /// <param name="isFirstRead">
    /// A first read also examines what was neither applied, rejected nor proposed: removing the source withdrew it.
    /// </param>
    public bool DiffersFrom(SourceDate date, bool isFirstRead) =>
        AbsentSince is not null || Read != date.ToContent() || OriginalStart != date.OriginalStart
        || (date.EventStamp is { } stamp && Stamp?.Sequence != stamp.Sequence)
        || OverrideStamp?.Sequence != date.OverrideStamp?.Sequence
        || (isFirstRead && Proposal is null && Read != Applied && Read != Rejected);

    /// <summary>
    /// Returns the sequences, as part of a sentence, when the override that the date is read from is older than the one
    /// last read; otherwise null. An override has its own sequence, whatever its series has
    /// (<see cref="StaleEvents"/>).
    /// </summary>
    public string? OverriddenByOlder(SourceDate date) =>
        date.OverrideStamp is { } own && OverrideStamp is { } last && own.IsOlderThan(last)
            ? own.SaysOlderThan(last) : null;

    /// <summary>Whether what was last read is newer than a date.</summary>
    public bool IsNewerThan(SourceDate date) => OverriddenByOlder(date) is not null
        || (date.EventStamp is { } stamp && Stamp is { } last && stamp.IsOlderThan(last));

    public string ToStored() => JsonSerializer.Serialize(this, SourceFormat.Json.SourceEntry);

    public static SourceEntry FromStored(string stored, string tag) =>
        (JsonSerializer.Deserialize(stored, SourceFormat.Json.SourceEntry)
            ?? throw new FormatException("A stored date of a source is null.")).StoredAs(tag);

    /// <summary>Returns a copy with the tag and proposal id of the row that a store has just written or read.</summary>
    public SourceEntry StoredAs(string tag) => this with { Tag = tag, StoredProposal = Proposal?.Id };
}

/// <summary>A change found in a source.</summary>
internal sealed record Proposal
{
    public required string Id { get; init; }

    public required ProposedChange Change { get; init; }

    /// <summary>
    /// The content the source has now; <see cref="SourceDate.Absent"/> when the date has vanished from it.
    /// </summary>
    public required string Content { get; init; }

    public required Instant FoundAt { get; init; }

    /// <summary>
    /// The version of the key date that the change was accepted over (0 for a new date). The save is repeated until it
    /// is done. Null while the change waits for review.
    /// </summary>
    public int? AcceptedOver { get; init; }

    /// <summary>Whether the change was accepted without review.</summary>
    public bool IsAutomatic { get; init; }

    /// <summary>Whether the date was still ahead when the change was found.</summary>
    public bool WasAhead { get; init; }

    /// <summary>Whether the change limit counts it as a date moved, cancelled or lost.</summary>
    public bool IsLoss => WasAhead
        && Change is (ProposedChange.Moved or ProposedChange.Cancelled or ProposedChange.Vanished);

    public static ProposedChange ChangeOf(DateChange change) =>
        Enum.Parse<ProposedChange>(change.ToString()); // ProposedChange begins with the members of DateChange

    /// <param name="entry">The stored entry that will hold the proposal.</param>
    /// <param name="current">The current version of the key date; null when there is none.</param>
    public static Proposal Of(
        SourceEntry entry, ProposedChange change, string content, DateVersion? current, Instant now)
    {
        // Each version of the stored row is replaced once, so its tag makes the id unique: a proposal that is withdrawn
        // and made again at the same time has another id.
        var text = $"{entry.SourceId}|{entry.KeyDateId}|{content}|{TimeText.Write(now)}|{entry.Tag}";
        return new Proposal
        {
            Id = "prop_" + Base32.LowerCase(SHA256.HashData(Encoding.UTF8.GetBytes(text)), 26),
            Change = change,
            Content = content,
            FoundAt = now,
            WasAhead = current?.KeyDate.Over > now,
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

/// <summary>An id that a source gives to a date, but that someone has given to another key date by hand.</summary>
internal static class TakenId
{
    /// <param name="entry">The entry of the date of the source; null for a new one.</param>
    /// <param name="current">The key date with this id; null when there is none.</param>
    public static bool Is(SourceEntry? entry, DateVersion? current) =>
        current is not null && entry?.AppliedVersion is null;

    /// <param name="name">Names the date of the source.</param>
    public static string Warning(string name, string id) =>
        $"{name}: its id {Problem.Quote(id)} belongs to a date that does not come from this source; it was skipped.";
}
