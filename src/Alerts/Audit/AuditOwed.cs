using Alerts.Dates;
using Alerts.Due;
using Alerts.Ledger;
using NodaTime;

namespace Alerts.Audit;

/// <summary>
/// Recomputes what one subscription was owed of one date, from their recorded histories and the attempts. It uses
/// the watcher's rule of
/// due instants, but neither its windows nor its plan: an alert that either of them lost is in this list and not in
/// the ledger.
/// </summary>
internal sealed class AuditOwed(AuditHistory history)
{
    private readonly List<OwedAlert> owed = [];

    /// <summary>
    /// Every alert that was owed, and every alert that may have been sent although it need not be there.
    /// </summary>
    public IReadOnlyList<OwedAlert> All()
    {
        var changes = history.Changes();
        for (var i = 0; i < changes.Count; i++)
        {
            var change = changes[i];
            if (history.DateAt(change.Order) is not { } date
                || history.SubscriptionAt(change.Order) is not { IsOwedAlerts: true } subscription)
            {
                continue;
            }

            var epoch = new Epoch(change, date, subscription, history.Leads(date, subscription));
            Passing(epoch, i + 1 < changes.Count ? changes[i + 1] : null);
            if (change.Date is not null)
            {
                AfterChange(epoch);
            }

            if (change.Subscription is not null && Before(change) is { IsOwedAlerts: true } before
                && before.PreferenceSet.Key != subscription.PreferenceSet.Key)
            {
                AfterEdit(epoch, before);
            }
        }

        return owed;
    }

    private static IEnumerable<IGrouping<Instant, DueReminder>> Groups(Epoch epoch) =>
        epoch.Leads.GroupBy(due => due.DueAt);

    /// <summary>
    /// The nearest leads that had passed by an instant; null when none had, or when the date had begun.
    /// </summary>
    private static IGrouping<Instant, DueReminder>? NearestPassed(Epoch epoch) =>
        epoch.Date.KeyDate.Start > epoch.Change.At ? Groups(epoch).LastOrDefault(group => group.Key <= epoch.Change.At)
            : null;

    private SubscriptionVersion? Before(AuditChange change) =>
        history.Subscriptions.LastOrDefault(version => AuditHistory.OrderOf(version) < change.Order);

    /// <summary>What fell due until the next change.</summary>
    /// <param name="next">The next change; null for none.</param>
    private void Passing(Epoch epoch, AuditChange? next)
    {
        var (began, until) = (epoch.Change.At, next?.At ?? Instant.MaxValue);
        // The clock may have been set back: what had passed once may have fallen due again for a later change, and
        // need not have; and more
        // may have passed before the next change than its time says.
        var lowest = history.LowestAfter(epoch.Change.Order);
        var highest = Instant.Max(until, history.HighestBetween(epoch.Change.Order, next?.Order ?? long.MaxValue));
        foreach (var group in Groups(epoch).Where(group => group.Key <= highest))
        {
            var isRequired = group.Key > began && group.Key <= until;
            if (isRequired || group.Key > began || group.Key >= lowest)
            {
                Add(epoch, group, group.Key, isRequired);
            }
        }
    }

    private void AfterChange(Epoch epoch)
    {
        var (order, version) = (epoch.Change.Order, epoch.Date);
        var isNewest = version.KeyDate.Revision == history.Dates[^1].KeyDate.Revision;
        // One that ended at once, or changed again, may have done so before the change was followed.
        var mayLapse = !isNewest || history.Subscriptions.FirstOrDefault(one =>
            AuditHistory.OrderOf(one) > order) is { IsOwedAlerts: false };
        if (AuditKnowledge.OwesCorrection(history, version.KeyDate, order, version.MovedAt))
        {
            // An edit of its topics owes none by itself; the one of its revision goes before short notice all the same.
            if (version.Change is not (DateChange.Added or DateChange.Edited))
            {
                var kind = version.KeyDate.IsCancelled ? AlertKind.Cancelled : AlertKind.Rescheduled;
                owed.Add(new OwedAlert(version.KeyDate.Revision, kind, ["-"], version.RecordedAt, version.RecordedAt,
                    order, IsRequired: true, mayLapse || IsBeingCorrected(epoch), IsNotice: false));
            }
        }
        else if (BeginsToMatch(epoch) && NearestPassed(epoch) is { } nearest && !WasNotified(epoch, nearest.Key))
        {
            Add(epoch, nearest, HeldNow(epoch), isRequired: true, mayLapse || IsBeingTold(epoch, nearest.Key),
                isNotice: true);
        }
    }

