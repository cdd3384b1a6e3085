using Alerts.Dates;
using Alerts.Dates.Calendars;
using Azure.Data.Tables;

namespace Alerts.Stores.TableStorage;

/// <summary>
/// Stores key dates. A save is one transaction in the date's partition: it writes the version, whose number acts as
/// an optimistic lock, and a note that its followers have not been processed. <see cref="TableDateList"/> is derived.
/// </summary>
internal sealed class TableDates(
    Tables tables, TableDateList list, IntentLog intents, ServiceClock clock, RecordingOrder order) : IKeyDates
{
    /// <summary>The row key, in the date's partition, of the revision stamps last read from a calendar file.</summary>
    private const string Stamp = "s|calendar";

    /// <summary>The property that tells a version of the shipped catalogue from one of an operator.</summary>
    private const string Shipped = "Shipped";

    private readonly TimedDatesVersion second = new();

    public Task<DatesVersion> StampAsync(Instant now, CancellationToken cancel) => Task.FromResult(second.Stamp(now));

    public async Task<DateVersion?> FindAsync(string id, CancellationToken cancel) =>
        await tables.Dates.QueryAsync<TableEntity>(
            $"PartitionKey eq '{DateEntities.Partition(id)}' and RowKey ge 'v|' and RowKey lt 'v|~'", 1,
            cancellationToken: cancel).Select(DateEntities.Version).FirstOrDefaultAsync(cancel);

    public async Task<IReadOnlyList<DateVersion>?> HistoryAsync(string id, CancellationToken cancel)
    {
        var versions = await tables.Dates.ListAsync(DateEntities.Partition(id), "v|", cancel);
        versions.Reverse();
        return versions.Count == 0 ? null : [.. versions.Select(DateEntities.Version)];
    }

    public async Task<IReadOnlyList<string>> UnknownAsync(IReadOnlyList<string> ids, CancellationToken cancel)
    {
        var unknown = new List<string>();
        foreach (var id in ids)
        {
            if (await FindAsync(id, cancel) is null)
            {
                unknown.Add(id);
            }
        }

        return unknown;
    }

    public Task<DatePage> ListAsync(DateFilter filter, DateCursor? after, int limit, CancellationToken cancel) =>
        list.PageAsync(filter, after, limit, cancel);

    public Task<IReadOnlyList<DateVersion>> NewestPastAsync(Instant now, int limit, CancellationToken cancel) =>
        list.NewestPastAsync(now, limit, cancel);

    public Task<IReadOnlyList<DateVersion>> NewestRevisionsAsync(
        string? topic, int limit, CancellationToken cancel) => list.NewestRevisionsAsync(topic, limit, cancel);

    /// <summary>Updates the date's entries in the list from the date's own partition.</summary>
    public Task EnlistAsync(string id, CancellationToken cancel) => list.EnlistAsync(id, cancel);

    /// <summary>The current versions of all dates.</summary>
    public Task<IReadOnlyList<DateVersion>> AllAsync(CancellationToken cancel) => list.AllAsync(cancel);

    public async Task<Saved> SaveAsync(KeyDate wanted, string? reason, int? ifMatch, CancellationToken cancel)
    {
        while (true)
        {
            if (await TrySaveAsync(wanted, reason, ifMatch, null, null, cancel) is { } saved)
            {
                return saved;
            }
        }
    }

    /// <summary>
    /// Saves the dates one by one. Each save may be repeated, and a date that is unchanged by then stays as it is. So
    /// an interrupted import has done its first part, and importing again does the rest. All changes are recorded at
    /// one instant, and are followed together once all of them are recorded.
    /// </summary>
    public Task<IReadOnlyList<Saved?>> SaveAllAsync(IReadOnlyList<ImportedDate> all, CancellationToken cancel) =>
        SaveTogetherAsync(all, asked => asked.Id, (asked, import) => SaveAsync(asked, import, cancel), cancel);

    public async Task<CalendarStamp?> LastReadAsync(string id, CancellationToken cancel) =>
        await tables.Dates.FindAsync(DateEntities.Partition(id), Stamp, cancel) is { } entity
            ? StampOf(entity) : null;

    public async Task<IReadOnlyList<ShippedEntry>> EnterAsync(
        IReadOnlyList<ShippedEntry> entries, CancellationToken cancel)
    {
        var missing = new List<ShippedEntry>();
        foreach (var entry in entries)
        {
            if (!await HasEnteredAsync(entry, cancel))
            {
                missing.Add(entry);
            }
        }

        var areSaved = await SaveTogetherAsync(
            missing, entry => entry.DateId, (entry, import) => EnterAsync(entry, import, cancel), cancel);
        return [.. missing.Where((_, index) => !areSaved[index])];
    }

    /// <summary>The changes of a date that have not been followed completely, oldest first.</summary>
    public async Task<IReadOnlyList<ChangeNote>> NotesAsync(string id, CancellationToken cancel) =>
        [.. (await tables.Dates.ListAsync(DateEntities.Partition(id), "n|", cancel))
            .Select(ChangeNote.Read)];

    public Task DoneAsync(string id, ChangeNote note, CancellationToken cancel) =>
        tables.Dates.DropAsync(DateEntities.Partition(id), note.RowKey, cancel);

    /// <summary>
    /// Saves several dates one by one, all recorded at one instant. Their changes are followed together once all of
    /// them are recorded.
    /// </summary>
    private async Task<IReadOnlyList<TResult>> SaveTogetherAsync<TItem, TResult>(
        IReadOnlyList<TItem> all, Func<TItem, string> idOf, Func<TItem, ImportSave?, Task<TResult>> save,
        CancellationToken cancel)
    {
        var saved = new List<TResult>();
        if (all.Count < 2)
        {
            foreach (var item in all)
            {
                saved.Add(await save(item, null));
            }

            return saved;
        }

        var ids = all.Select(idOf).Distinct().ToList();
        var import = new ImportSave(clock.Now, await intents.AnnounceImportAsync(ids, cancel));
        foreach (var item in all)
        {
            saved.Add(await save(item, import));
            import = import with { Intent = await intents.RenewAsync(import.Intent, cancel) };
        }

        await intents.CompleteAsync(import.Intent, cancel);
        return saved;
    }

    private async Task<bool> HasEnteredAsync(ShippedEntry entry, CancellationToken cancel) =>
        await tables.Dates.FindAsync(DateEntities.Partition(entry.DateId), Entry(entry), cancel) is not null;

    /// <summary>Saves a shipped entry unless it was saved before; false if an operator has changed the date.</summary>
    private async Task<bool> EnterAsync(ShippedEntry entry, ImportSave? import, CancellationToken cancel)
    {
        while (!await HasEnteredAsync(entry, cancel))
        {
            if ((await tables.Dates.ListAsync(DateEntities.Partition(entry.DateId), "v|", cancel))
                .Any(version => version.GetBoolean(Shipped) == false))
            {
                return !await tables.Dates.TryInsertAsync(
                    new TableEntity(DateEntities.Partition(entry.DateId), Entry(entry)), cancel);
            }

            if (await TrySaveAsync(entry.Wanted, entry.Reason, null, entry, import, cancel) is not null)
            {
                return true;
            }
        }

        return true;
    }

    private async Task<Saved?> SaveAsync(ImportedDate asked, ImportSave? import, CancellationToken cancel)
    {
        while (true)
        {
            var current = await FindAsync(asked.Id, cancel);
            var last = await LastReadAsync(asked.Id, cancel);
            var result = asked.Against(current?.KeyDate, last).OrThrow();
            if (!result.IsRead)
            {
                return current is null ? null : new Saved.Unchanged(current);
            }

            // Written before the date: if the process dies in between, the stamp does not make the same file
            // count as older.
            if (result.Stamp is { } stamp && stamp != last)
            {
                await tables.Dates.UpsertAsync(ToEntity(DateEntities.Partition(asked.Id), stamp), cancel);
            }

            // The decision depends on the version read above: if another process saves in between, it is made again.
            // Wanted is set, since IsRead.
            var number = current?.Number ?? 0;
            if (await TrySaveAsync(result.Wanted!, result.Reason, number, null, import, cancel) is { } saved
                and not Saved.Stale)
            {
                return saved;
            }
        }
    }

    private static TableEntity ToEntity(string partition, CalendarStamp stamp) => new(partition, Stamp)
    {
        ["Sequence"] = stamp.Sequence,
        ["StampedAt"] = stamp.StampedAt?.ToUnixTimeMilliseconds(),
        ["ModifiedAt"] = stamp.ModifiedAt?.ToUnixTimeMilliseconds(),
    };

    private static CalendarStamp StampOf(TableEntity entity) => new(
        entity.GetInt64("Sequence") ?? 0, entity.InstantOrNull("StampedAt"), entity.InstantOrNull("ModifiedAt"));

    private static string Entry(ShippedEntry entry) => FormattableString.Invariant($"e|{entry.Place}");

    /// <summary>Saves one version. Returns null if another process saved in between.</summary>
    private async Task<Saved?> TrySaveAsync(
        KeyDate wanted, string? reason, int? ifMatch, ShippedEntry? entry, ImportSave? import, CancellationToken cancel)
    {
        var partition = DateEntities.Partition(wanted.Id);
        var current = await FindAsync(wanted.Id, cancel);
        if (ifMatch is not null && ifMatch != (current?.Number ?? 0))
        {
            return new Saved.Stale();
        }

        var now = import?.RecordedAt ?? clock.Now;
        if (DateVersion.Next(current, wanted, reason, now) is not { } unordered)
        {
            if (entry is not null)
            {
                await tables.Dates.TryInsertAsync(new TableEntity(partition, Entry(entry)), cancel);
            }

            return new Saved.Unchanged(current!); // Next returns null only if there is a current version
        }

        order.Observe(current?.Order);
        var next = unordered.Recorded(order.Next(), current);
        var intent = import?.Intent ?? await intents.AnnounceDateAsync(wanted.Id, cancel);
        var version = DateEntities.Of(partition, Keys.Version(next.Number), next);
        version[Shipped] = entry is not null;
        List<TableEntity> written =
        [
            version,
            ChangeNote.Of(intent, next).ToEntity(partition),
        ];
        if (entry is not null)
        {
            written.Add(new TableEntity(partition, Entry(entry)));
        }

        try
        {
            if (!await tables.Dates.TryInsertAllAsync(written, cancel))
            {
                if (import is null)
                {
                    await intents.DoneAsync(intent, cancel);
                }

                return null;
            }

            if (import is null)
            {
                await intents.RenewAsync(intent, cancel);
            }

            await EnlistAsync(wanted.Id, cancel);
        }
        finally
        {
            second.End();
        }

        return new Saved.Recorded(next);
    }

    /// <summary>An import that is being saved.</summary>
    /// <param name="RecordedAt">The instant at which all of it is recorded.</param>
    private sealed record ImportSave(Instant RecordedAt, Intent Intent);
}

/// <summary>A recorded change whose followers have not all been processed.</summary>
/// <param name="Intent">The row key of the intent that announced it.</param>
/// <param name="Number">The number of the version.</param>
internal sealed record ChangeNote(string RowKey, string Intent, int Number)
{
    public static ChangeNote Of(Intent intent, DateVersion version) =>
        new(FormattableString.Invariant($"n|{version.Number:D10}"), intent.RowKey, version.Number);

    public static ChangeNote Read(TableEntity entity) =>
        new(entity.RowKey, entity.Text("Intent"), entity.Number("Number"));

    public TableEntity ToEntity(string partition) => new(partition, RowKey)
    {
        ["Intent"] = Intent,
        ["Number"] = Number,
    };
}
