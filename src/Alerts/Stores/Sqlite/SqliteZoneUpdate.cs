namespace Alerts.Stores.Sqlite;

/// <summary>
/// Computes stored instants again after an update of the time zone data: the starts and ends of dates, by which they
/// are listed, and the plan of dates still ahead. Writes only what differs, one date per transaction.
/// </summary>
internal sealed class SqliteZoneUpdate(Database database, DateRows rows, SqlitePlan plan)
{
    /// <summary>The setting with the version of the data that everything was last computed with.</summary>
    private const string Computed = "tzdb";

    /// <summary>See <see cref="Watch.IWatch.UpdateZonesAsync"/>.</summary>
    public void Run(Instant watchedTo, CancellationToken cancel)
    {
        if (database.Read(session => session.Text("SELECT value FROM settings WHERE name = @1", Computed))
            == Zones.Version)
        {
            return;
        }

        for (long? after = -1; after is { } from;)
        {
            var page = database.Read(session => session.Query(
                "SELECT no, start_at, over_at FROM dates WHERE no > @1 ORDER BY no LIMIT 500",
                row => new StoredDate(row.GetInt64(0), row.Instant(1), row.Instant(2)), from));
            foreach (var date in page)
            {
                cancel.ThrowIfCancellationRequested();
                Update(date, watchedTo, cancel);
            }

            after = page.Count > 0 ? page[^1].No : null;
        }

        database.Write((session, _) => session.Execute(
            "INSERT INTO settings (name, value) VALUES (@1, @2) ON CONFLICT (name) DO UPDATE SET value = @2",
            Computed, Zones.Version));
    }

    private void Update(StoredDate stored, Instant watchedTo, CancellationToken cancel)
    {
        var (version, before, now) = database.Read(session => (
            rows.Current(session, stored.No),
            session.Query(
                "SELECT due_at, date_no, schedule, lead, revision, expires FROM plan WHERE date_no = @1",
                PlanRow.Map, stored.No),
            database.Now));
        var isPlanned = SqlitePlan.IsPlanned(version.KeyDate, now);
        var after = isPlanned ? database.Read(session => plan.RowsOf(session, stored.No, version).ToList()) : [];
        if (stored.Start == version.KeyDate.Start && stored.Over == version.KeyDate.Over
            && (!isPlanned || before.ToHashSet().SetEquals(after)))
        {
            return;
        }

        // First what the windows to come no longer contain: the plan shows it until it is written below.
        var wasAhead = before.Where(due => due.DueAt > watchedTo).Select(due => (due.PreferenceSet, due.Lead))
            .ToHashSet();
        foreach (var due in after.Where(due =>
            due.DueAt <= watchedTo && wasAhead.Contains((due.PreferenceSet, due.Lead))))
        {
            SqliteWatch.FanOut(database, due, version.MovedOrder, version.MovedAt, now, cancel);
        }

        database.Write((session, _) =>
        {
            var current = rows.Current(session, stored.No);
            session.Execute("UPDATE dates SET start_at = @2, over_at = @3 WHERE no = @1", stored.No,
                current.KeyDate.Start, current.KeyDate.Over);
            if (isPlanned)
            {
                plan.Replan(session, stored.No, current);
            }
        });
    }

    private sealed record StoredDate(long No, Instant Start, Instant Over);
}
