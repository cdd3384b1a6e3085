using System.Collections.Concurrent;
using Alerts.Dates;

namespace Alerts.Stores.TableStorage;

/// <summary>
/// Reads dates, each at most once even if several tasks ask for it at the same time. For a single round of work.
/// </summary>
internal sealed class DateReads(TableDates dates, CancellationToken cancel)
{
    private readonly ConcurrentDictionary<(string Id, bool IsWhole), Lazy<Task<IReadOnlyList<DateVersion>>>> reads =
        new();

    /// <summary>Reads the newest version only.</summary>
    public Task<IReadOnlyList<DateVersion>> CurrentAsync(string id) => ReadAsync(id, isWhole: false);

    /// <summary>Reads all versions, oldest first.</summary>
    public Task<IReadOnlyList<DateVersion>> HistoryAsync(string id) => ReadAsync(id, isWhole: true);

    private Task<IReadOnlyList<DateVersion>> ReadAsync(string id, bool isWhole) =>
        reads.GetOrAdd((id, isWhole), _ => new(() => FindAsync(id, isWhole))).Value;

    private async Task<IReadOnlyList<DateVersion>> FindAsync(string id, bool isWhole) =>
        (
            isWhole ? await dates.HistoryAsync(id, cancel)
            : await dates.FindAsync(id, cancel) is { } current ? [current]
            : null) ?? throw new InvalidOperationException($"The ledger names date {id}, which does not exist.");
}
