using System.Collections.Concurrent;
using Alerts.Dates;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Subscriptions;

namespace Alerts.Stores.TableStorage;

/// <summary>Enqueues the corrections and reminders that follow from changes of dates.</summary>
/// <param name="correctionsHold">How long a correction waits after its change.</param>
internal sealed class TableChanges(
    WatchState state, TablePlan plan, TableDates dates, SubscriptionFollowUp following, LedgerWriter rows,
    IntentLog intents, TableKnowledge knowledge, TableFanOut fanOut, ServiceClock clock, Duration correctionsHold)
{
    /// <summary>
    /// Follows the recorded changes of an announced date. Ends the intent if its change is among them, or will not
    /// come any more.
    /// </summary>
    public async Task FollowDateAsync(Intent intent, CancellationToken cancel)
    {
        var notes = await dates.NotesAsync(intent.Id, cancel);
        if (notes.FirstOrDefault(note => Intent.IsOfImport(note.Intent)) is { } note
            && (!intent.IsOld || await intents.FindAsync(note.Intent, cancel) is not null))
        {
            return; // FollowImportAsync must follow them first
        }

        if (notes.Count > 0)
        {
            await dates.EnlistAsync(intent.Id, cancel);
            var history = await dates.HistoryAsync(intent.Id, cancel) ?? [];
            foreach (var one in notes)
            {
                await FollowAsync([ChangeOf(history, one)], cancel);
                await dates.DoneAsync(intent.Id, one, cancel);
            }
        }

        if (notes.Any(one => one.Intent == intent.RowKey) || intent.IsOld)
        {
            await intents.DoneAsync(intent, cancel);
        }
    }

    /// <summary>
    /// Follows all changes of an import together, so that what it owes one subscription is sent together. An older
    /// change of one of its dates is followed first. Notes are removed only after the import is marked as followed: a
    /// process that finds some of them removed does not enqueue the rest by itself.
    /// </summary>
    public async Task FollowImportAsync(Intent intent, CancellationToken cancel)
    {
        var changes = new List<RecordedChange>();
        var followed = new List<(string DateId, ChangeNote Note)>();
        foreach (var id in intent.DateIds)
        {
            var notes = await dates.NotesAsync(id, cancel);
            if (!notes.Any(note => note.Intent == intent.RowKey))
            {
                continue;
            }

            await dates.EnlistAsync(id, cancel);
            var history = await dates.HistoryAsync(id, cancel) ?? [];
            foreach (var earlier in notes.TakeWhile(note => note.Intent != intent.RowKey))
            {
                await FollowAsync([ChangeOf(history, earlier)], cancel);
                await dates.DoneAsync(id, earlier, cancel);
            }

            var own = notes.First(note => note.Intent == intent.RowKey);
            changes.Add(ChangeOf(history, own));
            followed.Add((id, own));
        }

        // Read after the notes: without the mark, none of them is missing. An import that is not complete may still get
        // notes, which the mark does not cover.
        var isFollowed = intent.IsComplete
            && await intents.FindAsync(intent.RowKey, cancel) is null or { IsFollowed: true };
        if (!isFollowed)
        {
            await FollowAsync(changes, cancel);
            await intents.FollowedAsync(intent, cancel);
        }

        foreach (var (id, note) in followed)
        {
            await dates.DoneAsync(id, note, cancel);
        }

        await intents.DoneAsync(intent, cancel);
    }

    private static RecordedChange ChangeOf(IReadOnlyList<DateVersion> history, ChangeNote note) =>
        new([.. history.TakeWhile(version => version.Number <= note.Number)], history[^1]);

    /// <param name="changes">Changes of different dates.</param>
    private async Task FollowAsync(IReadOnlyList<RecordedChange> changes, CancellationToken cancel)
    {
        var corrections = new List<OwedCorrection>();
        foreach (var change in changes.Where(change => Corrections.AreOwedFor(change.Version)))
        {
            await CorrectAsync(change.History, change.Version, corrections, cancel);
        }

        await EnqueueAsync(corrections, cancel);
        var followers = new List<(RecordedChange Change, PreferenceSet Preferences)>();
        foreach (var change in changes)
        {
            foreach (var preferenceSet in await plan.FollowersAsync(change.Version.KeyDate, cancel))
            {
                await plan.PlanAsync(change.Current, preferenceSet, cancel);
                followers.Add((change, preferenceSet));
            }
        }

        // Read after the plan was written: either this sees a run's end, or the run sees the plan.
        var horizon = await state.HorizonAsync(cancel);
        await fanOut.EnqueueAsync([.. followers.SelectMany(one => Notice(one.Change, one.Preferences, cancel)
            .Select(reminder => (one.Preferences, reminder)))], cancel, alsoVoid: true);
        await fanOut.EnqueueAsync([.. followers.SelectMany(one =>
            Upcoming(one.Change, one.Preferences, horizon ?? one.Change.Version.RecordedAt)
                .Select(reminder => (one.Preferences, reminder)))], cancel);
    }

    /// <summary>The reminder that a change makes due at short notice; at most one.</summary>
    private IEnumerable<OwedReminder> Notice(
        RecordedChange change, PreferenceSet preferenceSet, CancellationToken cancel)
    {
        var version = change.Version;
        if (Owed.NoticeOf(version, change.Before, preferenceSet.Preferences) is { } notice)
        {
            var byRevision = Corrections.ByRevision(change.History);
            yield return new OwedReminder(version, notice.Due, notice.Due.DueAt,
                follower => IsOwedAsync(follower, version, notice, byRevision, cancel));
        }
    }

    /// <summary>The reminders of a changed date that fall due up to the horizon of the watch runs.</summary>
    private IEnumerable<OwedReminder> Upcoming(RecordedChange change, PreferenceSet preferenceSet, Instant horizon)
    {
        var version = change.Version;
        var (order, from) = Owed.MadeDueBy(version, change.Before, preferenceSet.Preferences);
        return Owed.Reminders(version, preferenceSet.Preferences)
            .Where(due => due.DueAt > version.RecordedAt && due.DueAt <= horizon)
            .Select(due => new OwedReminder(
                version, due, due.DueAt, follower => fanOut.IsOwed(follower, due, order, from)));
    }

    /// <summary>Whether a subscription followed the date before a change and is owed its short notice.</summary>
    private async Task<bool> IsOwedAsync(
        Follower follower, DateVersion version, ShortNotice notice, IReadOnlyDictionary<int, KeyDate> byRevision,
        CancellationToken cancel)
    {
        var wasThere = follower.SinceOrder < version.Order
            || (version.Order == 0 && follower.Since <= version.RecordedAt);
        if (!wasThere || version.Change == DateChange.Added)
        {
            return wasThere;
        }

        var told = (await rows.OfAsync(version.KeyDate.Id, follower.Id, cancel))
            .Where(row => row.Revision <= version.KeyDate.Revision);
        return Owed.IsNoticeOwedBy(version, knowledge.Of(told, byRevision), notice);
    }

    /// <summary>Enqueues corrections in batches. All corrections of one subscription are in one batch.</summary>
    private async Task EnqueueAsync(List<OwedCorrection> corrections, CancellationToken cancel)
    {
        // Sorted by shard, because rows of one partition are written together.
        var subscriptions = corrections.GroupBy(one => one.SubscriptionId).OrderBy(its => Keys.ShardOf(its.Key));
        var some = new List<LedgerRow>();
        var now = clock.Now;
        foreach (var its in subscriptions)
        {
            some.AddRange(its.Select(one => TableKnowledge.CorrectionOf(
                one.Version, one.SubscriptionId, one.Channel, one.DestinationKey,
                one.Version.RecordedAt + correctionsHold, now)));
            if (some.Count >= TableFanOut.MaxBatchSize)
            {
                await rows.EnqueueAsync(some, now, cancel);
                some = [];
            }
        }

        await rows.EnqueueAsync(some, now, cancel);
    }

    /// <summary>
    /// Voids the waiting rows of older revisions, and finds the subscriptions that are owed a correction. Works
    /// through some hundreds of subscriptions at a time.
    /// </summary>
    private async Task CorrectAsync(
        IReadOnlyList<DateVersion> history, DateVersion version, List<OwedCorrection> owed, CancellationToken cancel)
    {
        var rowsSoFar = new List<LedgerRow>();
        await foreach (var row in rows.OfDateAsync(version.KeyDate.Id, cancel))
        {
            if (row.Revision > version.KeyDate.Revision)
            {
                continue;
            }

            // Rows come ordered by subscription, so the rows of all earlier subscriptions are complete.
            if (rowsSoFar.Count >= TableOperations.PageSize && rowsSoFar[^1].SubscriptionId != row.SubscriptionId)
            {
                owed.AddRange(await CorrectAsync(rowsSoFar, history, version, cancel));
                rowsSoFar.Clear();
            }

            rowsSoFar.Add(row);
        }

        owed.AddRange(await CorrectAsync(rowsSoFar, history, version, cancel));
    }

    private async Task<IReadOnlyCollection<OwedCorrection>> CorrectAsync(
        List<LedgerRow> read, IReadOnlyList<DateVersion> history, DateVersion version, CancellationToken cancel)
    {
        var (others, byRevision) = (Corrections.OtherRevisions(history, version), Corrections.ByRevision(history));
        var older = read.Where(row => row.Revision < version.KeyDate.Revision).ToList();
        var voided = await rows.ChangeAllAsync(
            [.. older.Select(row => RowChange.VoidWaiting(row, EndReasons.Superseded))], cancel);
        var current = new ConcurrentBag<LedgerRow>(read.Where(row => row.Revision == version.KeyDate.Revision));
        await Parallel.ForEachAsync(older.Zip(voided), TableOperations.AtOnce, async (one, _) =>
        {
            // A row that was waiting but could not be voided has just been claimed by a sender that did not know of
            // the change. Its alert may be sent.
            var (before, changed) = one;
            var isClaimed = before.IsWaiting && changed is null;
            current.Add(isClaimed ? await rows.FindAsync(before.Name, cancel) ?? before : before);
        });
        var corrections = new ConcurrentBag<OwedCorrection>();
        var bySubscription = current.GroupBy(row => row.SubscriptionId);
        await Parallel.ForEachAsync(bySubscription, TableOperations.AtOnce, async (told, _) =>
        {
            if (knowledge.IsOwed(told, others, byRevision, version)
                && await following.FindAsync(told.Key, cancel) is { IsOwedAlerts: true } state)
            {
                corrections.Add(new OwedCorrection(version, state.Id, state.Channel, state.DestinationKey));
            }
        });
        return corrections;
    }

    /// <summary>A change to follow.</summary>
    /// <param name="History">All versions up to the change, oldest first.</param>
    /// <param name="Current">The current version of the date.</param>
    private sealed record RecordedChange(IReadOnlyList<DateVersion> History, DateVersion Current)
    {
        public DateVersion Version => History[^1];

        public DateVersion? Before => History.Count > 1 ? History[^2] : null;
    }

    /// <summary>A correction that one subscription is owed, in a form smaller than a row.</summary>
    private sealed record OwedCorrection(
        DateVersion Version, string SubscriptionId, string Channel, long DestinationKey);
}
