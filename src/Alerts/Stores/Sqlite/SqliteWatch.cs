using System.Data;
using System.Globalization;
using Alerts.Dates;
using Alerts.Due;
using Alerts.Watch;

namespace Alerts.Stores.Sqlite;

/// <summary>
/// The watcher's part of the store: turns windows of the plan into rows of the ledger, and changes of
/// dates into corrections.
/// </summary>
internal sealed class SqliteWatch(Database database, DateRows rows, SqlitePlan plan, SqliteChanges changes,
    SqliteUpgrade upgrade, SqliteZoneUpdate zones) : IWatch
{
    /// <summary>Number of subscriptions processed in one transaction.</summary>
    public const int PageSize = 20_000;

    /// <summary>Begins the SQL that inserts alerts; a <c>SELECT</c> of these columns follows.</summary>
    public const string InsertRow =
        "INSERT INTO deliveries (subscription_no, date_no, revision, kind, lead, due_at, expires, state, next_at, "
        + "channel, lane) ";

    /// <summary>
    /// Leaves an existing row as it is, with two exceptions: its due instant moved while it was still waiting, or it
    /// had become void and is owed again ahead of its instant. Parameter 8 is the current time.
    /// </summary>
    private const string UnlessThere =
        """
         ON CONFLICT (date_no, subscription_no, revision, kind, lead) DO UPDATE
            SET due_at = excluded.due_at, expires = excluded.expires, next_at = excluded.next_at, state = 0,
              reason = NULL
            WHERE (state = 0 AND due_at <> excluded.due_at) OR (state = 6 AND excluded.due_at > @8)
        """;

    /// <summary>
    /// The end of the furthest window that the watcher has processed or is processing. A change itself enqueues what
    /// it makes due up to there. It is set before a run reads the plan, so that either the change sees the run's end
    /// or the run sees the change. Null before the first run.
    /// </summary>
    public static Instant? Horizon(Session session) => InstantOf(session, "watching_to");

    public static Instant? StartOfLastRun(Session session) => InstantOf(session, "watch_started");

    /// <summary>The end of the last finished run's window; null before the first run has finished.</summary>
    public static Instant? WatchedTo(Session session) => InstantOf(session, "watched_to");

    public Task<WatchRun?> LastRunAsync(CancellationToken cancel) => database.ReadAsync(session =>
        StartOfLastRun(session) is { } started && WatchedTo(session) is { } to ? new WatchRun(started, to) : null);

    public Task BeginAsync(Instant to, CancellationToken cancel) => database.WriteAsync((session, _) =>
        SetInstant(session, "watching_to", Instant.Max(to, Horizon(session) ?? to)));

    public Task FinishAsync(WatchRun run, CancellationToken cancel) => database.WriteAsync((session, _) =>
    {
        SetInstant(session, "watch_started", run.StartedAt);
        SetInstant(session, "watched_to", run.To);
    });

    public Task UpdateZonesAsync(Instant watchedTo, CancellationToken cancel)
    {
        zones.Run(watchedTo, cancel);
        return Task.CompletedTask;
    }

    /// <summary>Works in pages, each a transaction.</summary>
    public Task<long> EnqueueAsync(Instant from, Instant to, CancellationToken cancel)
    {
        var (enqueued, startedAt) = (0L, database.Now);
        var after = (Due: from.ToUnixTimeMilliseconds() + 1, DateNo: -1L, PreferenceSet: -1L, Lead: "");
        while (true)
        {
            var page = database.Read(session => session.Query(
                $"""
                SELECT {PlanRow.Columns} FROM plan
                WHERE due_at <= @5 AND (due_at, date_no, schedule, lead) > (@1, @2, @3, @4)
                ORDER BY due_at, date_no, schedule, lead LIMIT 500
                """,
                PlanRow.Map, after.Due, after.DateNo, after.PreferenceSet, after.Lead, to));
            foreach (var due in page)
            {
                var version = database.Read(session => rows.Current(session, due.DateNo));
                enqueued += FanOut(database, due, version.MovedOrder, version.MovedAt, startedAt, cancel);
            }

            if (page.Count == 0)
            {
                return Task.FromResult(enqueued);
            }

            after = (page[^1].DueAt.ToUnixTimeMilliseconds(), page[^1].DateNo, page[^1].PreferenceSet, page[^1].Lead);
        }
    }

    public Task FollowChangesAsync(CancellationToken cancel)
    {
        while (database.Read(NextChange) is { } change)
        {
            Follow(change, cancel);
            // Deletes by content, not by number alone: another process may have processed and deleted the change
            // meanwhile, and SQLite reuses the number of the last row for a change that nobody has processed yet.
            database.Write((session, _) => session.Execute(
                "DELETE FROM changes WHERE no = @1 AND date_no = @2 AND version = @3",
                change.No, change.DateNo, change.Version));
        }

        return Task.CompletedTask;
    }

    public Task<LostAlerts?> EnqueueLostAsync(CancellationToken cancel) => Task.FromResult(upgrade.Run(cancel));

    public Task<bool> HasChangesAsync(CancellationToken cancel) =>
        database.ReadAsync(session => session.Any("SELECT 1 FROM changes LIMIT 1"));

    public Task<IReadOnlyDictionary<Notified, long>> ImpactAsync(
        DateVersion? current, DateVersion next, CancellationToken cancel) =>
        database.ReadAsync<IReadOnlyDictionary<Notified, long>>(session => changes.Impact(session, current, next));

    /// <summary>Enqueues for one subscription what its own change makes due up to the horizon.</summary>
    public static void EnqueueOwn(Session session, long subscriptionNo, long preferenceSet, Instant now)
    {
        var horizon = Horizon(session) ?? now;
        foreach (var due in session.Query(
            $"SELECT {PlanRow.Columns} FROM plan WHERE schedule = @1 AND due_at > @2 AND due_at <= @3 ORDER BY due_at",
            PlanRow.Map, preferenceSet, now, horizon))
        {
            Insert(session, due, subscriptionNo - 1, subscriptionNo, now, 0, now, Instant.MinValue);
        }
    }

    private static ChangeRow? NextChange(Session session) => session.First(
        "SELECT no, date_no, version, horizon FROM changes ORDER BY no LIMIT 1",
        row => new ChangeRow(
            row.GetInt64("no"), row.GetInt64("date_no"), row.GetInt32("version"), row.Instant("horizon")));

    private static Instant? InstantOf(Session session, string name) =>
        session.Text("SELECT value FROM settings WHERE name = @1", name) is { } text
            ? Instant.FromUnixTimeMilliseconds(long.Parse(text, CultureInfo.InvariantCulture)) : null;

    private static void SetInstant(Session session, string name, Instant value) => session.Execute(
        "INSERT INTO settings (name, value) VALUES (@1, @2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        name, value.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture));

    /// <summary>
    /// Inserts rows for the subscriptions of one preference set numbered in <c>(after, upTo]</c>. A subscription is
    /// owed what falls due after its <c>since</c>. In case the clock was set back, it is also owed what a change
    /// recorded later than that made due after the change itself, and what is ahead now if its <c>since</c> is, too.
    /// </summary>
    /// <param name="order">Recording number of the change that made the reminder due.</param>
    /// <param name="changedAt">When that change was recorded.</param>
    /// <param name="notBefore">
    /// The earliest instant to send late email alerts of one run, so that they are sent together. Does not
    /// apply to endpoints.
    /// </param>
    private static int Insert(Session session, PlanRow due, long after, long upTo, Instant now, long order,
        Instant changedAt, Instant notBefore) => session.Execute(
        InsertRow +
        """
        SELECT s.no, @1, @2, 1, @3, @4, @5, 0, CASE s.lane WHEN 0 THEN @12 ELSE @4 END, s.channel, s.lane
        FROM subscriptions s
        WHERE s.schedule = @6 AND s.no > @7 AND s.no <= @9 AND s.status IN (1, 2)
          AND (s.since < @4 OR (s.no = @9 AND @7 = @9 - 1) OR (s.since_no < @10 AND @4 > @11)
            OR (s.since > @8 AND @4 > @8))
        ORDER BY s.no
        """ + UnlessThere,
        due.DateNo, due.Revision, due.Lead, due.DueAt, due.Expires, due.PreferenceSet, after, now, upTo, order,
        changedAt, Instant.Max(due.DueAt, notBefore));

    /// <summary>Enqueues one reminder for all subscriptions of its preference set.</summary>
    public static long FanOut(Database database, PlanRow due, long order, Instant changedAt, Instant notBefore,
        CancellationToken cancel) => InPages(database, due.PreferenceSet, PageSize,
            (session, now, after, upTo) => Insert(session, due, after, upTo, now, order, changedAt, notBefore), cancel);

    /// <summary>Runs one write transaction per page of the subscriptions of a preference set.</summary>
    public static long InPages(Database database, long preferenceSet, int size,
        Func<Session, Instant, long, long, int> work, CancellationToken cancel) => database.WriteInPages(
            "SELECT no FROM subscriptions WHERE schedule = @1 AND no > @2 ORDER BY no LIMIT 1 OFFSET @3",
            preferenceSet, size, work, cancel);

    private void Follow(ChangeRow change, CancellationToken cancel)
    {
        var history = database.Read(session => rows.History(session, change.DateNo));
        var version = history.Find(one => one.Number == change.Version)!; // written together with the change
        var before = history.FindLast(one => one.Number < change.Version);
        if (Corrections.AreOwedFor(version))
        {
            changes.Correct(change.DateNo, version, cancel);
        }

        foreach (var preferenceSet in Pages.OfNumbers(after => database.Read(session => session.Numbers(
            "SELECT DISTINCT schedule FROM plan WHERE date_no = @1 AND schedule > @2 ORDER BY schedule LIMIT 500",
            change.DateNo, after))))
        {
            Follow(change, version, before, preferenceSet, cancel);
        }
    }

    private void Follow(ChangeRow change, DateVersion version, DateVersion? before, long preferenceSet,
        CancellationToken cancel)
    {
        var (reminders, preferences) = database.Read(session =>
            (plan.Reminders(session, version, preferenceSet), plan.PreferencesOf(session, preferenceSet)));
        if (Owed.NoticeOf(version, before, preferences) is { } notice)
        {
            changes.GiveNotice(change.DateNo, version, preferenceSet, notice, cancel);
        }

        var (order, from) = Owed.MadeDueBy(version, before, preferences);
        foreach (var due in reminders.Where(due => due.DueAt > version.RecordedAt && due.DueAt <= change.Horizon))
        {
            var row = PlanRow.Of(due, change.DateNo, preferenceSet, version);
            FanOut(database, row, order, from, Instant.MinValue, cancel);
        }
    }

    private sealed record ChangeRow(long No, long DateNo, int Version, Instant Horizon);
}

/// <summary>One reminder of the plan: what is due, and when, for all subscriptions of a preference set.</summary>
internal sealed record PlanRow(
    Instant DueAt, long DateNo, long PreferenceSet, string Lead, int Revision, Instant Expires)
{
    public const string Columns = "due_at, date_no, schedule, lead, revision, expires";

    public static PlanRow Of(DueReminder due, long dateNo, long preferenceSet, DateVersion version) =>
        new(due.DueAt, dateNo, preferenceSet, due.Lead.Text, version.KeyDate.Revision, due.Expires);

    public static PlanRow Map(Microsoft.Data.Sqlite.SqliteDataReader row) =>
        new(
            row.Instant("due_at"), row.GetInt64("date_no"), row.GetInt64("schedule"), row.GetString("lead"),
            row.GetInt32("revision"), row.Instant("expires"));
}
