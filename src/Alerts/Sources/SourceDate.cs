using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using Alerts.Dates;
using Alerts.Dates.Calendars;

namespace Alerts.Sources;

/// <summary>What a source says about one date.</summary>
internal sealed record SourceDate : CalendarEdit
{
    /// <summary>The content of a date that the source no longer contains.</summary>
    public const string Absent = "absent";

    public SourceDate()
    {
    }

    /// <param name="read">What the event says that the date was read from.</param>
    [SetsRequiredMembers]
    public SourceDate(CalendarEdit read)
        : base(read) => EventStamp = read.Stamp;

    /// <summary>The UID of the series it is an occurrence of; null for a single date.</summary>
    [JsonPropertyOrder(-1)]
    public string? Series { get; init; }

    /// <summary>Whether an override (RECURRENCE-ID) with STATUS:CANCELLED cancels it, not its series.</summary>
    [JsonPropertyOrder(1)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsCancelledOverride { get; init; }

    /// <summary>
    /// How new the event, document or series is; null for an override without its series. Not part of the content.
    /// </summary>
    [JsonIgnore]
    public CalendarStamp? EventStamp { get; init; } = CalendarStamp.None;

    /// <summary>How new the override is that the date was read from; null when there is none.</summary>
    [JsonIgnore]
    public CalendarStamp? OverrideStamp { get; init; }

    /// <summary>The original start of an occurrence of a series; null for a single date.</summary>
    [JsonIgnore]
    public Instant? OriginalStart { get; init; }

    /// <summary>When the date is over; null when it names no time.</summary>
    [JsonIgnore]
    public Instant? Over => (End ?? When)?.Over;

    /// <summary>Serializes the content. Equal texts mean equal content.</summary>
    public string ToContent() => JsonSerializer.Serialize(this, SourceFormat.Json.SourceDate);

    /// <summary>Parses the text that <see cref="ToContent"/> wrote.</summary>
    public static SourceDate Of(string content) =>
        JsonSerializer.Deserialize(content, SourceFormat.Json.SourceDate)
        ?? throw new FormatException("A stored date of a source is null.");

    /// <summary>Applies what the source says to a key date.</summary>
    /// <param name="current">The current key date; null when there is none.</param>
    /// <param name="topics">Topics to add to those that the source gives.</param>
    /// <returns>
    /// The changed key date; null, with <paramref name="problem"/> as a sentence, when it cannot be made.
    /// </returns>
    public KeyDate? AppliedTo(KeyDate? current, IReadOnlyList<string> topics, out string? problem)
    {
        var result = (this with { Name = Name.Length > 0 ? Name : Id }).Apply(new ImportResult { Wanted = current });
        problem = result.Errors.Concat(result.IsRead ? [] : result.Warnings).FirstOrDefault();
        if (!result.IsRead || result.Wanted is not { } wanted)
        {
            return null;
        }

        var own = wanted.Topics.Except(topics).Take(PlainText.MaxTopics - topics.Count);
        var all = wanted.Topics.Where(topic => own.Contains(topic) || topics.Contains(topic)).Union(topics).ToList();
        return wanted with { Topics = all.SequenceEqual(wanted.Topics) ? wanted.Topics : all };
    }
}
