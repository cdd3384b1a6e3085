using Alerts.Dates;
using Azure;
using Azure.Data.Tables;
using NodaTime;

namespace Alerts.Stores.TableStorage;

/// <summary>
/// The list of key dates, derived from the dates' own partitions. It is one partition: a row per date by id, and its
/// indexes, whose row keys sort by start, by start descending, and by the time of a revision descending. A date's rows
/// are rewritten in one transaction, so that a page reads an index and nothing else.
/// </summary>
internal sealed class TableDateList(Tables tables)
{
    private const string Partition = "list";

    /// <summary>The first character of the indexes' row keys. It sorts after all characters of ids.</summary>
    private const string Index = "|";

    private const string ByStart = Index + "s|";
    private const string ByStartDescending = Index + "p|";
    private const string ByRevision = Index + "r|";

    /// <summary>
    /// A property of the row by id: the start, as the indexes have it. An update of the time zone data may change the
    /// start that is computed from the date. Missing from rows of earlier versions, which had no indexes.
    /// </summary>
    private const string IndexedStart = "IndexedStart";

    /// <summary>Maximum number of revisions of one date that one update adds; older ones are left out.</summary>
    private const int MaxRevisions = 90;

    /// <summary>Whether the indexes are known to hold all dates.</summary>
    private volatile bool isComplete;

    /// <summary>The current versions of all dates.</summary>
    public async Task<IReadOnlyList<DateVersion>> AllAsync(CancellationToken cancel) =>
        [.. (await RowsAsync($"RowKey lt '{Index}'", cancel)).Select(DateEntities.Version)];

    /// <summary>See <see cref="IKeyDates.ListAsync"/>.</summary>
    public Task<IReadOnlyList<DateVersion>> PageAsync(
        DateFilter filter, DateCursor? after, int limit, CancellationToken cancel)
    {
        var from = after is null ? ByStart : ByStart + Keys.Of(after.Start) + "|" + after.Id;
        var where = $"RowKey gt '{from}' and RowKey lt '{Keys.After(ByStart)}'"
            + (filter.OverAfter is { } over ? $" and Over gt {over.ToUnixTimeMilliseconds()}L" : "");
        var size = filter with { OverAfter = null } == new DateFilter() ? limit : TableOperations.PageSize;
        return ReadAsync(where, size, version => Passes(filter, version.KeyDate), limit, cancel);
    }

    /// <summary>See <see cref="IKeyDates.NewestPastAsync"/>.</summary>
    public async Task<IReadOnlyList<DateVersion>> NewestPastAsync(Instant now, int limit, CancellationToken cancel)
    {
        var where = $"RowKey ge '{ByStartDescending}{Keys.Descending(now)}' "
            + $"and RowKey lt '{Keys.After(ByStartDescending)}'";
        var past = await ReadAsync(where, limit, version => version.KeyDate.Over <= now, limit, cancel);
        return
        [
            .. past.OrderByDescending(version => version.KeyDate.Start)
                .ThenByDescending(version => version.KeyDate.Id, StringComparer.Ordinal),
        ];
    }

    /// <summary>See <see cref="IKeyDates.NewestRevisionsAsync"/>.</summary>
    public async Task<IReadOnlyList<DateVersion>> NewestRevisionsAsync(
        string? topic, int limit, CancellationToken cancel)
    {
        // The index has the topics of a revision; the date may have others by now.
        var dates = topic is null ? null : (await AllAsync(cancel))
            .Where(version => version.KeyDate.Topics.Contains(topic)).Select(version => version.KeyDate.Id).ToHashSet();
        return await ReadAsync(
            $"RowKey gt '{ByRevision}' and RowKey lt '{Keys.After(ByRevision)}'",
            dates is null ? limit : TableOperations.PageSize,
            version => dates is null || dates.Contains(version.KeyDate.Id), limit, cancel);
    }

    /// <summary>Updates a date's rows from the date's own partition.</summary>
    public async Task EnlistAsync(string id, CancellationToken cancel)
    {
        await CompleteAsync(cancel);
        await UpdateAsync(id, [], cancel);
    }

    /// <param name="stale">The keys of index entries that the row by id does not name; they are deleted first.</param>
    private async Task UpdateAsync(string id, IEnumerable<string> stale, CancellationToken cancel)
    {
        foreach (var key in stale)
        {
            await tables.Dates.DropAsync(Partition, key, cancel);
        }

        for (var isListed = false; !isListed;)
        {
            // Read before the date: if another process lists a newer version meanwhile, the row changes and the
            // loop runs again.
            var listed = await tables.Dates.FindAsync(Partition, id, cancel);
            var indexed = listed is not null && IsIndexed(listed) ? listed : null;
            var versions = await NewerAsync(id, indexed?.Number("Number") ?? 0, cancel);
            isListed = versions.Count == 0 || await tables.Dates.TryWriteAllAsync(
                Writes(id, listed, indexed is null ? [] : KeysOf(id, indexed, versions[0]), versions), cancel);
        }
    }

    private static bool IsIndexed(TableEntity listed) => listed.GetInt64(IndexedStart) is not null;

    /// <summary>The versions of a date with higher numbers, oldest first.</summary>
    private async Task<List<DateVersion>> NewerAsync(string id, int number, CancellationToken cancel)
    {
        var newer = new List<DateVersion>();
        await foreach (
            var entity in tables.Dates.QueryAsync<TableEntity>(
                $"PartitionKey eq '{DateEntities.Partition(id)}' and RowKey ge 'v|' "
                    + $"and RowKey lt '{Keys.Version(number)}'",
                cancellationToken: cancel))
        {
            newer.Add(DateEntities.Version(entity));
        }

        newer.Reverse();
        return newer;
    }

