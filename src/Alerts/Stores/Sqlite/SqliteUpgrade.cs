using System.Data;
using Alerts.Dates;
using Alerts.Due;
using Alerts.Watch;

namespace Alerts.Stores.Sqlite;

/// <summary>
/// Queues, once per database, the alerts that earlier versions lost for dates still ahead. If interrupted, it runs
/// again and leaves existing rows unchanged.
/// </summary>
internal sealed class SqliteUpgrade(Database database, DateRows rows, SqlitePlan plan, SqliteChanges changes)
{
    private const string Done = "lost_alerts_owed";

    /// <returns>
    /// What was queued; null if it has run before, or if no earlier version has written to this database.
    /// </returns>
    public LostAlerts? Run(CancellationToken cancel)
    {
        if (database.Read(session => session.Text("SELECT value FROM settings WHERE name = @1", Done)) is not null)
        {
            return null;
        }

        var isOld = database.Read(session => session.Any("SELECT 1 FROM date_versions WHERE recorded_no = 0 LIMIT 1"));
        var (corrections, reminders) = (0L, 0L);
        foreach (var dateNo in isOld ? DatesAhead() : [])
        {
            // The stored plan follows the rule of the version that made it, so it is made again.
            database.Write((session, _) => plan.Replan(session, dateNo, rows.Current(session, dateNo)));
            var version = database.Read(session => rows.Current(session, dateNo));
            corrections += changes.OweAll(dateNo, version, cancel);
            reminders += OweReminders(dateNo, version, cancel);
        }

        database.Write((session, now) => session.Execute(
            "INSERT OR IGNORE INTO settings (name, value) VALUES (@1, @2)", Done,
            now.ToUnixTimeMilliseconds().ToString(System.Globalization.CultureInfo.InvariantCulture)));
        return isOld ? new LostAlerts(corrections, reminders) : null;
    }

    private IEnumerable<long> DatesAhead() => Pages.OfNumbers(after => database.Read(session => session.Numbers(
        "SELECT no FROM dates WHERE no > @1 AND over_at > @2 ORDER BY no LIMIT 500", after, database.Now)));

    private long OweReminders(long dateNo, DateVersion version, CancellationToken cancel)
    {
        var queued = 0L;
        var preferenceSets = database.Read(session => session.Numbers(
            "SELECT DISTINCT schedule FROM plan WHERE date_no = @1", dateNo));
        foreach (var preferenceSet in preferenceSets)
        {
            var preferences = database.Read(session => plan.PreferencesOf(session, preferenceSet));
            if (Owed.NoticeAt(version, preferences, database.Now) is { } notice)
            {
                queued += changes.GiveNotice(dateNo, version, preferenceSet, notice, cancel, isForLost: true);
            }
        }

        return queued;
    }
}

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

        foreach (var date in Pages.Of(-1, StoredDates, date => date.No))
        {
            cancel.ThrowIfCancellationRequested();
            Update(date, watchedTo, cancel);
        }

        database.Write((session, _) => session.Execute(
            "INSERT INTO settings (name, value) VALUES (@1, @2) ON CONFLICT (name) DO UPDATE SET value = @2",
            Computed, Zones.Version));
    }

    private List<StoredDate> StoredDates(long after) => database.Read(session => session.Query(
        "SELECT no, start_at, over_at FROM dates WHERE no > @1 ORDER BY no LIMIT 500",
        row => new StoredDate(row.GetInt64("no"), row.Instant("start_at"), row.Instant("over_at")), after));

    private void Update(StoredDate stored, Instant watchedTo, CancellationToken cancel)
    {
        var (version, before, now) = database.Read(session => (
            rows.Current(session, stored.No),
            session.Query($"SELECT {PlanRow.Columns} FROM plan WHERE date_no = @1", PlanRow.Map, stored.No),
            database.Now));
        var isPlanned = Owed.MayOwe(version.KeyDate, now);
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
            session.Execute(
                "UPDATE dates SET start_at = @2, over_at = @3 WHERE no = @1", stored.No, current.KeyDate.Start,
                current.KeyDate.Over);
            if (isPlanned)
            {
                plan.Replan(session, stored.No, current);
            }
        });
    }

    private sealed record StoredDate(long No, Instant Start, Instant Over);
}
