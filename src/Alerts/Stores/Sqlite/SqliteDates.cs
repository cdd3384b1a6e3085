using System.Data;
using Alerts.Dates;
using Alerts.Dates.Calendars;
using Microsoft.Data.Sqlite;
using NodaTime.Text;

namespace Alerts.Stores.Sqlite;

/// <summary>Stores key dates with their whole history.</summary>
internal sealed class SqliteDates(Database database, DateRows rows, SqlitePlan plan, SqliteDatesVersion watch)
    : IKeyDates
{
    public Task<DatesVersion> StampAsync(Instant now, CancellationToken cancel) => Task.FromResult(watch.Stamp(now));

    public Task<DateVersion?> FindAsync(string id, CancellationToken cancel) => database.ReadAsync(session =>
        NumberOf(session, id) is { } no ? rows.Current(session, no) : null);

    public Task<IReadOnlyList<string>> UnknownAsync(IReadOnlyList<string> ids, CancellationToken cancel) =>
        database.ReadAsync<IReadOnlyList<string>>(session => ids.Where(id => NumberOf(session, id) is null).ToList());

    public Task<IReadOnlyList<DateVersion>?> HistoryAsync(string id, CancellationToken cancel) =>
        database.ReadAsync<IReadOnlyList<DateVersion>?>(session =>
            NumberOf(session, id) is { } no ? rows.History(session, no) : null);

    public Task<DatePage> ListAsync(DateFilter filter, DateCursor? after, int limit, CancellationToken cancel)
    {
        var found = database.Read(session => session.Query(
            $"""
            SELECT {DateRows.Columns}, d.start_at FROM dates d JOIN date_versions v ON v.date_no = d.no
              AND v.number = d.version
            WHERE (@1 IS NULL OR EXISTS (SELECT 1 FROM date_topics t WHERE t.topic = @1 AND t.date_no = d.no))
              AND (@2 IS NULL OR d.last_on >= @2) AND (@3 IS NULL OR d.first_on <= @3)
              AND (@4 IS NULL OR d.status = @4) AND (@5 IS NULL OR d.over_at > @5)
              AND (@6 IS NULL OR (d.start_at, d.id) > (@6, @7))
            ORDER BY d.start_at, d.id LIMIT @8
            """,
            row => (Version: rows.Map(row), Start: row.Instant("start_at")),
            filter.Topic, Iso(filter.From), Iso(filter.To), filter.Status?.ToString(), filter.OverAfter, after?.Start,
            after?.Id, limit + 1));
        var page = found.Take(limit).Select(one => one.Version).ToList();
        return Task.FromResult(new DatePage(
            page, found.Count > limit ? new DateCursor(found[limit - 1].Start, page[^1].KeyDate.Id) : null));
    }

    public Task<IReadOnlyList<DateVersion>> NewestRevisionsAsync(string? topic, int limit, CancellationToken cancel) =>
        database.ReadAsync<IReadOnlyList<DateVersion>>(session => session.Query(
            $"""
            SELECT {DateRows.Columns} FROM date_versions v JOIN dates d ON d.no = v.date_no
            WHERE (@1 IS NULL OR EXISTS (SELECT 1 FROM date_topics t WHERE t.topic = @1 AND t.date_no = v.date_no))
              AND NOT EXISTS (SELECT 1 FROM date_versions later WHERE later.date_no = v.date_no
                AND later.number = v.number + 1 AND later.revision = v.revision)
            ORDER BY v.recorded_at DESC, d.id, v.number DESC LIMIT @2
            """,
            rows.Map, topic, limit));

    public Task<IReadOnlyList<DateVersion>> NewestPastAsync(Instant now, int limit, CancellationToken cancel) =>
        database.ReadAsync<IReadOnlyList<DateVersion>>(session => session.Query(
            $"""
            SELECT {DateRows.Columns} FROM dates d JOIN date_versions v ON v.date_no = d.no AND v.number = d.version
            WHERE d.over_at <= @1 ORDER BY d.start_at DESC, d.id LIMIT @2
            """,
            rows.Map, now, limit));

    public Task<Saved> SaveAsync(KeyDate wanted, string? reason, int? ifMatch, CancellationToken cancel) =>
        database.WriteAsync((session, now) => Save(session, now, wanted, reason, ifMatch, shipped: false));

    public Task<IReadOnlyList<Saved?>> SaveAllAsync(IReadOnlyList<ImportedDate> all, CancellationToken cancel) =>
        database.WriteAsync<IReadOnlyList<Saved?>>((session, now) => [.. all.Select(one => Save(session, now, one))]);

    public Task<CalendarStamp?> LastReadAsync(string id, CancellationToken cancel) =>
        database.ReadAsync(session => NumberOf(session, id) is { } no ? LastRead(session, no) : null);

    public Task<IReadOnlyList<ShippedEntry>> EnterAsync(
        IReadOnlyList<ShippedEntry> entries, CancellationToken cancel)
    {
        var missing = database.Read(session => entries.Where(entry => !session.Any(
            "SELECT 1 FROM shipped_entries WHERE date_id = @1 AND place = @2", entry.DateId, entry.Place)).ToList());
        return Task.FromResult<IReadOnlyList<ShippedEntry>>(missing.Count == 0 ? []
            : database.Write((session, now) => missing.Where(entry => !Enter(session, now, entry)).ToList()));
    }

    private static string? Iso(LocalDate? on) => on is { } day ? LocalDatePattern.Iso.Format(day) : null;

    private static long? NumberOf(Session session, string id) =>
        session.Number("SELECT no FROM dates WHERE id = @1", id);

    /// <summary>Saves a shipped entry unless it was saved before; false if an operator has changed the date.</summary>
    private bool Enter(Session session, Instant now, ShippedEntry entry)
    {
        const string Insert = "INSERT OR IGNORE INTO shipped_entries (date_id, place) VALUES (@1, @2)";
        if (session.Execute(Insert, entry.DateId, entry.Place) == 0)
        {
            return true;
        }

        if (NumberOf(session, entry.DateId) is { } no
            && session.Any("SELECT 1 FROM date_versions WHERE date_no = @1 AND shipped = 0", no))
        {
            return false;
        }

        Save(session, now, entry.Wanted, entry.Reason, null, shipped: true);
        return true;
    }

    private static CalendarStamp? LastRead(Session session, long dateNo) => session.First(
        "SELECT sequence, stamped_at, modified_at FROM calendar_stamps WHERE date_no = @1",
        row => new CalendarStamp(
            row.GetInt64("sequence"), row.InstantOrNull("stamped_at"), row.InstantOrNull("modified_at")),
        dateNo);

    private Saved? Save(Session session, Instant now, ImportedDate asked)
    {
        var no = NumberOf(session, asked.Id);
        var current = no is { } known ? rows.Current(session, known) : null;
        var last = no is { } read ? LastRead(session, read) : null;
        var result = asked.Against(current?.KeyDate, last).OrThrow();
        if (!result.IsRead)
        {
            return current is null ? null : new Saved.Unchanged(current);
        }

        var saved = Save(session, now, result.Wanted!, result.Reason, null, shipped: false); // set, since IsRead
        if (result.Stamp is { } stamp && stamp != last)
        {
            session.Execute(
                "INSERT OR REPLACE INTO calendar_stamps (date_no, sequence, stamped_at, modified_at) "
                + "VALUES (@1, @2, @3, @4)",
                NumberOf(session, asked.Id), stamp.Sequence, stamp.StampedAt, stamp.ModifiedAt);
        }

        return saved;
    }

    /// <param name="shipped">Whether it comes from the shipped catalogue.</param>
    private Saved Save(Session session, Instant now, KeyDate wanted, string? reason, int? ifMatch, bool shipped)
    {
        var no = NumberOf(session, wanted.Id);
        var current = no is { } known ? rows.Current(session, known) : null;
        if (ifMatch is not null && ifMatch != (current?.Number ?? 0))
        {
            return new Saved.Stale();
        }

        if (DateVersion.Next(current, wanted, reason, now) is not { } unordered)
        {
            return new Saved.Unchanged(current!); // Next returns null only if there is a current version
        }

        var next = unordered.Recorded(Recording.Next(session), current);
        var date = next.KeyDate;
        var dateNo = no ?? session.Number(
            "INSERT INTO dates (id, version, start_at, over_at, first_on, last_on, status) "
            + "VALUES (@1, 0, 0, 0, '', '', '') RETURNING no",
            date.Id)!.Value; // RETURNING always returns a row
        session.Execute(
            "INSERT INTO date_versions (date_no, number, revision, recorded_at, moved_at, change, reason, shipped, "
            + "date, recorded_no, moved_no) VALUES (@1, @2, @3, @4, @5, @6, @7, @8, @9, @10, @11)",
            dateNo, next.Number, date.Revision, next.RecordedAt, next.MovedAt, next.Change.ToString(), next.Reason,
            shipped ? 1 : 0, KeyDateJson.ToStored(date), next.Order, next.MovedOrder);
        session.Execute(
            "UPDATE dates SET version = @2, start_at = @3, over_at = @4, first_on = @5, last_on = @6, status = @7 "
            + "WHERE no = @1",
            dateNo, next.Number, date.Start, date.Over, Iso(date.When.On), Iso((date.End ?? date.When).On),
            date.Status.ToString());
        session.Execute("DELETE FROM date_topics WHERE date_no = @1", dateNo);
        foreach (var topic in date.Topics)
        {
            session.Execute("INSERT INTO date_topics (topic, date_no) VALUES (@1, @2)", topic, dateNo);
        }

        if (current is null || next.Change != DateChange.Edited
            || !date.Topics.SequenceEqual(current.KeyDate.Topics) || date.When != current.KeyDate.When)
        {
            plan.Replan(session, dateNo, next);
        }

        session.Execute(
            "INSERT INTO changes (date_no, version, horizon) VALUES (@1, @2, @3)",
            dateNo, next.Number, SqliteWatch.Horizon(session) ?? now);
        return new Saved.Recorded(next);
    }
}

