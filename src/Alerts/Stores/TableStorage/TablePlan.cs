using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Alerts.Dates;
using Alerts.Due;
using Alerts.Subscriptions;
using Azure.Data.Tables;

namespace Alerts.Stores.TableStorage;

/// <summary>
/// The reminders of each key date for each preference set, one partition per day, so that a watch run reads
/// only what is due. A line is a hint: the run checks it against the current date and rule, and deletes it if
/// it no longer applies.
/// </summary>
internal sealed class TablePlan(Tables tables, TableDates dates, ServiceClock clock)
{
    private const int Remembered = 20_000;

    /// <summary>
    /// The row with the preferences of a preference set. The name is from the first version of the service.
    /// </summary>
    private const string PreferencesRow = "wish";

    /// <summary>The row that exists once a preference set is planned for every date it follows.</summary>
    private const string PlannedRow = "planned";

    private readonly ConcurrentDictionary<string, PreferenceSet> known = new();
    private readonly ConcurrentDictionary<string, bool> planned = new();

    /// <summary>The preference set of these preferences, planned for every date it follows.</summary>
    public async Task<PreferenceSet> PreferenceSetOfAsync(Preferences preferences, CancellationToken cancel)
    {
        var preferenceSet = new PreferenceSet(Keys.Hash(PreferencesJson.Canonical(preferences)), preferences);
        if (planned.ContainsKey(preferenceSet.Key))
        {
            return preferenceSet;
        }

        if (await tables.Plan.FindAsync(Partition(preferenceSet.Key), PlannedRow, cancel) is null)
        {
            var stored = new TableEntity(Partition(preferenceSet.Key), PreferencesRow);
            stored.SetPreferences(preferences);
            await tables.Plan.UpsertAsync(stored, cancel);
            // First the index of followers, then the dates: a date saved meanwhile either sees the new follower or is
            // seen here.
            foreach (var what in preferences.Followed)
            {
                await tables.Plan.UpsertAsync(new TableEntity("f|" + what, preferenceSet.Key), cancel);
            }

            foreach (var version in await dates.AllAsync(cancel))
            {
                if (Owed.MayOwe(version.KeyDate, clock.Now))
                {
                    await PlanAsync(version, preferenceSet, cancel);
                }
            }

            await tables.Plan.UpsertAsync(new TableEntity(Partition(preferenceSet.Key), PlannedRow), cancel);
        }

        Remember(preferenceSet);
        planned[preferenceSet.Key] = true;
        return preferenceSet;
    }

    public async Task<PreferenceSet> FindAsync(string key, CancellationToken cancel)
    {
        if (known.TryGetValue(key, out var preferenceSet))
        {
            return preferenceSet;
        }

        var entity = await tables.Plan.FindAsync(Partition(key), PreferencesRow, cancel)
            ?? throw new InvalidOperationException($"Preference set {key} does not exist.");
        preferenceSet = new PreferenceSet(key, entity.Preferences());
        Remember(preferenceSet);
        return preferenceSet;
    }

    /// <summary>The preference sets that follow a date: by its id, by a topic, or because they follow all.</summary>
    public async Task<IReadOnlyList<PreferenceSet>> FollowersAsync(KeyDate date, CancellationToken cancel)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var what in date.Topics.Select(topic => "t:" + topic).Append("d:" + date.Id).Append("*"))
        {
            keys.UnionWith((await tables.Plan.ListAsync("f|" + what, "", cancel)).Select(entity => entity.RowKey));
        }

        var preferenceSets = new List<PreferenceSet>();
        foreach (var key in keys.Order(StringComparer.Ordinal))
        {
            preferenceSets.Add(await FindAsync(key, cancel));
        }

        return preferenceSets;
    }

    public Task PlanAsync(DateVersion version, PreferenceSet preferenceSet, CancellationToken cancel) =>
        tables.Plan.UpsertAllAsync(
            Owed.Reminders(version, preferenceSet.Preferences)
                .Where(due => due.DueAt > clock.Now - Owed.Afterwards)
                .Select(due => Line(version.KeyDate.Id, preferenceSet, due, due.DueAt)),
            cancel);

    /// <summary>Plans one reminder.</summary>
    /// <param name="at">The window that contains this instant finds it.</param>
    public Task PlanAsync(
        DateVersion version, PreferenceSet preferenceSet, DueReminder due, Instant at, CancellationToken cancel) =>
        tables.Plan.UpsertAsync(Line(version.KeyDate.Id, preferenceSet, due, at), cancel);

    /// <summary>The lines due in <c>(from, to]</c>, in order of due instant.</summary>
    public async IAsyncEnumerable<PlanLine> WindowAsync(
        Instant from, Instant to, [EnumeratorCancellation] CancellationToken cancel)
    {
        for (var day = from; string.CompareOrdinal(Keys.Day(day), Keys.Day(to)) <= 0; day += Duration.FromDays(1))
        {
            // The tilde sorts after every character of a key, so keys at exactly `from` are excluded and those at
            // exactly `to` included.
            await foreach (var entity in tables.Plan.QueryAsync<TableEntity>(
                $"PartitionKey eq 'p|{Keys.Day(day)}' and RowKey gt '{Keys.Of(from)}~' and RowKey lt '{Keys.Of(to)}~'",
                cancellationToken: cancel))
            {
                yield return Line(entity);
            }
        }
    }

    /// <summary>All lines due after an instant.</summary>
    public IAsyncEnumerable<PlanLine> AheadAsync(Instant from, CancellationToken cancel) =>
        tables.Plan.QueryAsync<TableEntity>(
            $"PartitionKey ge 'p|{Keys.Day(from)}' and PartitionKey lt '{Keys.After("p|")}' "
                + $"and RowKey gt '{Keys.Of(from)}~'",
            cancellationToken: cancel).Select(Line);

    public Task DropAsync(PlanLine line, CancellationToken cancel) =>
        tables.Plan.DropAsync(line.Partition, line.RowKey, cancel);

    private static string Partition(string preferenceSet) => "s|" + preferenceSet;

    private static TableEntity Line(string dateId, PreferenceSet preferenceSet, DueReminder due, Instant at) =>
        new("p|" + Keys.Day(at), $"{Keys.Of(at)}|{dateId}|{preferenceSet.Key}|{due.Lead.Text.Replace('/', '~')}")
        {
            ["DueAt"] = due.DueAt.ToUnixTimeMilliseconds(),
            ["Date"] = dateId,
            [FirstNames.PreferenceSet] = preferenceSet.Key,
            ["Lead"] = due.Lead.Text,
        };

    private static PlanLine Line(TableEntity entity) => new(
        entity.PartitionKey, entity.RowKey, entity.Instant("DueAt"), entity.Text("Date"),
        entity.Text(FirstNames.PreferenceSet), entity.Text("Lead"));

    private void Remember(PreferenceSet preferenceSet)
    {
        if (known.Count >= Remembered)
        {
            known.Clear();
            planned.Clear();
        }

        known[preferenceSet.Key] = preferenceSet;
    }
}

/// <summary>One line of the plan.</summary>
internal sealed record PlanLine(
    string Partition, string RowKey, Instant DueAt, string DateId, string PreferenceSet, string Lead);
