using System.Globalization;
using Alerts.Dates;
using Alerts.Due;
using Alerts.Subscriptions;

namespace Alerts.Stores.Sqlite;

/// <summary>
/// The reminders of each key date for each preference set, ordered by due instant, so that a watch run reads only
/// what is due. The plan is derived and may be rebuilt at any time.
/// </summary>
internal sealed class SqlitePlan(DateRows dates)
{
    private readonly BoundedCache<long, Preferences> preferences = new(20_000);
    private readonly BoundedCache<RemindersKey, Planned> reminders = new(50_000);

    public Preferences PreferencesOf(Session session, long preferenceSet) => preferences.Get(
        preferenceSet,
        static (preferenceSet, session) => PreferencesJson.FromStored(
            session.Text("SELECT wish FROM schedules WHERE no = @1", preferenceSet)
            ?? throw new InvalidOperationException($"Preference set {preferenceSet} does not exist.")),
        session);

    /// <summary>The preference set in the form that the audit uses.</summary>
    public PreferenceSet PreferenceSetOf(Session session, long preferenceSet) =>
        new(preferenceSet.ToString(CultureInfo.InvariantCulture), PreferencesOf(session, preferenceSet));

    /// <summary>The reminders that a version owes a preference set; empty if there are none.</summary>
    public IReadOnlyList<DueReminder> Reminders(Session session, DateVersion version, long preferenceSet) =>
        PlannedOf(session, version, preferenceSet).Reminders;

    /// <summary>
    /// The reminders that a version owes a preference set for each lead by itself, including leads that are due at
    /// the same instant.
    /// </summary>
    public IReadOnlyList<DueReminder> Leads(Session session, DateVersion version, long preferenceSet) =>
        PlannedOf(session, version, preferenceSet).Leads;

    /// <summary>
    /// Returns the number of the preference set for these preferences. A new one is planned for every date it follows,
    /// unless the date can owe nothing new.
    /// </summary>
    public long PreferenceSetOf(Session session, Preferences preferences, Instant now)
    {
        var text = PreferencesJson.Canonical(preferences);
        if (session.Number("SELECT no FROM schedules WHERE wish = @1", text) is { } known)
        {
            return known;
        }

        // RETURNING always returns a row.
        var preferenceSet = session.Number("INSERT INTO schedules (wish) VALUES (@1) RETURNING no", text)!.Value;
        foreach (var what in preferences.Followed)
        {
            session.Execute("INSERT INTO follows (what, schedule) VALUES (@1, @2)", what, preferenceSet);
        }

        foreach (var dateNo in Pages.OfNumbers(after => session.Numbers(
            "SELECT no FROM dates WHERE no > @1 AND over_at > @2 ORDER BY no LIMIT 500", after,
            now - Owed.Afterwards)))
        {
            var version = dates.Current(session, dateNo);
            if (preferences.Follows(version.KeyDate))
            {
                Insert(session, RowsOf(session, dateNo, version, preferenceSet));
            }
        }

        return preferenceSet;
    }

    /// <summary>Plans a date again for every preference set that follows it.</summary>
    public void Replan(Session session, long dateNo, DateVersion version)
    {
        session.Execute("DELETE FROM plan WHERE date_no = @1", dateNo);
        Insert(session, RowsOf(session, dateNo, version));
    }

    /// <summary>The rows of a date for every preference set that follows it.</summary>
    public IEnumerable<PlanRow> RowsOf(Session session, long dateNo, DateVersion version) =>
        Followers(session, version.KeyDate).SelectMany(preferenceSet =>
            RowsOf(session, dateNo, version, preferenceSet));

    /// <summary>The numbers of the preference sets that follow a date, read in pages.</summary>
    public static IEnumerable<long> Followers(Session session, KeyDate date)
    {
        var keys = System.Text.Json.JsonSerializer.Serialize(
            date.Topics.Select(topic => "t:" + topic).Append("d:" + date.Id).Append("*"));
        return Pages.OfNumbers(after => session.Numbers(
            "SELECT DISTINCT schedule FROM follows WHERE what IN (SELECT value FROM json_each(@1)) "
            + "AND schedule > @2 ORDER BY schedule LIMIT 1000",
            keys, after));
    }

    private Planned PlannedOf(Session session, DateVersion version, long preferenceSet) => reminders.Get(
        new RemindersKey(preferenceSet, version.KeyDate.Id, version.Number),
        static (_, x) => Planned.Of(Owed.Leads(x.version, x.preferences)),
        (version, preferences: PreferencesOf(session, preferenceSet)));

    private IEnumerable<PlanRow> RowsOf(Session session, long dateNo, DateVersion version, long preferenceSet) =>
        Reminders(session, version, preferenceSet).Select(due => PlanRow.Of(due, dateNo, preferenceSet, version));

    private static void Insert(Session session, IEnumerable<PlanRow> rows)
    {
        foreach (var row in rows)
        {
            session.Execute(
                "INSERT INTO plan (date_no, schedule, lead, revision, due_at, expires) VALUES (@1, @2, @3, @4, @5, @6)",
                row.DateNo, row.PreferenceSet, row.Lead, row.Revision, row.DueAt, row.Expires);
        }
    }

    private sealed record Planned(IReadOnlyList<DueReminder> Leads, IReadOnlyList<DueReminder> Reminders)
    {
        public static Planned Of(IReadOnlyList<DueReminder> leads) => new(leads, DueRule.Merged(leads));
    }

    private sealed record RemindersKey(long PreferenceSet, string Date, int Version);
}
