using Alerts.Dates;
using Microsoft.Data.Sqlite;

namespace Alerts.Stores.Sqlite;

/// <summary>
/// Maps rows of <c>date_versions</c> to versions. Each is parsed once, since a version never changes.
/// </summary>
internal sealed class DateRows
{
    public const string Columns =
        "v.number, v.recorded_at, v.moved_at, v.change, v.reason, v.date, v.date_no, v.recorded_no, v.moved_no";

    private readonly BoundedCache<VersionKey, DateVersion> parsed = new(20_000);

    public DateVersion Map(SqliteDataReader row) => parsed.Get(
        new VersionKey(row.GetInt64(6), row.GetInt32(0)),
        static (key, row) => new DateVersion(
            key.Number, row.Instant(1), row.Instant(2), Enum.Parse<DateChange>(row.GetString(3)), row.TextOrNull(4),
            KeyDateJson.FromStored(row.GetString(5)))
        {
            Order = row.GetInt64(7),
            MovedOrder = row.GetInt64(8),
        },
        row);

    public DateVersion Current(Session session, long dateNo) =>
        session.First(
            $"SELECT {Columns} FROM dates d JOIN date_versions v ON v.date_no = d.no AND v.number = d.version "
            + "WHERE d.no = @1",
            Map,
            dateNo) ?? throw new InvalidOperationException($"The ledger names date {dateNo}, which does not exist.");

    public List<DateVersion> History(Session session, long dateNo) =>
        session.Query($"SELECT {Columns} FROM date_versions v WHERE v.date_no = @1 ORDER BY v.number", Map, dateNo);

    private sealed record VersionKey(long DateNo, int Number);
}
