using System.Collections.Concurrent;
using Alerts.App;
using Alerts.Dates;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Queue;
using Alerts.Subscriptions;
using NodaTime;

namespace Alerts.Stores.TableStorage;

/// <summary>The watcher's part of the store: windows of the plan to rows of the ledger, and changes to corrections.</summary>
/// <param name="correctionsHold">How long a correction waits after its change.</param>
internal sealed class TableWatch(
    WatchState state, TablePlan plan, TableDates dates, SubscriptionFollowUp following, LedgerWriter rows, IntentLog intents, TableSweep sweep, ServiceClock clock,
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
                enqueued += await FanOutAsync(version, schedule, due, _ => Task.FromResult(true), cancel);
            }
            else
            {
                await plan.DropAsync(line, cancel);
            }
        }

        return enqueued;
    }

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

    public async Task<IReadOnlyDictionary<AlertKind, long>> ImpactAsync(DateVersion? current, DateVersion next, CancellationToken cancel)
    {
        var counts = new Dictionary<AlertKind, long> { [AlertKind.Reminder] = 0, [AlertKind.Rescheduled] = 0, [AlertKind.Cancelled] = 0 };
        if (next.Change == DateChange.Edited)
        {
            return counts;
        }

        var told = new Dictionary<string, int>();
        await foreach (var row in rows.OfDateAsync(next.KeyDate.Id, cancel))
        {
            if (row.WasAttempted)
            {
                told[row.SubscriptionId] = Math.Max(row.Revision, told.GetValueOrDefault(row.SubscriptionId));
            }
        }

        var stale = current is null ? [] : Corrections.StaleRevisions(await dates.HistoryAsync(next.KeyDate.Id, cancel) ?? [], next);
        foreach (var (id, revision) in told)
        {
            counts[Corrections.KindFor(next)] += stale.Contains(revision) && await following.FindAsync(id, cancel) is { IsOwedAlerts: true } ? 1 : 0;
        }

        foreach (var schedule in await plan.FollowersAsync(next.KeyDate, cancel))
        {
            if (Owed.ShortNotice(next, schedule.Preferences, Owed.Reminders(next, schedule.Preferences)) is not null)
            {
                await foreach (var page in following.OfScheduleAsync(schedule.Key, cancel))
                {
                    counts[AlertKind.Reminder] += page.Count(follower => !told.ContainsKey(follower.Id));
                }
            }
        }

        return counts;
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
            if (version.Change != DateChange.Edited && Owed.ShortNotice(version, schedule.Preferences, reminders) is { } notice)
            {
                await FanOutAsync(version, schedule, notice, async follower => follower.Since <= version.RecordedAt && !await WasToldAsync(follower, version, cancel), cancel, isShortNotice: true);
            }

            foreach (var due in reminders.Where(due => due.DueAt > version.RecordedAt && due.DueAt <= horizon))
            {
                await FanOutAsync(version, schedule, due, _ => Task.FromResult(true), cancel);
            }
        }
    }

    private async Task<bool> WasToldAsync(Follower follower, DateVersion version, CancellationToken cancel) =>
        version.KeyDate.Revision > 1
        && (await rows.OfAsync(version.KeyDate.Id, follower.Id, cancel)).Any(row => row.WasAttempted && row.Revision < version.KeyDate.Revision);

    private async Task<long> FanOutAsync(
        DateVersion version, PreferenceSet schedule, DueReminder due, Func<Follower, Task<bool>> isOwed, CancellationToken cancel, bool isShortNotice = false)
    {
        var enqueued = 0L;
        await foreach (var page in following.OfScheduleAsync(schedule.Key, cancel))
        {
            var now = clock.Now;
            var owed = new ConcurrentBag<LedgerRow>();
            await Parallel.ForEachAsync(page.Where(follower => isShortNotice || follower.Since < due.DueAt), TableOperations.AtOnce, async (follower, _) =>
            {
                if (await isOwed(follower))
                {
                    owed.Add(follower.Reminder(version, due, now));
                }
            });
            enqueued += await rows.EnqueueAsync([.. owed], now, cancel);
        }

        return enqueued;
    }

    /// <summary>Some hundreds of subscribers at a time: voids what older revisions still have waiting, and tells those who were last told something else.</summary>
    private async Task CorrectAsync(IReadOnlyList<DateVersion> history, DateVersion version, CancellationToken cancel)
    {
        var stale = Corrections.StaleRevisions(history, version);
        var older = new List<LedgerRow>();
        await foreach (var row in rows.OfDateAsync(version.KeyDate.Id, cancel))
        {
            if (row.Revision >= version.KeyDate.Revision)
            {
                continue;
            }

            // Rows come by subscription: all that came before are complete.
            if (older.Count >= TableOperations.PageSize && older[^1].SubscriptionId != row.SubscriptionId)
            {
                await CorrectAsync(older, stale, version, cancel);
                older.Clear();
            }

            older.Add(row);
        }

        await CorrectAsync(older, stale, version, cancel);
    }

    private async Task CorrectAsync(IReadOnlyList<LedgerRow> older, IReadOnlyList<int> stale, DateVersion version, CancellationToken cancel)
    {
        var voided = await rows.ChangeAllAsync([.. older.Select(row => SubscriptionFollowUp.VoidWaiting(row, PreSendCheck.Superseded))], cancel);
        var standing = new ConcurrentBag<LedgerRow>();
        await Parallel.ForEachAsync(older.Zip(voided), TableOperations.AtOnce, async (one, _) =>
        {
            // One that waited a moment ago and could not be voided has been claimed by a sender who knew of no change: that was told.
            var (read, changed) = one;
            standing.Add(read.IsWaiting && changed is null ? await rows.FindAsync(read.Name, cancel) ?? read : read);
        });
        var lastTold = standing.Where(row => row.WasAttempted).GroupBy(row => row.SubscriptionId).Select(told => told.MaxBy(row => row.Revision)!); // no group is empty
        var corrections = new ConcurrentBag<LedgerRow>();
        await Parallel.ForEachAsync(lastTold.Where(row => stale.Contains(row.Revision)), TableOperations.AtOnce, async (row, _) =>
        {
            if (await following.FindAsync(row.SubscriptionId, cancel) is { IsOwedAlerts: true })
            {
                corrections.Add(new LedgerRow(
                    new LedgerName(row.SubscriptionId, version.KeyDate.Id, version.KeyDate.Revision, Corrections.KindFor(version), "-"),
                    row.Channel, row.DestinationKey, version.RecordedAt, null, version.RecordedAt + correctionsHold, clock.Now));
            }
        });
        await rows.EnqueueAsync([.. corrections], clock.Now, cancel);
    }
}
