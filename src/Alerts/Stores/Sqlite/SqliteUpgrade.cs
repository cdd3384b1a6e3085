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
        for (var after = -1L; isOld;)
        {
            var page = database.Read(session => session.Query(
                "SELECT no FROM dates WHERE no > @1 AND over_at > @2 ORDER BY no LIMIT 500", row => row.GetInt64(0),
                    after, database.Now));
            foreach (var dateNo in page)
            {
                // The stored plan follows the rule of the version that made it, so it is made again.
                database.Write((session, _) => plan.Replan(session, dateNo, rows.Current(session, dateNo)));
                var version = database.Read(session => rows.Current(session, dateNo));
                corrections += changes.OweAll(dateNo, version, cancel);
                reminders += OweReminders(dateNo, version, cancel);
            }

            if (page.Count == 0)
            {
                break;
            }

            after = page[^1];
        }

        database.Write((session, now) => session.Execute(
            "INSERT OR IGNORE INTO settings (name, value) VALUES (@1, @2)", Done,
                now.ToUnixTimeMilliseconds().ToString(System.Globalization.CultureInfo.InvariantCulture)));
        return isOld ? new LostAlerts(corrections, reminders) : null;
    }

    private long OweReminders(long dateNo, DateVersion version, CancellationToken cancel)
    {
        var queued = 0L;
        var preferenceSets = database.Read(session => session.Query(
            "SELECT DISTINCT schedule FROM plan WHERE date_no = @1", row => row.GetInt64(0), dateNo));
        foreach (var preferenceSet in preferenceSets)
        {
            var (preferences, reminders) = database.Read(
                session => (
                    plan.PreferencesOf(session, preferenceSet), plan.Reminders(session, version, preferenceSet)));
            if (Owed.NoticeAt(version, preferences, reminders, database.Now) is { } notice)
            {
                queued += changes.GiveNotice(dateNo, version, preferenceSet, notice, cancel, isForLost: true);
            }
        }

        return queued;
    }
}
