using Alerts.Dates;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Queue;
using Alerts.Subscriptions;
using Azure.Data.Tables;

namespace Alerts.Stores.TableStorage;

/// <summary>
/// Carries out what follows from a change of a subscription. All of it is derived from the recorded states, so
/// repeating it changes nothing.
/// </summary>
internal sealed class SubscriptionFollowUp(
    Tables tables, TablePlan plan, TableDates dates, LedgerWriter rows, TableEdits edits, TableKnowledge knowledge,
    WatchState watch, ServiceClock clock, ChannelKinds channels)
{
    public async Task<SubscriptionState?> FindAsync(string id, CancellationToken cancel) =>
        await tables.Subscriptions.FindAsync(Keys.Shard(id), id, cancel) is { } entity
            ? new SubscriptionState(entity, channels) : null;

    /// <summary>
    /// Writes a changed subscription; returns false if it has changed since it was read. If it is owed alerts, its
    /// index entry by preference set is written first.
    /// </summary>
    public async Task<bool> TryChangeAsync(SubscriptionState state, CancellationToken cancel)
    {
        if (state.IsOwedAlerts)
        {
            await tables.Subscriptions.UpsertAsync(Follower.Of(state).ToEntity(state.PreferenceSet), cancel);
        }

        return await tables.Subscriptions.TryReplaceAsync(state.Entity, cancel);
    }

    /// <summary>Changes the current state of a subscription; null if it does not exist or has ended.</summary>
    /// <param name="change">Returns false, and leaves the state as it is, if there is nothing to change.</param>
    public async Task<SubscriptionState?> ChangeAsync(
        string id, Func<SubscriptionState, Instant, bool> change, CancellationToken cancel, bool alsoEnded = false)
    {
        while (await FindAsync(id, cancel) is { } state && (state.Status != SubscriptionStatus.Ended || alsoEnded))
        {
            if (!change(state, clock.Now) || await TryChangeAsync(state, cancel))
            {
                return state;
            }
        }

        return null;
    }

    /// <summary>Reads the subscriptions of a preference set that are owed alerts, in pages.</summary>
    public async IAsyncEnumerable<IReadOnlyList<Follower>> OfPreferenceSetAsync(
        string preferenceSet, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var page in tables.Subscriptions.QueryAsync<TableEntity>(
            $"PartitionKey eq '{Follower.Partition(preferenceSet)}'", TableOperations.PageSize,
            cancellationToken: cancel).AsPages())
        {
            yield return [.. page.Values.Select(Follower.Read)];
        }
    }

    public async Task FollowAsync(string id, CancellationToken cancel)
    {
        var state = await FindAsync(id, cancel);
        while (state is not null)
        {
            await FollowAsync(state, cancel);
            // Two concurrent changes may have removed each other's index entries. The last one to look repairs them.
            var followed = state.Entity.ETag;
            state = await FindAsync(id, cancel) is { } now && now.Entity.ETag != followed ? now : null;
        }
    }

    private async Task FollowAsync(SubscriptionState state, CancellationToken cancel)
    {
        if (state.IsOwedAlerts)
        {
            await tables.Subscriptions.UpsertAsync(Follower.Of(state).ToEntity(state.PreferenceSet), cancel);
            // Before the old entries are removed, so that a change of a date being followed finds the subscription by
            // one of them, or this finds the change.
            await FollowOwedAsync(state, cancel);
        }

        foreach (var preferenceSet in state.Versions.Select(version => version.PreferenceSet).Distinct()
            .Where(preferenceSet => preferenceSet != state.PreferenceSet || state.Status == SubscriptionStatus.Ended))
        {
            await tables.Subscriptions.DropAsync(Follower.Partition(preferenceSet), state.Id, cancel);
        }

        if (state.Status == SubscriptionStatus.Ended)
        {
            await tables.Subscriptions.UpsertAsync(
                new TableEntity("_ended", $"{Keys.Of(state.Versions[^1].RecordedAt)}|{state.Id}"), cancel);
            await rows.ChangeAllAsync(
                [.. (await rows.OfAsync(state.Id, cancel))
                    .Select(row => RowChange.VoidWaiting(row, EndReasons.Unsubscribed))],
                cancel);
        }
    }

    private async Task FollowOwedAsync(SubscriptionState state, CancellationToken cancel)
    {
        var follower = Follower.Of(state);
        var now = clock.Now;
        var (after, before) = (await plan.FindAsync(state.PreferenceSet, cancel), await BeforeAsync(state, cancel));
        var known = await dates.AllAsync(cancel);
        if (before is not null)
        {
            await edits.FollowAsync(state, before.Preferences, known, now, cancel);
        }

        if (state.Versions is [.., { Status: SubscriptionStatus.Disabled }, { Status: SubscriptionStatus.Active }]
            or [.., { Status: SubscriptionStatus.Ended }, { IsOwedAlerts: true }])
        {
            await knowledge.OweCorrectionsAsync(state, now, alsoFailed: true, cancel);
            await QueueWaitingAsync(state, known, now, cancel);
        }

        // Read after the subscription was written: either this sees the run's end, or the run sees the subscription.
        var horizon = await watch.HorizonAsync(cancel) ?? now;
        // This may run again after a later revision: what had passed when that was recorded is owed at short notice
        // only.
        var own = known.SelectMany(version => Owed.Reminders(version, after.Preferences)
            .Where(due => due.DueAt > state.Since && due.DueAt <= horizon
                && (version.MovedOrder < state.SinceOrder || due.DueAt > version.MovedAt))
            .Select(due => follower.Reminder(version, due, now))).ToList();
        await rows.EnqueueAsync(own, now, cancel);
    }

    /// <summary>Queues the reminders that waited when a resumed subscription ended.</summary>
    private async Task QueueWaitingAsync(
        SubscriptionState state, IReadOnlyList<DateVersion> known, Instant now, CancellationToken cancel)
    {
        var pauses = Resumption.Pauses([.. state.Versions.Select(version => (version.RecordedAt, version.Status))]);
        var revisions = known.ToDictionary(version => version.KeyDate.Id, version => version.KeyDate.Revision);
        var own = (await rows.OfAsync(state.Id, cancel)).Where(row =>
            row.Kind == AlertKind.Reminder && revisions.GetValueOrDefault(row.DateId) == row.Revision);
        await rows.ChangeAllAsync([.. own.Select(row => new RowChange(row, Queue))], cancel);

        bool Queue(LedgerRow row)
        {
            if (row is not { State: DeliveryState.Void, Reason: EndReasons.Unsubscribed }
                || Resumption.NextAt(row.DueAt, row.Expires, row.Log is not null, pauses, now) is not { } nextAt)
            {
                return false;
            }

            row.WaitAgain(nextAt);
            return true;
        }
    }

    /// <summary>The preference set before the latest edit; null if the latest change was not an edit.</summary>
    private async Task<PreferenceSet?> BeforeAsync(SubscriptionState state, CancellationToken cancel) =>
        state.Versions is [.., { IsOwedAlerts: true } before, var last] && before.PreferenceSet != last.PreferenceSet
            ? await plan.FindAsync(before.PreferenceSet, cancel) : null;
}

