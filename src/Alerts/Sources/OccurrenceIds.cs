using NodaTime;

namespace Alerts.Sources;

/// <summary>
/// Chooses the ids of the occurrences of series. A known occurrence keeps its id; a new one gets an id of its original
/// start (product contract, section 13).
/// </summary>
/// <param name="entries">The stored entries of the source.</param>
internal sealed class OccurrenceIds(string sourceId, IEnumerable<SourceEntry> entries)
{
    private readonly ILookup<string, SourceEntry> known = entries.Where(entry => entry.Series is not null)
        .ToLookup(entry => entry.Series!); // the filter above excludes null

    /// <summary>Returns the id of each occurrence of one series.</summary>
    /// <param name="starts">
    /// The original starts in order: local, and as an instant; null when the file names no time zone for it.
    /// </param>
    public IReadOnlyDictionary<LocalDateTime, string> Of(
        string uid, IReadOnlyList<(LocalDateTime Local, Instant? At)> starts)
    {
        var entries = known[uid].ToDictionary(entry => entry.KeyDateId);
        var byStart = entries.Values.Where(entry => entry.OriginalStart is not null)
            .ToLookup(entry => entry.OriginalStart);
        var present = starts.Select(start => start.At).ToHashSet();
        var ids = new Dictionary<LocalDateTime, string>();
        var taken = new HashSet<string>();
        void Assign(Func<(LocalDateTime Local, Instant? At), string?> idOf)
        {
            foreach (var start in starts.Where(start => !ids.ContainsKey(start.Local)))
            {
                if (idOf(start) is { } id && taken.Add(id))
                {
                    ids[start.Local] = id;
                }
            }
        }

        string LongId(LocalDateTime at) => SourceIds.OfOccurrence(sourceId, uid, at, isOneOfSeveral: true);
        string ShortId(LocalDateTime at) => SourceIds.OfOccurrence(sourceId, uid, at, isOneOfSeveral: false);
        Assign(start => entries.ContainsKey(LongId(start.Local)) ? LongId(start.Local) : null);
        // The same instant may have another id: its day had one occurrence, or the series was in another time zone.
        Assign(start => byStart[start.At].Select(entry => entry.KeyDateId).FirstOrDefault(id => !taken.Contains(id)));
        // The only occurrence of a day is at another time now.
        Assign(start => entries.TryGetValue(ShortId(start.Local), out var entry)
            && !(entry.OriginalStart is { } at && present.Contains(at)) ? entry.KeyDateId : null);
        var perDay = starts.CountBy(start => start.Local.Date).ToDictionary();
        Assign(start => perDay[start.Local.Date] == 1 && !entries.ContainsKey(ShortId(start.Local))
            ? ShortId(start.Local) : null);
        return starts.ToDictionary(
            start => start.Local, start => ids.GetValueOrDefault(start.Local) ?? LongId(start.Local));
    }
}
