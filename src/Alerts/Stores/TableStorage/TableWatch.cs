using Alerts.Dates;
using Alerts.Due;
using Alerts.Subscriptions;
using Alerts.Watch;

namespace Alerts.Stores.TableStorage;

/// <summary>
/// The watcher's part of the store: turns windows of the plan into rows of the ledger, and changes of
/// dates into corrections.
/// </summary>
internal sealed class TableWatch(
    WatchState state, TablePlan plan, TableDates dates, SubscriptionFollowUp following, LedgerWriter rows,
    IntentLog intents, TableSweep sweep, TableKnowledge knowledge, TableUpgrade upgrade, TableZoneUpdate zones,
    TableChanges changes, TableFanOut fanOut, ServiceClock clock) : IWatch
{
    public Task<WatchRun?> LastRunAsync(CancellationToken cancel) => state.LastRunAsync(cancel);

    public Task UpdateZonesAsync(Instant watchedTo, CancellationToken cancel) => zones.RunAsync(watchedTo, cancel);

    public Task BeginAsync(Instant to, CancellationToken cancel) => state.BeginAsync(to, cancel);

    public Task FinishAsync(WatchRun run, CancellationToken cancel) => state.FinishAsync(run, cancel);

    public async Task<long> EnqueueAsync(Instant from, Instant to, CancellationToken cancel)
    {
        var (enqueued, startedAt) = (0L, clock.Now);
        var together = new List<(PreferenceSet Preferences, OwedReminder Reminder)>();
        var current = new Dictionary<string, DateVersion?>();
        await foreach (var line in plan.WindowAsync(from, to, cancel))
        {
            if (!current.TryGetValue(line.DateId, out var version))
            {
                current[line.DateId] = version = await dates.FindAsync(line.DateId, cancel);
            }

            var preferenceSet = await plan.FindAsync(line.PreferenceSet, cancel);
            if (version is not null && Owed.Reminders(version, preferenceSet.Preferences)
                .FirstOrDefault(due => due.Lead.Text == line.Lead && due.DueAt == line.DueAt) is { } due)
            {
                // What fell due before this run is late, and is sent together.
                var reminder = new OwedReminder(version, due, Instant.Max(due.DueAt, startedAt),
                    follower => fanOut.IsOwed(follower, due, version.MovedOrder, version.MovedAt));
                if (together.Count > 0 && together[^1].Reminder.NotBefore != reminder.NotBefore)
                {
                    enqueued += await fanOut.EnqueueAsync(together, cancel);
                    together.Clear();
                }

                together.Add((preferenceSet, reminder));
            }
            else
            {
                await plan.DropAsync(line, cancel);
            }
        }

        return enqueued + await fanOut.EnqueueAsync(together, cancel);
    }

    public Task<LostAlerts?> EnqueueLostAsync(CancellationToken cancel) => upgrade.RunAsync(cancel);

    public Task<bool> HasChangesAsync(CancellationToken cancel) => intents.AnyAsync(cancel);

    /// <summary>Also sweeps up what dead processes or lost messages have left behind.</summary>
    public async Task FollowChangesAsync(CancellationToken cancel)
    {
        var announced = await intents.AllAsync(cancel);
        // What an import owes is not posted before all of it is written.
        await sweep.RunAsync(announced.SelectMany(intent => intent.DateIds).ToHashSet(), cancel);
        foreach (var intent in announced.OrderBy(intent => !intent.IsImport))
        {
            if (intent.IsImport && (intent.IsComplete || intent.IsOld))
            {
                await changes.FollowImportAsync(intent, cancel);
            }
            else if (intent.IsDate)
            {
                await changes.FollowDateAsync(intent, cancel);
            }
            else if (!intent.IsImport && intent.IsOld)
            {
                // Its process ended before it had carried out what follows from the change.
                await following.FollowAsync(intent.Id, cancel);
                await intents.DoneAsync(intent, cancel);
            }
        }
    }

    public async Task<IReadOnlyDictionary<Notified, long>> ImpactAsync(
        DateVersion? current, DateVersion next, CancellationToken cancel)
    {
        var counts = new Dictionary<Notified, long>();
        var told = await rows.OfDateAsync(next.KeyDate.Id, cancel).Where(row => row.WasAttempted)
            .ToLookupAsync(row => row.SubscriptionId, cancellationToken: cancel);
        var history = current is null ? [] : await dates.HistoryAsync(next.KeyDate.Id, cancel) ?? [];
        var (others, byRevision) = (Corrections.OtherRevisions(history, next), Corrections.ByRevision(history));
        foreach (var its in told.Where(_ => Corrections.AreOwedFor(next)))
        {
            if (knowledge.IsOwed(its, others, byRevision, next)
                && await following.FindAsync(its.Key, cancel) is { IsOwedAlerts: true } follower)
            {
                Count(Corrections.KindFor(next), follower.Channel);
            }
        }

        foreach (var preferenceSet in await plan.FollowersAsync(next.KeyDate, cancel))
        {
            if (Owed.NoticeOf(next, current, preferenceSet.Preferences) is { } notice)
            {
                await foreach (var page in following.OfPreferenceSetAsync(preferenceSet.Key, cancel))
                {
                    foreach (var follower in page.Where(follower =>
                        Owed.IsNoticeOwedBy(next, knowledge.Of(told[follower.Id], byRevision), notice)))
                    {
                        Count(AlertKind.Reminder, follower.Channel);
                    }
                }
            }
        }

        return counts;

        void Count(AlertKind kind, string channel) =>
            counts[new Notified(kind, channel)] = counts.GetValueOrDefault(new Notified(kind, channel)) + 1;
    }
}