/// <summary>
/// A subscription that is owed alerts, with what its ledger rows need: the index entry by which it is found from its
/// preference set.
/// </summary>
/// <param name="SinceOrder">The recording number of its last confirmation or edit.</param>
internal sealed record Follower(string Id, string Channel, long DestinationKey, Instant Since, long SinceOrder)
{
    /// <summary>The partition with the followers of a preference set.</summary>
    public static string Partition(string preferenceSet) => "i|" + preferenceSet;

    public static Follower Of(SubscriptionState state) =>
        new(state.Id, state.Channel, state.DestinationKey, state.Since, state.SinceOrder);

    public static Follower Read(TableEntity entity) => new(
        entity.RowKey, entity.Text("Channel"), entity.DestinationKey(), entity.Instant("Since"),
        entity.GetInt64("SinceOrder") ?? 0);

    public TableEntity ToEntity(string preferenceSet) => new(Partition(preferenceSet), Id)
    {
        ["Channel"] = Channel,
        [FirstNames.DestinationKey] = DestinationKey,
        ["Since"] = Since.ToUnixTimeMilliseconds(),
        ["SinceOrder"] = SinceOrder,
    };

    /// <param name="notBefore">
    /// The earliest instant to send late email alerts of one run, so that they are sent together. Does not
    /// apply to endpoints.
    /// </param>
    public LedgerRow Reminder(DateVersion version, DueReminder due, Instant now, Instant? notBefore = null) => new(
        new LedgerName(Id, version.KeyDate.Id, version.KeyDate.Revision, AlertKind.Reminder, due.Lead.Text),
        Channel, DestinationKey, due.DueAt, due.Expires,
        DestinationKey == 0 ? Instant.Max(due.DueAt, notBefore ?? due.DueAt) : due.DueAt, now);
}
