using Alerts.Dates;

namespace Alerts.Sources;

/// <summary>Finds which source a key date comes from, and when it was last seen there.</summary>
internal sealed class SourceOrigins(ISources sources)
{
    /// <summary>Returns the origins of the dates that come from a source, by key date id.</summary>
    public async Task<IReadOnlyDictionary<string, DateOrigin>> OfAsync(
        IReadOnlyCollection<DateVersion> versions, CancellationToken cancel)
    {
        var numbers = versions.DistinctBy(version => version.KeyDate.Id)
            .ToDictionary(version => version.KeyDate.Id, version => version.Number);
        var ids = numbers.Keys.Where(id => SourceIds.SourcesOf(id).Any()).ToList();
        var entries = ids.Count == 0 ? [] : await sources.EntriesOfAsync(ids, cancel);
        var states = new Dictionary<string, SourceState?>();
        foreach (var id in entries.Select(entry => entry.SourceId).Distinct())
        {
            states[id] = await sources.FindAsync(id, cancel);
        }

        return entries.Where(entry => entry.AppliedVersion is not null).ToDictionary(
            entry => entry.KeyDateId,
            entry => new DateOrigin(
                entry.SourceId, entry.AbsentSince is null ? states[entry.SourceId]?.CheckedAt : entry.SeenAt,
                entry.IsPinned(numbers[entry.KeyDateId])));
    }

    public async Task<DateOrigin?> OfAsync(DateVersion version, CancellationToken cancel) =>
        (await OfAsync([version], cancel)).GetValueOrDefault(version.KeyDate.Id);
}