/// <summary>Maps rows of <c>date_versions</c> to versions. Each is parsed once: a version never changes.</summary>
internal sealed class DateRows
{
    public const string Columns =
        "v.number, v.recorded_at, v.moved_at, v.change, v.reason, v.date, v.date_no, v.recorded_no, v.moved_no";

    private readonly BoundedCache<VersionKey, DateVersion> parsed = new(20_000);

    public DateVersion Map(SqliteDataReader row) => parsed.Get(
        new VersionKey(row.GetInt64("date_no"), row.GetInt32("number")),
        static (key, row) => new DateVersion(
            key.Number, row.Instant("recorded_at"), row.Instant("moved_at"),
            Enum.Parse<DateChange>(row.GetString("change")), row.TextOrNull("reason"),
            KeyDateJson.FromStored(row.GetString("date")))
        {
            Order = row.GetInt64("recorded_no"),
            MovedOrder = row.GetInt64("moved_no"),
        },
        row);

    public DateVersion Current(Session session, long dateNo) =>
        session.First(
            $"SELECT {Columns} FROM dates d JOIN date_versions v ON v.date_no = d.no AND v.number = d.version "
            + "WHERE d.no = @1",
            Map, dateNo)
        ?? throw new InvalidOperationException($"The ledger names date {dateNo}, which does not exist.");

