using System.Collections.Concurrent;
using Alerts.App;
using Alerts.Core;
using Alerts.Dates;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Subscriptions;
using Alerts.Watch;
using NodaTime;

namespace Alerts.Stores.TableStorage;

/// <summary>The watcher's part of the store: windows of the plan to rows of the ledger, and changes to corrections.</summary>
/// <param name="correctionsHold">How long a correction waits after its change.</param>
internal sealed class TableWatch(
    WatchState state, TablePlan plan, TableDates dates, SubscriptionFollowUp following, LedgerWriter rows,
        IntentLog intents, TableSweep sweep, TableKnowledge knowledge, TableUpgrade upgrade, ServiceClock clock,
    Duration correctionsHold) : IWatch
{
    public Task<WatchRun?> LastRunAsync(CancellationToken cancel) => state.LastRunAsync(cancel);

    public Task BeginAsync(Instant to, CancellationToken cancel) => state.BeginAsync(to, cancel);

    public Task FinishAsync(WatchRun run, CancellationToken cancel) => state.FinishAsync(run, cancel);

    public async Task<long> EnqueueAsync(Instant from, Instant to, CancellationToken cancel)
    {
        var enqueued = 0L;
        var current = new Dictionary<string, DateVersion?>();
        await foreach (var line in plan.WindowAsync(from, to, cancel))
        {
            if (!current.TryGetValue(line.DateId, out var version))
            {
                current[line.DateId] = version = await dates.FindAsync(line.DateId, cancel);
            }

            var schedule = await plan.FindAsync(line.PreferenceSet, cancel);
            if (version is not null && Owed.Reminders(version, schedule.Preferences).FirstOrDefault(due => due.Lead.Text == line.Lead && due.DueAt == line.DueAt) is { } due)
            {
                enqueued += await FanOutAsync(version, schedule, due,
                    follower => IsOwed(follower, due, version.MovedOrder, version.MovedAt), cancel);
            }
            else
            {
                await plan.DropAsync(line, cancel);
            }
        }

        return enqueued;
    }

    public Task<LostAlerts?> OweLostAsync(CancellationToken cancel) => upgrade.RunAsync(cancel);

    public Task<bool> HasChangesAsync(CancellationToken cancel) => intents.AnyAsync(cancel);

    /// <summary>And what no change but a dead process or a lost message has left behind.</summary>
    public async Task<int> FollowChangesAsync(CancellationToken cancel)
    {
        await sweep.RunAsync(cancel);
        var done = 0;
        foreach (var intent in await intents.AllAsync(cancel))
        {
            if (intent.IsDate)
            {
                done += await FollowDateAsync(intent, cancel);
            }
            else if (intent.IsOld)
            {
                // Its process ended before it had followed what it changed.
                await following.FollowAsync(intent.Id, cancel);
                await intents.DoneAsync(intent, cancel);
                done++;
            }
        }

        return done;
    }

    public async Task<IReadOnlyDictionary<Notified, long>> ImpactAsync(
        DateVersion? current, DateVersion next, CancellationToken cancel)
    {
        var counts = new Dictionary<Notified, long>();
        var told = new Dictionary<string, List<LedgerRow>>();
        await foreach (var row in rows.OfDateAsync(next.KeyDate.Id, cancel))
        {
            if (row.WasAttempted)
            {
                told[row.SubscriptionId] = [.. told.GetValueOrDefault(row.SubscriptionId, []), row];
            }
        }

        var history = current is null ? [] : await dates.HistoryAsync(next.KeyDate.Id, cancel) ?? [];
        var (others, byRevision) = (Corrections.OtherRevisions(history, next), Corrections.ByRevision(history));
        foreach (var (id, its) in Corrections.AreOwedFor(next) ? told : [])
        {
            if (knowledge.IsOwed(its, others, byRevision, next)
                && await following.FindAsync(id, cancel) is { IsOwedAlerts: true } follower)
            {
                Count(Corrections.KindFor(next), follower.Channel);
            }
        }

        foreach (var schedule in await plan.FollowersAsync(next.KeyDate, cancel))
        {
            if (Owed.GivesShortNotice(next, current, schedule.Preferences)
                && Owed.NoticeAt(next, schedule.Preferences, Owed.Reminders(next, schedule.Preferences),
                    next.RecordedAt) is { } notice)
            {
                await foreach (var page in following.OfScheduleAsync(schedule.Key, cancel))
                {
                    foreach (var follower in page.Where(follower =>
                        Owed.IsNoticeOwed(knowledge.Of(told.GetValueOrDefault(follower.Id, []), byRevision), next,
                            notice)))
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

    /// <summary>Announced and done with; or announced, and not come yet.</summary>
    private async Task<int> FollowDateAsync(Intent intent, CancellationToken cancel)
    {
        var notes = await dates.NotesAsync(intent.Id, cancel);
        if (notes.Count > 0)
        {
            await dates.EnlistAsync(intent.Id, cancel);
            var history = await dates.HistoryAsync(intent.Id, cancel) ?? [];
            foreach (var note in notes)
            {
                var version = history.First(version => version.Number == note.Number);
                await FollowAsync([.. history.TakeWhile(version => version.Number <= note.Number)], version, history[^1], cancel);
                await dates.DoneAsync(intent.Id, note, cancel);
            }
        }

        if (notes.Any(note => note.Intent == intent.RowKey) || intent.IsOld)
        {
            await intents.DoneAsync(intent, cancel);
        }

        return notes.Count;
    }

    private async Task FollowAsync(IReadOnlyList<DateVersion> history, DateVersion version, DateVersion current, CancellationToken cancel)
    {
        if (Corrections.AreOwedFor(version))
        {
            await CorrectAsync(history, version, cancel);
        }

        var byRevision = Corrections.ByRevision(history);
        var followers = await plan.FollowersAsync(version.KeyDate, cancel);
        foreach (var schedule in followers)
        {
            await plan.PlanAsync(current, schedule, cancel);
        }

        // Read after the plan was written: either this sees a run's end, or the run sees the plan.
        var horizon = await state.HorizonAsync(cancel) ?? version.RecordedAt;
        foreach (var schedule in followers)
        {
            var reminders = Owed.Reminders(version, schedule.Preferences);
            var isNew = Owed.GivesShortNotice(version, history.Count > 1 ? history[^2] : null, schedule.Preferences);
            if (isNew && Owed.NoticeAt(version, schedule.Preferences, reminders, version.RecordedAt) is { } notice)
            {
                await FanOutAsync(version, schedule, notice.Due,
                    follower => IsOwedAsync(follower, version, notice, byRevision, cancel), cancel, alsoVoid: true);
            }

            var (order, from) = isNew ? (version.Order, version.RecordedAt) : (version.MovedOrder, version.MovedAt);
            foreach (var due in reminders.Where(due => due.DueAt > version.RecordedAt && due.DueAt <= horizon))
            {
                await FanOutAsync(version, schedule, due, follower => IsOwed(follower, due, order, from), cancel);
            }
        }
    }

    /// <summary>
    /// A subscription is owed what falls due after its <c>since</c>, and, should the clock have been set back
    /// meanwhile, what a change that was recorded later made due after itself.
    /// </summary>
    /// <param name="order">Of the change that made it due.</param>
    /// <param name="changedAt">When that was recorded.</param>
    private static Task<bool> IsOwed(Follower follower, DueReminder due, long order, Instant changedAt) =>
        Task.FromResult(follower.Since < due.DueAt || (follower.SinceOrder < order && due.DueAt > changedAt));

    /// <summary>Whether a follower was there before a change and is owed its short notice.</summary>
    private async Task<bool> IsOwedAsync(
        Follower follower, DateVersion version, ShortNotice notice, IReadOnlyDictionary<int, KeyDate> byRevision,
            CancellationToken cancel) =>
        (follower.SinceOrder < version.Order || (version.Order == 0 && follower.Since <= version.RecordedAt))
        && (version.Change == DateChange.Added
            || Owed.IsNoticeOwed(knowledge.Of(await ToldAsync(follower, version, cancel), byRevision), version,
                notice));

    private async Task<IEnumerable<LedgerRow>> ToldAsync(
        Follower follower, DateVersion version, CancellationToken cancel) =>
        (await rows.OfAsync(version.KeyDate.Id, follower.Id, cancel))
            .Where(row => row.Revision <= version.KeyDate.Revision);

    private async Task<long> FanOutAsync(
        DateVersion version, PreferenceSet schedule, DueReminder due, Func<Follower, Task<bool>> isOwed,
            CancellationToken cancel, bool alsoVoid = false)
    {
        var enqueued = 0L;
        await foreach (var page in following.OfScheduleAsync(schedule.Key, cancel))
        {
            var now = clock.Now;
            var owed = new ConcurrentBag<LedgerRow>();
            await Parallel.ForEachAsync(page, TableOperations.AtOnce, async (follower, _) =>
            {
                if (await isOwed(follower))
                {
                    owed.Add(follower.Reminder(version, due, now));
                }
            });
            enqueued += await rows.EnqueueAsync([.. owed], now, cancel, alsoVoid);
        }

        return enqueued;
    }

    /// <summary>
    /// Some hundreds of subscribers at a time: voids what older revisions still have waiting, and enqueues a correction
    /// for each that is owed one.
    /// </summary>
    private async Task CorrectAsync(IReadOnlyList<DateVersion> history, DateVersion version, CancellationToken cancel)
    {
        var rowsSoFar = new List<LedgerRow>();
        await foreach (var row in rows.OfDateAsync(version.KeyDate.Id, cancel))
        {
            if (row.Revision > version.KeyDate.Revision)
            {
                continue;
            }

            // Rows come by subscription: all that came before are complete.
            if (rowsSoFar.Count >= TableOperations.PageSize && rowsSoFar[^1].SubscriptionId != row.SubscriptionId)
            {
                await CorrectAsync(rowsSoFar, history, version, cancel);
                rowsSoFar.Clear();
            }

            rowsSoFar.Add(row);
        }

        await CorrectAsync(rowsSoFar, history, version, cancel);
    }

    private async Task CorrectAsync(IReadOnlyList<LedgerRow> read, IReadOnlyList<DateVersion> history,
        DateVersion version, CancellationToken cancel)
    {
        var (others, byRevision) = (Corrections.OtherRevisions(history, version), Corrections.ByRevision(history));
        var older = read.Where(row => row.Revision < version.KeyDate.Revision).ToList();
        var voided = await rows.ChangeAllAsync([.. older.Select(row => SubscriptionFollowUp.VoidWaiting(row, EndReasons.Superseded))], cancel);
        var standing = new ConcurrentBag<LedgerRow>(read.Where(row => row.Revision == version.KeyDate.Revision));
        await Parallel.ForEachAsync(older.Zip(voided), TableOperations.AtOnce, async (one, _) =>
        {
            // One that waited a moment ago and could not be voided has been claimed by a sender who knew of no change:
            // that may be told.
            var (before, changed) = one;
            var isClaimed = before.IsWaiting && changed is null;
            standing.Add(isClaimed ? await rows.FindAsync(before.Name, cancel) ?? before : before);
        });
        var corrections = new ConcurrentBag<LedgerRow>();
        var bySubscription = standing.GroupBy(row => row.SubscriptionId);
        await Parallel.ForEachAsync(bySubscription, TableOperations.AtOnce, async (told, _) =>
        {
            if (knowledge.IsOwed([.. told], others, byRevision, version)
                && await following.FindAsync(told.Key, cancel) is { IsOwedAlerts: true } state)
            {
                corrections.Add(TableKnowledge.CorrectionOf(
                    version, state.Id, state.Channel, state.DestinationKey, version.RecordedAt + correctionsHold,
                    clock.Now));
            }
        });
        await rows.EnqueueAsync([.. corrections], clock.Now, cancel);
    }
}
