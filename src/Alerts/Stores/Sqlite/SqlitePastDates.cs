using Alerts.Dates;
using NodaTime;

namespace Alerts.Stores.Sqlite;

/// <summary>Key dates that are over, as people look back at them.</summary>
internal sealed class SqlitePastDates(Database database, DateRows rows)
{
    /// <summary>The latest first.</summary>
    public IReadOnlyList<DateVersion> Newest(Instant now, int limit) => database.Read(session => session.Query(
        $"""
        SELECT {DateRows.Columns} FROM dates d JOIN date_versions v ON v.date_no = d.no AND v.number = d.version
        WHERE d.over_at <= @1 ORDER BY d.start_at DESC, d.id DESC LIMIT @2
        """,
        rows.Map, now, limit));
}
