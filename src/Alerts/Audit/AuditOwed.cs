using Alerts.Dates;
using Alerts.Due;
using Alerts.Ledger;

namespace Alerts.Audit;

/// <summary>
/// Recomputes which alerts one subscription was owed for one date, from their recorded histories and the attempts. Uses
/// the watcher's rule for due instants, but neither its time windows nor its plan: an alert that either of them lost is
/// in this list but not in the ledger.
/// </summary>
internal sealed class AuditOwed(AuditHistory history)
{
    private readonly List<OwedAlert> owed = [];

    /// <summary>All alerts that were owed, and all alerts that may have been sent but are not required.</summary>
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
    /// The most recent leads that had passed when the change was made; null when none had, or when the date had
    /// started.
    /// </summary>
    private static IGrouping<Instant, DueReminder>? NearestPassed(Epoch epoch) =>
        epoch.Date.KeyDate.Start > epoch.Change.At ? Groups(epoch).LastOrDefault(group => group.Key <= epoch.Change.At)
            : null;

    private SubscriptionVersion? Before(AuditChange change) =>
        history.Subscriptions.LastOrDefault(version => AuditHistory.OrderOf(version) < change.Order);

    /// <summary>Adds the reminders that became due before the next change.</summary>
    /// <param name="next">The next change; null for none.</param>
    private void Passing(Epoch epoch, AuditChange? next)
    {
        var (began, until) = (epoch.Change.At, next?.At ?? Instant.MaxValue);
        // The clock may have been set back. Leads that had already passed may then have become due again, but are not
        // required. More leads may also have passed before the next change than its recorded time suggests.
        var wasSetBack = history.LowestAfter(epoch.Change.Order) < began;
        var highest = Instant.Max(until, history.HighestBetween(epoch.Change.Order, next?.Order ?? long.MaxValue));
        foreach (var group in Groups(epoch).Where(group => group.Key <= highest))
        {
            var isRequired = group.Key > began && group.Key <= until;
            if (isRequired || group.Key > began || wasSetBack)
            {
                Add(epoch, group, group.Key, isRequired);
            }
        }
    }

    private void AfterChange(Epoch epoch)
    {
        var (order, version) = (epoch.Change.Order, epoch.Date);
        var isNewest = version.KeyDate.Revision == history.Dates[^1].KeyDate.Revision;
        // If the subscription ended immediately or the date changed again, that may have happened before this change
        // was processed.
        var mayLapse = !isNewest || history.Subscriptions.FirstOrDefault(one =>
            AuditHistory.OrderOf(one) > order) is { IsOwedAlerts: false };
        if (AuditKnowledge.OwesCorrection(history, version.KeyDate, order, version.MovedAt))
        {
            // An edit of topics alone requires no correction. A correction that the edit's revision still owes
            // nevertheless takes precedence over a short-notice reminder.
            if (version.Change is not (DateChange.Added or DateChange.Edited))
            {
                var kind = version.KeyDate.IsCancelled ? AlertKind.Cancelled : AlertKind.Rescheduled;
                owed.Add(new OwedAlert(version.KeyDate.Revision, kind, ["-"], version.RecordedAt, version.RecordedAt,
                    order, IsRequired: true, mayLapse || IsBeingCorrected(epoch), IsNotice: false));
            }
        }
        else if (BeginsToMatch(epoch) && NearestPassed(epoch) is { } nearest && !WasNotified(epoch, nearest.Key))
        {
            Add(epoch, nearest, HeldNow(epoch), isRequired: true, mayLapse || IsBeingNotified(epoch, nearest.Key),
                isNotice: true);
        }
    }

    /// <summary>Whether a version starts a revision, or its new topics make the subscription a follower.</summary>
    private bool BeginsToMatch(Epoch epoch) => epoch.Date.Change != DateChange.Edited
        || (history.Dates.LastOrDefault(one => one.Number < epoch.Date.Number) is { } before
            && !epoch.Subscription.PreferenceSet.Preferences.Follows(before.KeyDate)
            && epoch.Subscription.PreferenceSet.Preferences.Follows(epoch.Date.KeyDate));

    /// <summary>
    /// Whether an alert that is the same to readers was delivered at or after <paramref name="since"/>, before the
    /// change.
    /// </summary>
    private bool WasNotified(Epoch epoch, Instant since) => history.Attempts.Any(attempt =>
        attempt.IsDeliveredBefore(epoch.Change.Order) && attempt.At >= since
            && attempt.NotifiedDate.IsSameToReaders(epoch.Date.KeyDate));

    /// <summary>
    /// Whether an alert that is the same to readers was in progress during the change and was delivered. If that
    /// happened before the change was processed, it replaced the short-notice reminder.
    /// </summary>
    private bool IsBeingNotified(Epoch epoch, Instant since) => history.Attempts.Any(attempt =>
        attempt.Begun < epoch.Change.Order && attempt.IsDelivered && attempt.Ended > epoch.Change.Order
            && attempt.At >= since && attempt.NotifiedDate.IsSameToReaders(epoch.Date.KeyDate));

    /// <summary>
    /// Whether an attempt was in progress during the change whose delivery made a correction unnecessary. It may have
    /// been delivered before the change was processed.
    /// </summary>
    private bool IsBeingCorrected(Epoch epoch) => history.Attempts.Any(attempt =>
        attempt.Begun < epoch.Change.Order && attempt.IsDelivered && attempt.Ended > epoch.Change.Order
            && !AuditKnowledge.OwesCorrection(history, epoch.Date.KeyDate, attempt.Ended + 1, epoch.Date.MovedAt));

