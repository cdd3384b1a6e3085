namespace Alerts.Sources;

/// <summary>
/// Finds the events of a read that are older than what was last read of the same UID (product contract, section 17).
/// An event that was a single date may be a series now, or the other way round, and a series may have other days: so
/// the stamps of all dates of a UID count.
/// </summary>
internal sealed class StaleEvents
{
    private readonly string sourceId;

    /// <summary>By the id of the event: how far it is older, as part of a sentence.</summary>
    private readonly Dictionary<string, string> reasons = [];

    /// <param name="entries">The stored entries of the source.</param>
    /// <param name="dates">What the source says now.</param>
    public StaleEvents(string sourceId, IEnumerable<SourceEntry> entries, IEnumerable<SourceDate> dates)
    {
        this.sourceId = sourceId;
        var known = entries.Where(entry => entry.Stamp is not null)
            .ToLookup(entry => SourceIds.OfEvent(sourceId, entry.KeyDateId, entry.Series),
                entry => entry.Stamp!); // the filter excludes null
        var read = dates.Select(date => (SourceIds.OfEvent(sourceId, date.Id, date.Series), date.EventStamp));
        foreach (var (id, stamp) in read.Distinct())
        {
            if (stamp is not null && known[id].Where(stamp.IsOlderThan).MaxBy(last => last.Sequence) is { } newer)
            {
                reasons[id] = stamp.SaysOlderThan(newer);
            }
        }
    }

    /// <summary>Returns the sequences, as part of a sentence, of a date whose event is stale; otherwise null.</summary>
    public string? ReasonOf(SourceDate date) => ReasonOf(date.Series, date.Id);

    /// <summary>Whether an entry belongs to a stale event. It counts as unchanged.</summary>
    public bool Holds(SourceEntry entry) => ReasonOf(entry.Series, entry.KeyDateId) is not null;

    private string? ReasonOf(string? series, string id) =>
        reasons.Count == 0 ? null : reasons.GetValueOrDefault(SourceIds.OfEvent(sourceId, id, series));
}