    public List<DateVersion> History(Session session, long dateNo) =>
        session.Query($"SELECT {Columns} FROM date_versions v WHERE v.date_no = @1 ORDER BY v.number", Map, dateNo);

    private sealed record VersionKey(long DateNo, int Number);
}

/// <summary>
/// Tells whether any date has changed, in this or another process. <c>PRAGMA data_version</c> reads a counter in
/// shared memory and no page of the database. Only after a commit of any kind are the recorded versions counted.
/// </summary>
internal sealed class SqliteDatesVersion(Database database) : IDisposable
{
    private readonly Lock looking = new();
    // data_version shows the commits of other connections, so it must always be read through the same one.
    private readonly Session session = database.Open();
    private long? seen;
    private Instant since;
    private DatesVersion? stamp;

    public DatesVersion Stamp(Instant now)
    {
        lock (looking)
        {
            var version = session.Number("PRAGMA data_version");
            if (stamp is null || version != seen || now < since || now >= stamp.Until)
            {
                var (count, until) = session.First(
                    """
                    SELECT (SELECT count(*) FROM date_versions) AS versions,
                      (SELECT min(over_at) FROM dates WHERE over_at > @1) AS until
                    """,
                    row => (row.GetInt64("versions"), row.InstantOrNull("until")), now);
                (seen, since, stamp) = (version, now, new DatesVersion(count, until ?? Instant.MaxValue));
            }

            return stamp;
        }
    }

    public void Dispose() => session.Dispose();
}