    private void AfterEdit(Epoch epoch, SubscriptionVersion before)
    {
        var old = history.Leads(epoch.Date, before);
        foreach (var group in Groups(epoch).Where(group => group.Key <= epoch.Change.At))
        {
            if (group.Any(due => InstantOf(old, due) > epoch.Change.At))
            {
                // It was in the future, and the edit moved it into the past.
                Add(epoch, group, HeldNow(epoch), isRequired: true);
            }
            else if (group.Any(due => WasAskedForAhead(epoch, due) || WasOwedBefore(epoch, due)
                || TakesPlace(epoch, before, due)))
            {
                // Removed, then added back after its instant; lost through a date change that was reverted; or added in
                // place of one that was removed.
                Add(epoch, group, group.Key, isRequired: false);
            }
        }

        TakePlaces(epoch, old);
    }

    /// <summary>Adds the leads that take over from undelivered leads that the edit removed.</summary>
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
            // After the clock was set back, a short notice may wait for its lead's own instant again. A lead lost in an
            // older revision and restored by an edit is also due after its own instant.
            var isLate = row.DueAt > gone.DueAt;
            if ((kept ?? (isNotice || isLate ? NearestPassed(epoch) : null)) is { } group)
            {
                var wasRemoved = row is { State: DeliveryState.Void, Reason: EndReasons.NotAskedFor };
                Add(epoch, group, row.DueAt, isRequired: wasRemoved && (kept is not null || (isNotice && isLate)),
                    isNotice: isNotice);
            }
        }
    }

    /// <summary>Whether a removed lead of the same instant has a row, whose place this lead may take.</summary>
    private bool TakesPlace(Epoch epoch, SubscriptionVersion before, DueReminder due) => history.Rows.Any(row =>
        row.Alert.Kind == AlertKind.Reminder && row.Alert.Revision == epoch.Date.KeyDate.Revision
            && epoch.Leads.All(one => one.Lead.Text != row.Alert.Lead)
            && OldInstantOf(epoch, before, row.Alert.Lead) == OldInstantOf(epoch, before, due.Lead.Text));

    private static Instant OldInstantOf(Epoch epoch, SubscriptionVersion before, string lead) =>
        SharedInstant.Of(lead, epoch.Date.KeyDate, before.PreferenceSet.Preferences);

    private static Instant? InstantOf(IReadOnlyList<DueReminder> leads, DueReminder lead) =>
        leads.FirstOrDefault(due => due.Lead.Text == lead.Lead.Text)?.DueAt;

    private AuditRow? RowOf(int revision, string lead) =>
        history.Rows.FirstOrDefault(row => row.Alert == new AlertName(revision, AlertKind.Reminder, lead));

    /// <summary>
    /// Whether a lead was owed, or selected before its instant, in an older revision that is the same to readers.
    /// </summary>
    private bool WasOwedBefore(Epoch epoch, DueReminder due) => history.Dates.Any(date =>
        date.KeyDate.Revision < epoch.Date.KeyDate.Revision && date.KeyDate.IsSameToReaders(epoch.Date.KeyDate)
        && (WasAskedForAhead(epoch with { Date = date }, due) || owed.Any(one => one.Kind == AlertKind.Reminder
            && one.Revision == date.KeyDate.Revision && one.Leads.Contains(due.Lead.Text))));

    /// <summary>Whether the subscription had selected a lead of this revision before its instant.</summary>
    private bool WasAskedForAhead(Epoch epoch, DueReminder due) => history.Subscriptions.Any(version =>
        AuditHistory.OrderOf(version) < epoch.Change.Order && version.IsOwedAlerts
        && history.Leads(epoch.Date, version).Any(one => one.Lead.Text == due.Lead.Text
            && one.DueAt > version.RecordedAt));

    /// <summary>When an alert that is due immediately is sent: at once, or at the end of quiet hours.</summary>
    private static Instant HeldNow(Epoch epoch) =>
        DueRule.HeldForQuietHours(epoch.Change.At, epoch.Date.KeyDate, epoch.Subscription.PreferenceSet.Preferences);

    private void Add(Epoch epoch, IGrouping<Instant, DueReminder> group, Instant dueAt, bool isRequired,
        bool mayLapse = false, bool isNotice = false) => owed.Add(new OwedAlert(
            epoch.Date.KeyDate.Revision, AlertKind.Reminder, [.. group.Select(due => due.Lead.Text)], dueAt, group.Key,
            epoch.Change.Order, isRequired, mayLapse, isNotice));

    /// <summary>The period from one change to the next.</summary>
    private sealed record Epoch(AuditChange Change, DateVersion Date, SubscriptionVersion Subscription,
        IReadOnlyList<DueReminder> Leads);
}

/// <summary>One alert that was owed.</summary>
/// <param name="Leads">
/// The leads that are due at the same instant, of which any one is sent; <c>-</c> for a correction.
/// </param>
/// <param name="DueAt">When it was due to be sent.</param>
/// <param name="OwnInstant">
/// The original due instant of the leads; for a correction, when its change was recorded.
/// </param>
/// <param name="Order">The sequence number of the change that made it owed.</param>
/// <param name="IsRequired">Whether it must be in the ledger. Otherwise it may be, but need not.</param>
/// <param name="MayLapse">Whether the next change may have come before it was enqueued.</param>
/// <param name="IsNotice">Whether it was due at short notice.</param>
internal sealed record OwedAlert(
    int Revision, AlertKind Kind, IReadOnlyList<string> Leads, Instant DueAt, Instant OwnInstant, long Order,
    bool IsRequired, bool MayLapse, bool IsNotice)
{
    public AlertName Name => new(Revision, Kind, Leads[0]);

    public bool Is(AlertName alert) => alert.Revision == Revision && alert.Kind == Kind && Leads.Contains(alert.Lead);
}