    /// <param name="listed">The row by id; null if the date is not listed.</param>
    /// <param name="before">The keys of existing index entries. They are deleted unless they are written again.</param>
    /// <param name="versions">The versions since that one, or all of them if that one is not indexed.</param>
    private static List<TableTransactionAction> Writes(
        string id, TableEntity? listed, IEnumerable<string> before, IReadOnlyList<DateVersion> versions)
    {
        var current = versions[^1];
        var start = current.KeyDate.Start;
        var row = DateEntities.Of(Partition, id, current);
        row[IndexedStart] = start.ToUnixTimeMilliseconds();
        var entries = versions.GroupBy(version => version.KeyDate.Revision).Select(revision => revision.Last())
            .TakeLast(MaxRevisions).ToDictionary(version => RevisionKey(id, version));
        entries[StartKey(id, start)] = current;
        entries[StartDescendingKey(id, start)] = current;
        return
        [
            listed is null
                ? new TableTransactionAction(TableTransactionActionType.Add, row)
                : new TableTransactionAction(TableTransactionActionType.UpdateReplace, row, listed.ETag),
            .. before.Where(key => !entries.ContainsKey(key)).Select(key => new TableTransactionAction(
                TableTransactionActionType.Delete, new TableEntity(Partition, key), ETag.All)),
            .. entries.Select(entry => new TableTransactionAction(
                TableTransactionActionType.UpsertReplace, Entry(entry.Key, entry.Value))),
        ];
    }

    /// <summary>The keys of the index entries that a newer version replaces.</summary>
    private static IEnumerable<string> KeysOf(string id, TableEntity listed, DateVersion next)
    {
        var start = listed.Instant(IndexedStart);
        var version = DateEntities.Version(listed);
        return
        [
            StartKey(id, start), StartDescendingKey(id, start),
            .. version.KeyDate.Revision == next.KeyDate.Revision ? [RevisionKey(id, version)] : (string[])[],
        ];
    }

    private static string StartKey(string id, Instant start) => $"{ByStart}{Keys.Of(start)}|{id}";

    private static string StartDescendingKey(string id, Instant start) =>
        $"{ByStartDescending}{Keys.Descending(start)}|{id}";

    private static string RevisionKey(string id, DateVersion version) => FormattableString.Invariant(
        $"{ByRevision}{Keys.Descending(version.RecordedAt)}|{id}|{999_999 - version.KeyDate.Revision:D6}");

    private static TableEntity Entry(string key, DateVersion version)
    {
        var entry = DateEntities.Of(Partition, key, version);
        entry["Over"] = version.KeyDate.Over.ToUnixTimeMilliseconds();
        return entry;
    }

    private static bool Passes(DateFilter filter, KeyDate date) =>
        (filter.Topic is null || date.Topics.Contains(filter.Topic))
        && (filter.From is null || (date.End ?? date.When).On >= filter.From)
        && (filter.To is null || date.When.On <= filter.To)
        && (filter.Status is null || date.Status == filter.Status)
        && (filter.OverAfter is null || date.Over > filter.OverAfter);

    /// <summary>Reads an index in its order until enough entries pass.</summary>
    private async Task<IReadOnlyList<DateVersion>> ReadAsync(
        string where, int pageSize, Func<DateVersion, bool> passes, int limit, CancellationToken cancel)
    {
        await CompleteAsync(cancel);
        var found = new List<DateVersion>();
        await foreach (
            var entity in tables.Dates.QueryAsync<TableEntity>(
                $"PartitionKey eq '{Partition}' and {where}",
                Math.Min(pageSize, TableOperations.PageSize),
                cancellationToken: cancel))
        {
            var version = DateEntities.Version(entity);
            if (passes(version))
            {
                found.Add(version);
            }

            if (found.Count == limit)
            {
                break;
            }
        }

        return found;
    }

    /// <summary>
    /// Adds to the indexes the dates that an earlier version listed without them. Each process does it once, because an
    /// earlier version may have run in between and have left index entries behind.
    /// </summary>
    private async Task CompleteAsync(CancellationToken cancel)
    {
        if (isComplete)
        {
            return;
        }

        var missing = (await RowsAsync($"RowKey lt '{Index}'", cancel, "RowKey", IndexedStart))
            .Where(row => !IsIndexed(row)).ToList();
        if (missing.Count > 0)
        {
            var stale = (await RowsAsync($"RowKey gt '{Index}'", cancel, "RowKey")).Select(row => row.RowKey)
                .ToLookup(key => key.Split('|')[3]);
            await Parallel.ForEachAsync(missing, TableOperations.AtOnce, async (row, _) =>
                await UpdateAsync(row.RowKey, stale[row.RowKey], cancel));
        }

        isComplete = true;
    }

    /// <param name="properties">The properties to read; all of them when none is named.</param>
    private async Task<List<TableEntity>> RowsAsync(
        string where, CancellationToken cancel, params IReadOnlyList<string> properties)
    {
        var rows = new List<TableEntity>();
        await foreach (
            var row in tables.Dates.QueryAsync<TableEntity>(
                $"PartitionKey eq '{Partition}' and {where}",
                select: properties.Count > 0 ? properties : null,
                cancellationToken: cancel))
        {
            rows.Add(row);
        }

        return rows;
    }
}
