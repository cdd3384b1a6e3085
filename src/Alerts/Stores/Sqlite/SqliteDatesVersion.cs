using Alerts.Dates;
using NodaTime;

namespace Alerts.Stores.Sqlite;

/// <summary>
/// Tells whether any date has changed, in this or another process. <c>PRAGMA data_version</c> reads a counter in
/// shared memory and no page of the database. Only after a commit of any kind are the recorded versions counted.
/// </summary>
internal sealed class SqliteDatesVersion(Database database) : IDisposable
{
    private readonly Lock looking = new();
    // data_version shows the commits of other connections, so it must always be read through the same one.
    private readonly Session session = database.OpenReader();
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
                    "SELECT (SELECT count(*) FROM date_versions), (SELECT min(over_at) FROM dates WHERE over_at > @1)",
                    row => (row.GetInt64(0), row.InstantOrNull(1)), now);
                (seen, since, stamp) = (version, now, new DatesVersion(count, until ?? Instant.MaxValue));
            }

            return stamp;
        }
    }

    public void Dispose() => session.Dispose();
}
