using Alerts.Dates;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Subscriptions;

namespace Alerts.Stores.TableStorage;

/// <summary>
/// Updates the ledger after an edit of a subscription. All of it is derived from the recorded states, so repeating it
/// changes nothing.
/// </summary>
internal sealed class TableEdits(TableDates dates, LedgerWriter rows, IntentLog intents, TableKnowledge knowledge)
{
    /// <param name="before">The preferences before the edit.</param>
    /// <param name="known">The current versions of all dates.</param>
    public async Task FollowAsync(SubscriptionState state, Preferences before, IReadOnlyList<DateVersion> known,
        Instant now, CancellationToken cancel)
    {
        var subscription = state.Subscription;
        var pending = await PendingAsync(cancel);
        await EnqueueMissedAsync(state, before, pending.Values, now, cancel);
        var byDate = (await rows.OfAsync(state.Id, cancel))
            .Where(row => row.Kind != AlertKind.Service).ToLookup(row => row.DateId);
        var (put, change) = (new List<LedgerRow>(), new List<RowChange>());
        foreach (var version in known.Where(version => !pending.ContainsKey(version.KeyDate.Id))
            .Concat(pending.Values.Select(history => history[^1])))
        {
            var its = byDate[version.KeyDate.Id].ToList();
            var history = its.Exists(row => row.Revision < version.KeyDate.Revision)
                ? await dates.HistoryAsync(version.KeyDate.Id, cancel) : null;
            var reminders = its.Where(row => row.Kind == AlertKind.Reminder && row.Revision == version.KeyDate.Revision)
                .ToDictionary(row => row.Lead);
            var edits = new ReminderEdits(
                version, before, subscription.Preferences, Owed.Leads(version, before),
                Owed.Leads(version, subscription.Preferences),
                [.. reminders.Values.Select(row => new EditedRow(
                    row.Lead, row.State, row.DueAt, row.Expires, row.NextAt, row.Log is not null, row.Reason,
                    row.IsResent))],
                version.Order > state.SinceOrder ? version.RecordedAt : state.Since,
                history is null ? null : due => WasLost(its, history, version, due));
            foreach (var edit in edits.Changes())
            {
                if (reminders.GetValueOrDefault(edit.Lead) is not { } there || there.State == DeliveryState.Void)
                {
                    put.Add(RowOf(state, version, edit, now));
                }
                else
                {
                    change.Add(edit.VoidReason is { } reason ? RowChange.VoidWaiting(there, reason)
                        : new RowChange(there, row => Rewait(row, edit)));
                }
            }
        }

        // New rows are written before those they replace are voided: if interrupted in between, this runs again.
        await rows.EnqueueAsync(put, now, cancel, alsoVoid: true);
        await rows.ChangeAllAsync(change, cancel);
    }

    /// <summary>
    /// Enqueues what this subscription is owed by changes whose followers have not all been processed. Under its new
    /// preference set the subscription would be skipped.
    /// </summary>
    private async Task EnqueueMissedAsync(
        SubscriptionState state, Preferences before, IEnumerable<IReadOnlyList<DateVersion>> pending, Instant now,
        CancellationToken cancel)
    {
        // The recording number of its last confirmation or edit before this one.
        var versions = state.Versions.SkipLast(1).ToList();
        var sinceOrder = versions is [.., { IsOwedAlerts: true } last]
            ? versions.First(one => one.IsOwedAlerts && one.Since == last.Since).Order : long.MaxValue;
        foreach (var history in pending)
        {
            for (var i = 0; i < history.Count; i++)
            {
                var change = history[i];
                if (change.KeyDate.Revision != history[^1].KeyDate.Revision || change.Order <= sinceOrder
                    || change.Order > state.SinceOrder
                    || !Owed.GivesShortNotice(change, i > 0 ? history[i - 1] : null, before))
                {
                    continue;
                }

                var told = await rows.OfAsync(change.KeyDate.Id, state.Id, cancel);
                var missed = Owed.DueSince(change, before, knowledge.Of(told, Corrections.ByRevision(history)), now);
                await rows.EnqueueAsync([.. missed.Select(due => RowOf(state, change, RowEdit.Of(due), now))
                    .Where(row => !told.Any(there => there.Name == row.Name))], now, cancel);
            }
        }
    }

    private bool WasLost(IReadOnlyList<LedgerRow> told, IReadOnlyList<DateVersion> history, DateVersion version,
        DueReminder due)
    {
        var byRevision = Corrections.ByRevision(history);
        return told.Any(row => row.Kind == AlertKind.Reminder && row.Lead == due.Lead.Text
            && row.State == DeliveryState.Void
                && row.Revision < version.KeyDate.Revision && byRevision[row.Revision].IsSameToReaders(version.KeyDate))
            && Owed.IsNoticeOwed(knowledge.Of(told, byRevision), version, new ShortNotice(due, due.DueAt));
    }

    /// <summary>The histories of the dates with announced or unfinished changes, by date id.</summary>
    private async Task<Dictionary<string, IReadOnlyList<DateVersion>>> PendingAsync(CancellationToken cancel)
    {
        var pending = new Dictionary<string, IReadOnlyList<DateVersion>>();
        foreach (var id in (await intents.AllAsync(cancel)).SelectMany(intent =>
            intent.IsDate ? [intent.Id] : intent.DateIds).Distinct())
        {
            if (await dates.HistoryAsync(id, cancel) is { } history)
            {
                pending[id] = history;
            }
        }

        return pending;
    }

    private static LedgerRow RowOf(SubscriptionState state, DateVersion version, RowEdit edit, Instant now) => new(
        new Queue.LedgerName(state.Id, version.KeyDate.Id, version.KeyDate.Revision, AlertKind.Reminder, edit.Lead),
        state.Channel, state.DestinationKey, edit.DueAt, edit.Expires, edit.NextAt, now);

    private static bool Rewait(LedgerRow row, RowEdit edit)
    {
        if (!row.IsWaiting || (row.DueAt == edit.DueAt && row.Expires == edit.Expires && row.NextAt == edit.NextAt))
        {
            return false;
        }

        (row.DueAt, row.Expires) = (edit.DueAt, edit.Expires);
        row.Wait(row.State, edit.NextAt);
        return true;
    }
}