    /// <summary>Whether a version begins a revision, or its new topics make the subscription a follower.</summary>
    private bool BeginsToMatch(Epoch epoch) => epoch.Date.Change != DateChange.Edited
        || (history.Dates.LastOrDefault(one => one.Number < epoch.Date.Number) is { } before
            && !epoch.Subscription.PreferenceSet.Preferences.Follows(before.KeyDate)
            && epoch.Subscription.PreferenceSet.Preferences.Follows(epoch.Date.KeyDate));

    /// <summary>Whether an alert that told the same was delivered at or after an instant.</summary>
    private bool WasNotified(Epoch epoch, Instant since) => history.Attempts.Any(attempt =>
        attempt.IsDeliveredBefore(epoch.Change.Order) && attempt.At >= since
            && attempt.NotifiedDate.IsSameToReaders(epoch.Date.KeyDate));

    /// <summary>
    /// Whether one that told the same was under way: delivered before the change was followed, it is the word that the
    /// short notice would be.
    /// </summary>
    private bool IsBeingTold(Epoch epoch, Instant since) => history.Attempts.Any(attempt =>
        attempt.Begun < epoch.Change.Order && attempt.IsDelivered && attempt.Ended > epoch.Change.Order
            && attempt.At >= since && attempt.NotifiedDate.IsSameToReaders(epoch.Date.KeyDate));

    /// <summary>
    /// Whether an attempt was under way after whose delivery no correction was owed any more: it told the same, and may
    /// have been delivered before the change was followed.
    /// </summary>
    private bool IsBeingCorrected(Epoch epoch) => history.Attempts.Any(attempt =>
        attempt.Begun < epoch.Change.Order && attempt.IsDelivered && attempt.Ended > epoch.Change.Order
            && !AuditKnowledge.OwesCorrection(
                history, epoch.Date.KeyDate, attempt.Ended + 1, epoch.Date.MovedAt));

    private void AfterEdit(Epoch epoch, SubscriptionVersion before)
    {
        var old = history.Leads(epoch.Date, before);
        foreach (var group in Groups(epoch).Where(group => group.Key <= epoch.Change.At))
        {
            if (group.Any(due => InstantOf(old, due) > epoch.Change.At))
            {
                // It was still ahead, and the edit put it into the past.
                Add(epoch, group, HeldNow(epoch), isRequired: true);
            }
            else if (group.Any(due => WasAskedForAhead(epoch, due) || WasOwedBefore(epoch, due)))
            {
                // Put away, and back after its instant; or lost by a change that was taken back.
                Add(epoch, group, group.Key, isRequired: false);
            }
        }

        TakePlaces(epoch, old);
    }

    /// <summary>Leads that take the place of undelivered ones that the edit took away.</summary>
    private void TakePlaces(Epoch epoch, IReadOnlyList<DueReminder> old)
    {
        foreach (var gone in old.Where(due => epoch.Leads.All(kept => kept.Lead.Text != due.Lead.Text)))
        {
            if (RowOf(epoch.Date.KeyDate.Revision, gone.Lead.Text) is not { } row
                || history.Attempts.Any(attempt => attempt.Row == row && attempt.IsDeliveredBefore(epoch.Change.Order)))
            {
                continue;
            }

            var kept = epoch.Leads.Where(due => due.DueAt <= epoch.Change.At
                && InstantOf(old, due) == gone.DueAt).GroupBy(due => due.DueAt).FirstOrDefault();
            var isNotice = owed.Any(one => one.IsNotice && one.Revision == epoch.Date.KeyDate.Revision
                && one.Leads.Contains(gone.Lead.Text));
            // One that was lost in an older revision came back with an edit: it is due after its own instant too.
            var mayBeNotice = isNotice || row.DueAt > gone.DueAt;
            if ((kept ?? (mayBeNotice ? NearestPassed(epoch) : null)) is { } group)
            {
                Add(epoch, group, row.DueAt, isRequired: (kept is not null || isNotice) && row is
                {
                    State: DeliveryState.Void,
                    Reason: EndReasons.NotAskedFor
                }, isNotice: isNotice);
            }
        }
    }

