using Alerts.Dates;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Subscriptions;
using NodaTime;

namespace Alerts.Stores.TableStorage;

/// <summary>What follows from an edit of a subscription in the ledger. Derived from what was recorded: done again, it changes nothing.</summary>
internal sealed class TableEdits(TableDates dates, LedgerWriter rows, IntentLog intents, TableKnowledge knowledge)
{
    /// <param name="before">The preferences before the edit.</param>
    /// <param name="known">The dates as they are.</param>
    public async Task FollowAsync(SubscriptionState state, Preferences before, IReadOnlyList<DateVersion> known, Instant now, CancellationToken cancel)
    {
        var (subscription, at) = (state.Subscription, state.Since);
        var byDate = (await rows.OfAsync(state.Id, cancel)).Where(row => row.Kind != AlertKind.Service).ToLookup(row => row.DateId);
        var pending = await PendingAsync(cancel);
        var (put, change) = (new List<LedgerRow>(), new List<RowChange>());
        foreach (var version in known.Where(version => !pending.ContainsKey(version.KeyDate.Id)).Concat(pending.Values.Select(history => history[^1])))
        {
            var (old, leads) = (Owed.Leads(version, before), Owed.Leads(version, subscription.Preferences));
            var reminders = byDate[version.KeyDate.Id].Where(row => row.Kind == AlertKind.Reminder && row.Revision == version.KeyDate.Revision).ToDictionary(row => row.Lead);
            var edited = reminders.Values.Select(row => new EditedRow(row.Lead, row.State, row.DueAt, row.Expires, row.NextAt, row.Log is not null, row.Reason)).ToList();
            foreach (var edit in new ReminderEdits(version, subscription.Preferences, old, leads, edited, at).Changes())
            {
                if (reminders.GetValueOrDefault(edit.Lead) is not { } there || there.State == DeliveryState.Void)
                {
                    put.Add(RowOf(state, version, edit, now));
                }
                else
                {
                    change.Add(edit.VoidReason is { } reason ? SubscriptionFollowUp.VoidWaiting(there, reason) : new RowChange(there, row => Rewait(row, edit)));
                }
            }

            if (old.Count > 0 && pending.GetValueOrDefault(version.KeyDate.Id) is { } history && MissedNotice(state, before, history, leads, byDate[version.KeyDate.Id], now) is { } due)
            {
                put.Add(RowOf(state, version, new RowEdit(due.Lead.Text, due.DueAt, due.Expires, due.DueAt, null), now));
            }
        }

        // What takes a place comes before what gives it up: broken off in between, it is done again.
        await rows.EnqueueAsync([.. put.DistinctBy(row => row.Name)], now, cancel, alsoVoid: true);
        await rows.ChangeAllAsync(change, cancel);
    }

    /// <summary>
    /// The short notice of a change whose followers have not all been gone through: under another schedule, this one would be passed over.
    /// </summary>
    private DueReminder? MissedNotice(
        SubscriptionState state, Preferences before, IReadOnlyList<DateVersion> history, IReadOnlyList<DueReminder> leads, IEnumerable<LedgerRow> told, Instant now)
    {
        var current = history[^1];
        if (Owed.NoticeAt(current, state.Subscription.Preferences, DueRule.Merged(leads), now) is not { } notice)
        {
            return null;
        }

        // The order of its confirmation or edit before this one.
        var versions = state.Versions.SkipLast(1).ToList();
        var sinceOrder = versions is [.., { IsOwedAlerts: true } last] ? versions.First(one => one.IsOwedAlerts && one.Since == last.Since).Order : long.MaxValue;
        for (var i = 0; i < history.Count; i++)
        {
            if (history[i].KeyDate.Revision == current.KeyDate.Revision && history[i].Order > sinceOrder && Owed.GivesShortNotice(history[i], i > 0 ? history[i - 1] : null, before))
            {
                return Owed.IsNoticeOwed(knowledge.Of(told, Corrections.ByRevision(history)), current, notice) ? notice.Due : null;
            }
        }

        return null;
    }

    /// <summary>The dates with changes that are still followed, each with its history.</summary>
    private async Task<Dictionary<string, IReadOnlyList<DateVersion>>> PendingAsync(CancellationToken cancel)
    {
        var pending = new Dictionary<string, IReadOnlyList<DateVersion>>();
        foreach (var id in (await intents.AllAsync(cancel)).Where(intent => intent.IsDate).Select(intent => intent.Id).Distinct())
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
