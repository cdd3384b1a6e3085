using Alerts.Dates.Calendars;

namespace Alerts.Sources;

/// <summary>The content of one full response of a source.</summary>
internal sealed record Reading
{
    /// <summary>The dates in the order of the source; each id occurs once.</summary>
    public IReadOnlyList<SourceDate> Dates { get; init; } = [];

    /// <summary>
    /// Events cancelled as a whole (METHOD:CANCEL), by UID, each as the date of a single event. Which occurrences this
    /// cancels is known only from earlier reads.
    /// </summary>
    public IReadOnlyDictionary<string, SourceDate> Cancelled { get; init; } = new Dictionary<string, SourceDate>();

    /// <summary>
    /// Ids of dates that are present but cannot be read, or are beyond the limit of a series; they count as unchanged.
    /// </summary>
    public IReadOnlySet<string> Unreadable { get; init; } = new HashSet<string>();

    /// <summary>UIDs of series that are present but cannot be read; their occurrences count as unchanged.</summary>
    public IReadOnlySet<string> UnreadableSeries { get; init; } = new HashSet<string>();

    /// <summary>Whether it holds series, whose occurrences depend on the day of the read.</summary>
    public bool HasSeries { get; init; }

    /// <summary>Whether the source has more dates than were read. If so, no date counts as absent.</summary>
    public bool IsPartial { get; init; }

    /// <summary>What was left out or read differently from what it seems to say; each entry is a sentence.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>
    /// Returns the dates and the cancellations. Cancelling a series cancels its known occurrences that are not over;
    /// otherwise the date of the UID itself.
    /// </summary>
    public IReadOnlyList<SourceDate> DatesOver(IReadOnlyDictionary<string, SourceEntry> known, Instant now)
    {
        if (Cancelled.Count == 0)
        {
            return Dates;
        }

        var series = known.Values.Where(entry => entry is { Series: not null, Read: not null })
            .ToLookup(entry => entry.Series!); // the filter above excludes null
        var cancelled = Cancelled.SelectMany(one =>
        {
            var ahead = series[one.Key].Where(entry => !(entry.Over <= now)).Select(entry =>
                Cancellation(entry, one.Value));
            return series.Contains(one.Key) && !known.ContainsKey(one.Value.Id) ? ahead : ahead.Append(one.Value);
        });
        return [.. Dates.Concat(cancelled).DistinctBy(date => date.Id)];
    }

    /// <summary>Creates the cancellation of one occurrence. It holds nothing else, so all other values stay.</summary>
    private static SourceDate Cancellation(SourceEntry entry, SourceDate series) => new()
    {
        Id = entry.KeyDateId,
        Name = series.Name,
        Series = entry.Series,
        OriginalStart = entry.OriginalStart,
        IsCancel = true,
        EventStamp = series.EventStamp,
    };
}

/// <summary>An event or to-do that was read from a calendar.</summary>
/// <param name="Item">The component in the file.</param>
/// <param name="Resolver">Resolves the times of the event.</param>
/// <param name="Edit">The content of the event; null when it could not be read.</param>
internal sealed record ReadEvent(string Uid, CalendarComponent Item, TimeResolver Resolver, CalendarEdit? Edit)
{
    /// <summary>Whether its calendar has METHOD:ADD: the event adds an occurrence to a known series.</summary>
    public bool IsAddition { get; init; }

    public bool IsOverride => Item.Filled("RECURRENCE-ID") is not null;

    public bool Recurs => Item.Filled("RRULE") is not null || Item.Filled("RDATE") is not null;

    /// <summary>Whether its calendar has METHOD:CANCEL.</summary>
    public bool IsCancel => Edit is { IsCancel: true };

    private CalendarStamp Stamp { get; } = CalendarStamp.Of(Item);

    /// <summary>
    /// Orders entries of one date so that the first one counts: see <see cref="CalendarStamp.NewestFirst{T}"/>; among
    /// equal ones one that could be read, then one that recurs, then the first in the file.
    /// </summary>
    public static IReadOnlyList<ReadEvent> NewestFirst(IEnumerable<ReadEvent> entries) =>
    [
        .. CalendarStamp.NewestFirst(entries, one => one.Stamp, one => one.IsCancel)
            .ThenByDescending(one => one.Edit is not null).ThenByDescending(one => one.Recurs),
    ];

    /// <summary>Describes which of several entries counts, as the rest of a sentence.</summary>
    /// <param name="newestFirst">Two or more entries, newest first.</param>
    public static string WhichCounts(IReadOnlyList<ReadEvent> newestFirst)
    {
        var isNewer = CalendarStamp.OldestFirst.Compare(newestFirst[0].Stamp, newestFirst[1].Stamp) > 0;
        return isNewer ? newestFirst[0].Stamp.SaysNewestOf(newestFirst.Count)
            : $"is in the file {newestFirst.Count} times; the first was used.";
    }
}