    private static Instant? InstantOf(IReadOnlyList<DueReminder> leads, DueReminder lead) =>
        leads.FirstOrDefault(due => due.Lead.Text == lead.Lead.Text)?.DueAt;

    private AuditRow? RowOf(int revision, string lead) =>
        history.Rows.FirstOrDefault(row => row.Alert == new AlertName(revision, AlertKind.Reminder, lead));

    /// <summary>Whether a lead was owed, or asked for ahead, in an older revision that told the same.</summary>
    private bool WasOwedBefore(Epoch epoch, DueReminder due) => history.Dates.Any(date =>
        date.KeyDate.Revision < epoch.Date.KeyDate.Revision && date.KeyDate.IsSameToReaders(epoch.Date.KeyDate)
        && (WasAskedForAhead(epoch with { Date = date }, due) || owed.Any(one => one.Kind == AlertKind.Reminder
            && one.Revision == date.KeyDate.Revision && one.Leads.Contains(due.Lead.Text))));

    /// <summary>
    /// Whether an earlier state of the subscription asked for a lead of this revision before its instant.
    /// </summary>
    private bool WasAskedForAhead(Epoch epoch, DueReminder due) => history.Subscriptions.Any(version =>
        AuditHistory.OrderOf(version) < epoch.Change.Order && version.IsOwedAlerts
        && history.Leads(epoch.Date, version).Any(one => one.Lead.Text == due.Lead.Text
            && one.DueAt > version.RecordedAt));

    /// <summary>When something goes that is due at once: quiet hours hold it.</summary>
    private static Instant HeldNow(Epoch epoch) =>
        DueRule.HeldForQuietHours(epoch.Change.At, epoch.Date.KeyDate, epoch.Subscription.PreferenceSet.Preferences);

    private void Add(Epoch epoch, IGrouping<Instant, DueReminder> group, Instant dueAt, bool isRequired,
        bool mayLapse = false, bool isNotice = false) => owed.Add(
        new OwedAlert(
            epoch.Date.KeyDate.Revision, AlertKind.Reminder, [.. group.Select(due => due.Lead.Text)], dueAt, group.Key,
                epoch.Change.Order, isRequired,
            mayLapse, isNotice));

    /// <summary>From one change to the next.</summary>
    private sealed record Epoch(AuditChange Change, DateVersion Date, SubscriptionVersion Subscription,
        IReadOnlyList<DueReminder> Leads);
}

/// <summary>One alert that was owed.</summary>
/// <param name="Leads">Of leads that come to the same instant any one is sent; <c>-</c> for a correction.</param>
/// <param name="DueAt">When it was to be sent.</param>
/// <param name="OwnInstant">
/// The instant of the leads themselves; for a correction, when its change was recorded.
/// </param>
/// <param name="Order">The place of the change that made it owed in the order of recording.</param>
/// <param name="IsRequired">Whether it must be in the ledger; otherwise it may be.</param>
/// <param name="MayLapse">Whether the next change may have come before it was enqueued.</param>
/// <param name="IsNotice">Whether it was due at short notice.</param>
internal sealed record OwedAlert(
    int Revision, AlertKind Kind, IReadOnlyList<string> Leads, Instant DueAt, Instant OwnInstant, long Order,
        bool IsRequired, bool MayLapse, bool IsNotice)
{
    public AlertName Name => new(Revision, Kind, Leads[0]);

    public bool Is(AlertName alert) => alert.Revision == Revision && alert.Kind == Kind && Leads.Contains(alert.Lead);
}
