using System.Text.Json.Serialization;

namespace Alerts.Dates.Calendars;

/// <summary>
/// What one event or to-do says about its key date. A null property is not given; the key date keeps its value. The
/// properties are in the order of the JSON in which sources store it.
/// </summary>
internal record CalendarEdit
{
    [JsonPropertyOrder(-2)]
    public required string Id { get; init; }

    /// <summary>The name of the entry in messages.</summary>
    [JsonIgnore]
    public string Name { get; init; } = "";

    [JsonIgnore]
    public CalendarStamp Stamp { get; init; } = CalendarStamp.None;

    public string? Title { get; init; }

    public string? Summary { get; init; }

    /// <summary>The categories as written, without blank ones.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    public Moment? When { get; init; }

    public Moment? End { get; init; }

    public DateStatus? Status { get; init; }

    /// <summary>The URL of the date itself.</summary>
    public string? Link { get; init; }

    /// <summary>Whether the entry states explicitly that there is no link, as our own feeds do.</summary>
    public bool HasNoLink { get; init; }

    /// <summary>Whether its calendar has METHOD:CANCEL.</summary>
    public bool IsCancel { get; init; }

    /// <summary>
    /// Whether an entry without STATUS reinstates a cancelled date. True for METHOD:PUBLISH and REQUEST.
    /// </summary>
    public bool IsWhole { get; init; }

    /// <summary>Whether two entries have the same content; their calendars may have different methods.</summary>
    public bool SaysTheSameAs(CalendarEdit other) =>
        this with { Categories = other.Categories, IsWhole = other.IsWhole } == other
            && Categories.SequenceEqual(other.Categories);

    /// <summary>Applies this entry to a date.</summary>
    public ImportResult Apply(ImportResult before)
    {
        var known = before.Wanted;
        if (known is null && IsCancel)
        {
            return before.Warn(
                $"{Name}: is cancelled here (METHOD:CANCEL), but no date with its UID is known; it was left out.");
        }

        if (before.Stamp is { } last && Stamp.IsOlderThan(last))
        {
            return before.Warn($"{Name}: is older than what is known ({Stamp.SaysOlderThan(last)}); left out.");
        }

        if (known is null && Title is null)
        {
            return before.Refuse($"{Name}: has no SUMMARY; write one, it becomes the title.");
        }

        var topics = Categories.Select(CategoryTopics.Of).Where(topic => topic.Length > 0).Distinct().ToList();
        // Only a CANCEL of a known date may lack times.
        var (when, end) = When is null ? (known!.When, known.End) : (When, End);
        var start = known ?? new KeyDate(
            Id, Title!, null, [], when, end, DateStatus.Confirmed, null, null, Revision: 1); // a new date has a title
        var date = start with
        {
            Id = Id,
            Title = Title ?? start.Title,
            Summary = Summary ?? start.Summary,
            Topics = topics.Count == 0 || start.Topics.ToHashSet().SetEquals(topics) ? start.Topics : topics,
            When = when,
            End = end,
            Status = StatusOver(known),
            Source = HasNoLink ? null : Link ?? start.Source,
        };
        var after = before with { Wanted = date, Stamp = Stamp, IsRead = true };
        return known is null ? after : Renamed(known, date).Aggregate(after, (result, sentence) =>
            result.Warn(sentence));
    }

    private DateStatus StatusOver(KeyDate? known) =>
        IsCancel ? DateStatus.Cancelled
        : Status is { } said ? said
        : known is null || (known.IsCancelled && IsWhole) ? DateStatus.Confirmed
        : known.Status;

    /// <summary>
    /// Returns warnings about topics that earlier versions derived differently from the same categories.
    /// </summary>
    private IEnumerable<string> Renamed(KeyDate known, KeyDate date) =>
        from category in Categories
        let former = CategoryTopics.Former(category)
        let topic = CategoryTopics.Of(category)
        where former != topic && known.Topics.Contains(former) && !date.Topics.Contains(former) && topic.Length > 0
        select $"{Name}: its topic {Problem.Quote(former)} becomes {Problem.Quote(topic)}, "
            + $"from the category {Problem.Quote(category)}.";
}

/// <summary>
/// The changes of a calendar file to one date, oldest first: its newest entry, and before a cancellation the newest
/// other one.
/// </summary>
internal sealed record CalendarDate(IReadOnlyList<CalendarEdit> Edits) : ImportedDate(Edits[0].Id)
{
    public override ImportResult Against(KeyDate? current, CalendarStamp? last) =>
        Edits.Aggregate(new ImportResult { Wanted = current, Stamp = last }, (result, edit) => edit.Apply(result));
}
