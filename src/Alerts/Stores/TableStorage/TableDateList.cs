using Alerts.Dates;
using Azure;
using Azure.Data.Tables;
using NodaTime.Text;

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
    /// start that is computed from the date.
    /// </summary>
    private const string IndexedStart = "IndexedStart";

    /// <summary>
    /// A property of the row by id: the version of its index entries. Missing from rows of earlier versions, whose
    /// entries do not exist or lack the properties that a page is filtered by.
    /// </summary>
    private const string IndexVersion = "IndexVersion";

    private const int CurrentIndexVersion = 2;

    // Properties of the index entries by which a page is filtered.
    private const string Over = "Over";
    private const string FirstOn = "FirstOn";
    private const string LastOn = "LastOn";
    private const string Status = "Status";

    /// <summary>Maximum number of revisions of one date that one update adds; older ones are left out.</summary>
    private const int MaxRevisions = 90;

    /// <summary>Whether the indexes are known to hold all dates.</summary>
    private volatile bool isComplete;

    /// <summary>The current versions of all dates.</summary>
    public async Task<IReadOnlyList<DateVersion>> AllAsync(CancellationToken cancel) =>
        await RowsAsync($"RowKey lt '{Index}'", cancel).Select(DateEntities.Version).ToListAsync(cancel);

    /// <summary>See <see cref="IKeyDates.ListAsync"/>.</summary>
    public async Task<DatePage> PageAsync(DateFilter filter, DateCursor? after, int limit, CancellationToken cancel)
    {
        var from = after is null ? ByStart : StartKey(after);
        var found = await ReadAsync(
            $"RowKey gt '{from}' and RowKey lt '{Keys.After(ByStart)}'" + Where(filter), limit + 1, cancel);
        return new DatePage(
            [.. found.Take(limit).Select(DateEntities.Version)],
            found.Count > limit ? PositionOf(found[limit - 1].RowKey) : null);
    }

    /// <summary>See <see cref="IKeyDates.NewestPastAsync"/>.</summary>
    public async Task<IReadOnlyList<DateVersion>> NewestPastAsync(Instant now, int limit, CancellationToken cancel)
    {
        var where = $"RowKey ge '{ByStartDescending}{Keys.Descending(now)}' "
            + $"and RowKey lt '{Keys.After(ByStartDescending)}' and {Over} le {now.ToUnixTimeMilliseconds()}L";
        return [.. (await ReadAsync(where, limit, cancel)).Select(DateEntities.Version)];
    }

    /// <summary>See <see cref="IKeyDates.NewestRevisionsAsync"/>.</summary>
    public async Task<IReadOnlyList<DateVersion>> NewestRevisionsAsync(
        string? topic, int limit, CancellationToken cancel)
    {
        var where = $"RowKey gt '{ByRevision}' and RowKey lt '{Keys.After(ByRevision)}'" + Where(new DateFilter(topic));
        return [.. (await ReadAsync(where, limit, cancel)).Select(DateEntities.Version)];
    }

    /// <summary>Updates a date's rows from the date's own partition.</summary>
    public async Task EnlistAsync(string id, CancellationToken cancel)
    {
        await CompleteAsync(cancel);
        await UpdateAsync(id, [], cancel);
    }

    /// <summary>
    /// The positions of dates that the index has with another start or end than the one computed now: the time zone
    /// data has changed since.
    /// </summary>
    public async Task<IReadOnlyList<DateCursor>> OutdatedAsync(CancellationToken cancel)
    {
        await CompleteAsync(cancel);
        var outdated = new List<DateCursor>();
        await foreach (var entry in RowsAsync($"RowKey gt '{ByStart}' and RowKey lt '{Keys.After(ByStart)}'", cancel))
        {
            var (listed, date) = (PositionOf(entry.RowKey), DateEntities.Version(entry).KeyDate);
            if (date.Start != listed.Start || date.Over != entry.Instant(Over))
            {
                outdated.Add(listed);
            }
        }

        return outdated;
    }

    /// <summary>Writes the entries of a date again.</summary>
    public Task RebuildAsync(DateCursor listed, CancellationToken cancel) =>
        UpdateAsync(listed.Id, [StartKey(listed), StartDescendingKey(listed)], cancel);

    /// <param name="existing">
    /// The keys of index entries that the row by id does not name. With any, all of the date's entries are rebuilt.
    /// </param>
    private async Task UpdateAsync(string id, IReadOnlyList<string> existing, CancellationToken cancel)
    {
        while (true)
        {
            // Read before the date: if another process lists a newer version meanwhile, the row changes and the
            // loop runs again.
            var listed = await tables.Dates.FindAsync(Partition, id, cancel);
            var indexed = existing.Count == 0 && listed is not null && IsIndexed(listed) ? listed : null;
            var versions = await NewerAsync(id, indexed?.Number("Number") ?? 0, cancel);
            if (versions.Count == 0)
            {
                return;
            }

            var before = indexed is null ? existing : KeysOf(id, indexed, versions[0]);
            if (indexed is not null && !HasTopicsOf(indexed, versions[^1]))
            {
                versions = await NewerAsync(id, 0, cancel); // the entries of older revisions have the topics too
            }

            if (await tables.Dates.TryWriteAllAsync(Writes(id, listed, before, versions), cancel))
            {
                return;
            }

            existing = await ExistingAsync(existing, cancel);
        }
    }

    private async Task<IReadOnlyList<string>> ExistingAsync(IEnumerable<string> keys, CancellationToken cancel)
    {
        var existing = new List<string>();
        foreach (var key in keys)
        {
            existing.AddRange(await tables.Dates.FindAsync(Partition, key, cancel) is null ? [] : [key]);
        }

        return existing;
    }

    private static bool IsIndexed(TableEntity listed) => listed.GetInt32(IndexVersion) == CurrentIndexVersion;

    private static bool HasTopicsOf(TableEntity listed, DateVersion version) =>
        DateEntities.Version(listed).KeyDate.Topics.SequenceEqual(version.KeyDate.Topics);

    /// <summary>The versions of a date with higher numbers, oldest first.</summary>
    private async Task<List<DateVersion>> NewerAsync(string id, int number, CancellationToken cancel) =>
        await tables.Dates.QueryAsync<TableEntity>(
            $"PartitionKey eq '{DateEntities.Partition(id)}' and RowKey ge 'v|' and RowKey lt '{Keys.Version(number)}'",
            cancellationToken: cancel).Select(DateEntities.Version).Reverse().ToListAsync(cancel);

    /// <param name="listed">The row by id; null if the date is not listed.</param>
    /// <param name="before">The keys of existing index entries. They are deleted unless they are written again.</param>
    /// <param name="versions">
    /// The versions since that one, or all of them if that one is not indexed or has other topics.
    /// </param>
    private static List<TableTransactionAction> Writes(
        string id, TableEntity? listed, IEnumerable<string> before, IReadOnlyList<DateVersion> versions)
    {
        var current = versions[^1];
        var position = new DateCursor(current.KeyDate.Start, id);
        var row = DateEntities.Of(Partition, id, current);
        row.SetInstant(IndexedStart, position.Start);
        row[IndexVersion] = CurrentIndexVersion;
        var entries = versions.GroupBy(version => version.KeyDate.Revision).Select(revision => revision.Last())
            .TakeLast(MaxRevisions).ToDictionary(version => RevisionKey(id, version));
        entries[StartKey(position)] = current;
        entries[StartDescendingKey(position)] = current;
        return
        [
            listed is null
                ? new TableTransactionAction(TableTransactionActionType.Add, row)
                : new TableTransactionAction(TableTransactionActionType.UpdateReplace, row, listed.ETag),
            .. before.Where(key => !entries.ContainsKey(key)).Select(key => new TableTransactionAction(
                TableTransactionActionType.Delete, new TableEntity(Partition, key), ETag.All)),
            .. entries.Select(entry => new TableTransactionAction(
                TableTransactionActionType.UpsertReplace, Entry(entry.Key, entry.Value, current.KeyDate.Topics))),
        ];
    }

    /// <summary>The keys of the index entries that a newer version replaces.</summary>
    private static IReadOnlyList<string> KeysOf(string id, TableEntity listed, DateVersion next)
    {
        var position = new DateCursor(listed.Instant(IndexedStart), id);
        var version = DateEntities.Version(listed);
        return
        [
            StartKey(position), StartDescendingKey(position),
            .. version.KeyDate.Revision == next.KeyDate.Revision ? [RevisionKey(id, version)] : (string[])[],
        ];
    }

    private static string StartKey(DateCursor position) => $"{ByStart}{Keys.Of(position.Start)}|{position.Id}";

    private static string StartDescendingKey(DateCursor position) =>
        $"{ByStartDescending}{Keys.Descending(position.Start)}|{position.Id}";

    /// <param name="startKey">See <see cref="StartKey"/>.</param>
    private static DateCursor PositionOf(string startKey) =>
        new(Keys.InstantOf(startKey.Split('|')[2]), IdOf(startKey));

    /// <summary>The id of the date that an index entry belongs to.</summary>
    private static string IdOf(string key) => key.Split('|')[3];

    private static string RevisionKey(string id, DateVersion version) => FormattableString.Invariant(
        $"{ByRevision}{Keys.Descending(version.RecordedAt)}|{id}|{999_999 - version.KeyDate.Revision:D6}");

    /// <param name="topics">The topics that the date has now; those of an older revision may be others.</param>
    private static TableEntity Entry(string key, DateVersion version, IReadOnlyList<string> topics)
    {
        var (entry, date) = (DateEntities.Of(Partition, key, version), version.KeyDate);
        entry.SetInstant(Over, date.Over);
        entry[FirstOn] = LocalDatePattern.Iso.Format(date.When.On);
        entry[LastOn] = LocalDatePattern.Iso.Format((date.End ?? date.When).On);
        entry[Status] = date.Status.ToString();
        foreach (var topic in topics)
        {
            entry[TopicProperty(topic)] = true;
        }

        return entry;
    }

    /// <summary>A property that exists if the date has the topic. Property names have no hyphens.</summary>
    private static string TopicProperty(string topic) => "Topic_" + topic.Replace('-', '_');

    /// <summary>The filter as conditions on the properties of index entries.</summary>
    private static string Where(DateFilter filter) => string.Concat(
        filter.Topic is { } topic ? $" and {TopicProperty(topic)} eq true" : "",
        filter.From is { } from ? $" and {LastOn} ge '{LocalDatePattern.Iso.Format(from)}'" : "",
        filter.To is { } to ? $" and {FirstOn} le '{LocalDatePattern.Iso.Format(to)}'" : "",
        filter.Status is { } status ? $" and {Status} eq '{status}'" : "",
        filter.OverAfter is { } over ? $" and {Over} gt {over.ToUnixTimeMilliseconds()}L" : "");

    /// <summary>Reads entries of an index in its order.</summary>
    private async Task<List<TableEntity>> ReadAsync(string where, int limit, CancellationToken cancel)
    {
        await CompleteAsync(cancel);
        return await tables.Dates.QueryAsync<TableEntity>(
            $"PartitionKey eq '{Partition}' and {where}", Math.Min(limit, TableOperations.PageSize),
            cancellationToken: cancel).Take(limit).ToListAsync(cancel);
    }

    /// <summary>
    /// Writes the index entries of dates that an earlier version listed without them. Each process does it once,
    /// because an earlier version may have run in between and have left index entries behind.
    /// </summary>
    private async Task CompleteAsync(CancellationToken cancel)
    {
        if (isComplete)
        {
            return;
        }

        var missing = await RowsAsync($"RowKey lt '{Index}'", cancel, "RowKey", IndexVersion)
            .Where(row => !IsIndexed(row)).ToListAsync(cancel);
        if (missing.Count > 0)
        {
            var existing = (await RowsAsync($"RowKey gt '{Index}'", cancel, "RowKey").ToListAsync(cancel))
                .ToLookup(row => IdOf(row.RowKey), row => row.RowKey);
            await Parallel.ForEachAsync(missing, TableOperations.AtOnce, async (row, _) =>
                await UpdateAsync(row.RowKey, [.. existing[row.RowKey]], cancel));
        }

        isComplete = true;
    }

    /// <param name="properties">The properties to read; all of them when none is named.</param>
    private AsyncPageable<TableEntity> RowsAsync(
        string where, CancellationToken cancel, params IReadOnlyList<string> properties) =>
        tables.Dates.QueryAsync<TableEntity>(
            $"PartitionKey eq '{Partition}' and {where}", select: properties.Count > 0 ? properties : null,
            cancellationToken: cancel);
}
