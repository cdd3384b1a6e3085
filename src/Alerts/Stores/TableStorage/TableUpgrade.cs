using Alerts.Dates;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Watch;
using Azure.Data.Tables;

namespace Alerts.Stores.TableStorage;

/// <summary>
/// Queues, once per storage account, the alerts that earlier versions lost for dates still ahead. If interrupted, it
/// runs again and leaves existing rows unchanged.
/// </summary>
internal sealed class TableUpgrade(
    Tables tables, TablePlan plan, TableDates dates, SubscriptionFollowUp following, LedgerWriter rows,
    TableKnowledge knowledge, ServiceClock clock)
{
    private const string Partition = "watch";
    private const string Done = "lost-alerts-owed";

    /// <returns>
    /// What was queued; null if it has run before, or if no earlier version has written to this account.
    /// </returns>
    public async Task<LostAlerts?> RunAsync(CancellationToken cancel)
    {
        if (await tables.State.FindAsync(Partition, Done, cancel) is not null)
        {
            return null;
        }

        var (isOld, corrections, reminders) = (false, 0L, 0L);
        foreach (var version in await dates.AllAsync(cancel))
        {
            var history = await dates.HistoryAsync(version.KeyDate.Id, cancel) ?? [];
            isOld |= history.Any(one => one.Order == 0);
            if (history is [.., var current] && current.KeyDate.Over > clock.Now && history.Any(one => one.Order == 0))
            {
                var told = await rows.OfDateAsync(current.KeyDate.Id, cancel)
                    .ToLookupAsync(row => row.SubscriptionId, cancellationToken: cancel);
                corrections += await OweCorrectionsAsync(history, told, cancel);
                reminders += await OweRemindersAsync(history, told, cancel);
            }
        }

        await tables.State.UpsertAsync(new TableEntity(Partition, Done), cancel);
        return isOld ? new LostAlerts(corrections, reminders) : null;
    }


    private async Task<long> OweCorrectionsAsync(
        IReadOnlyList<DateVersion> history, ILookup<string, LedgerRow> told, CancellationToken cancel)
    {
        var (current, byRevision, queued) = (history[^1], Corrections.ByRevision(history), 0L);
        foreach (var its in told.Where(_ => current.KeyDate.Revision > 1))
        {
            if (knowledge.IsOwed(its, Corrections.OtherRevisions(history, current), byRevision, current)
                && await following.FindAsync(its.Key, cancel) is { IsOwedAlerts: true } state)
            {
                queued += await knowledge.OweCorrectionsAsync(state, clock.Now, alsoFailed: false, cancel);
            }
        }

        return queued;
    }

    private async Task<long> OweRemindersAsync(
        IReadOnlyList<DateVersion> history, ILookup<string, LedgerRow> told, CancellationToken cancel)
    {
        var (current, byRevision, queued) = (history[^1], Corrections.ByRevision(history), 0L);
        foreach (var preferenceSet in await plan.FollowersAsync(current.KeyDate, cancel))
        {
            // The stored plan follows the rule of the version that made it, so it is made again.
            await plan.PlanAsync(current, preferenceSet, cancel);
            var now = clock.Now;
            if (Owed.NoticeAt(current, preferenceSet.Preferences, now) is not { } notice)
            {
                continue;
            }

            await foreach (var page in following.OfPreferenceSetAsync(preferenceSet.Key, cancel))
            {
                var lost = page.Where(follower => WasOwed(follower.Since, notice.OwnInstant, current.MovedAt)
                    && Owed.IsNoticeOwed(knowledge.Of(told[follower.Id], byRevision), current, notice)
                    && !Has(told[follower.Id], current, notice));
                queued += await rows.EnqueueAsync(
                    [.. lost.Select(follower => follower.Reminder(current, notice.Due, now))], now, cancel,
                    alsoVoid: true);
            }
        }

        return queued;
    }

    /// <summary>Whether the reminder was owed at the lead's own instant or at short notice.</summary>
    private static bool WasOwed(Instant since, Instant ownInstant, Instant movedAt) => since < ownInstant
        || (since <= movedAt && ownInstant <= movedAt);

    private static bool Has(IEnumerable<LedgerRow> its, DateVersion current, ShortNotice notice) => its.Any(row =>
        row.Kind == AlertKind.Reminder && row.Revision == current.KeyDate.Revision && row.Lead == notice.Due.Lead.Text
            && row.State != DeliveryState.Void);
}

/// <summary>
/// Computes stored instants again after an update of the time zone data: the list of dates, and the lines of the plan
/// still ahead. Writes only what differs.
/// </summary>
internal sealed class TableZoneUpdate(
    Tables tables, TableDateList list, TableDates dates, TablePlan plan, ServiceClock clock)
{
    private const string Partition = "watch";
    private const string Row = "tzdb";

    /// <summary>
    /// The largest change of an instant that counts as one of the time zone data: a zone that changes sides of the
    /// date line. Lines that differ by more are left over from a date that was moved.
    /// </summary>
    private static readonly Duration MaxShift = Duration.FromDays(1);

    /// <summary>See <see cref="Watch.IWatch.UpdateZonesAsync"/>.</summary>
    public async Task RunAsync(Instant watchedTo, CancellationToken cancel)
    {
        if ((await tables.State.FindAsync(Partition, Row, cancel))?.GetString("Version") == Zones.Version)
        {
            return;
        }

        foreach (var listed in await list.OutdatedAsync(cancel))
        {
            if (await dates.FindAsync(listed.Id, cancel) is { } version && Owed.MayOwe(version.KeyDate, clock.Now))
            {
                foreach (var preferenceSet in await plan.FollowersAsync(version.KeyDate, cancel))
                {
                    await plan.PlanAsync(version, preferenceSet, cancel);
                }
            }

            await list.RebuildAsync(listed, cancel);
        }

        var known = new Dictionary<string, DateVersion?>();
        await foreach (var line in plan.AheadAsync(watchedTo, cancel))
        {
            if (!known.TryGetValue(line.DateId, out var version))
            {
                known[line.DateId] = version = await dates.FindAsync(line.DateId, cancel);
            }

            if (version is not null)
            {
                await UpdateAsync(line, version, watchedTo, cancel);
            }
        }

        await tables.State.UpsertAsync(new TableEntity(Partition, Row) { ["Version"] = Zones.Version }, cancel);
    }

    private async Task UpdateAsync(PlanLine line, DateVersion version, Instant watchedTo, CancellationToken cancel)
    {
        var preferenceSet = await plan.FindAsync(line.PreferenceSet, cancel);
        if (Owed.Reminders(version, preferenceSet.Preferences).FirstOrDefault(due => due.Lead.Text == line.Lead)
            is not { } due || due.DueAt == line.DueAt)
        {
            return;
        }

        await plan.PlanAsync(version, preferenceSet, cancel);
        if (due.DueAt <= watchedTo && line.DueAt - due.DueAt <= MaxShift)
        {
            // The windows to come would not contain it.
            await plan.PlanAsync(version, preferenceSet, due, watchedTo + Duration.FromMilliseconds(1), cancel);
        }

        await plan.DropAsync(line, cancel);
    }
}
