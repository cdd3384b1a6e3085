using System.Collections.Concurrent;
using Alerts.Dates;

namespace Alerts.Stores.TableStorage;

/// <summary>Dates as they are from now on, each read at most once however many ask for it. For one round of work, then thrown away.</summary>
internal sealed class DateReads(TableDates dates, CancellationToken cancel)
{
    private readonly ConcurrentDictionary<(string Id, bool IsWhole), Lazy<Task<IReadOnlyList<DateVersion>>>> reads =
        new();

    /// <summary>Only its newest version.</summary>
    public Task<IReadOnlyList<DateVersion>> CurrentAsync(string id) => ReadAsync(id, isWhole: false);

    /// <summary>All its versions, oldest first.</summary>
    public Task<IReadOnlyList<DateVersion>> HistoryAsync(string id) => ReadAsync(id, isWhole: true);

    private Task<IReadOnlyList<DateVersion>> ReadAsync(string id, bool isWhole) =>
        reads.GetOrAdd((id, isWhole), _ => new(() => FindAsync(id, isWhole))).Value;

    private async Task<IReadOnlyList<DateVersion>> FindAsync(string id, bool isWhole) =>
        (
            isWhole ? await dates.HistoryAsync(id, cancel)
            : await dates.FindAsync(id, cancel) is { } current ? [current]
            : null) ?? throw new InvalidOperationException($"The ledger names date {id}, which does not exist.");
}
