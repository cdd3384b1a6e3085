using NodaTime;

namespace Alerts.Sources;

/// <summary>What one full answer of a source holds.</summary>
internal sealed record Reading
{
    /// <summary>In the order of the source, no id twice.</summary>
    public IReadOnlyList<SourceDate> Dates { get; init; } = [];

    /// <summary>
    /// By UID: events that are cancelled whole (METHOD:CANCEL), as a date of that UID alone would be. Which occurrences
    /// that cancels is known only from earlier reads.
    /// </summary>
    public IReadOnlyDictionary<string, SourceDate> Cancelled { get; init; } = new Dictionary<string, SourceDate>();

    /// <summary>Ids of dates that are there but cannot be read: they count as unchanged.</summary>
    public IReadOnlySet<string> Unreadable { get; init; } = new HashSet<string>();

    /// <summary>Series that are there but cannot be read, by UID.</summary>
    public IReadOnlySet<string> UnreadableSeries { get; init; } = new HashSet<string>();

    /// <summary>Whether there is more than was read: then no date counts as absent.</summary>
    public bool IsPartial { get; init; }

    /// <summary>What was left out or read otherwise than it may seem, each a sentence.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>
    /// Its dates, and those it cancels: of a series the occurrences that are known and not over, else the date of the
    /// UID itself.
    /// </summary>
    public IReadOnlyList<SourceDate> DatesOver(IReadOnlyDictionary<string, SourceEntry> known, Instant now)
    {
        if (Cancelled.Count == 0)
        {
            return Dates;
        }

        var series = known.Values.Where(entry => entry is { Series: not null, Read: not null })
            .ToLookup(entry => entry.Series!); // not null
        var cancelled = Cancelled.SelectMany(one =>
        {
            var ahead = series[one.Key].Where(entry => !(entry.Over <= now)).Select(entry =>
                Cancellation(entry, one.Value));
            return series.Contains(one.Key) && !known.ContainsKey(one.Value.Id) ? ahead : ahead.Append(one.Value);
        });
        return [.. Dates.Concat(cancelled).DistinctBy(date => date.Id)];
    }

    /// <summary>What the series does not say of an occurrence keeps its value.</summary>
    private static SourceDate Cancellation(SourceEntry entry, SourceDate series) => new()
    {
        Id = entry.KeyDateId,
        Name = series.Name,
        Series = entry.Series,
        IsCancel = true,
        Stamp = series.Stamp,
    };
}
