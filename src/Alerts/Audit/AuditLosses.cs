using Alerts.Dates;
using Alerts.Due;
using Alerts.Ledger;

namespace Alerts.Audit;

/// <summary>
/// Finds losses: owed alerts that are void although nothing replaces them, and subscriptions whose last delivered alert
/// is out of date.
/// </summary>
/// <param name="until">End of the audited period. A queued reminder that is due by then counts as open.</param>
internal sealed class AuditLosses(AuditHistory history, IReadOnlyList<OwedAlert> owed, Instant until)
{
    private readonly DateVersion? current = history.Dates.Count == 0 ? null : history.Dates[^1];
    private readonly SubscriptionVersion? subscription =
        history.Subscriptions.Count == 0 ? null : history.Subscriptions[^1];

    /// <summary>The last delivered alert, when it is out of date and nothing open would correct it; or null.</summary>
    public AlertName? StaleNotification()
    {
        if (current is null || subscription is not { Status: Subscriptions.SubscriptionStatus.Active }
            || current.MovedAt > until || IsOpen())
        {
            return null;
        }

        var date = current.KeyDate;
        return AuditKnowledge.Known(history, long.MaxValue) is not { } known || known.NotifiedDate.IsSameToReaders(date)
            || (known.NotifiedDate.Over <= until && date.Over <= until)
            || history.Rows.Any(row => row.Alert.Kind.IsCorrection()
                && row is { State: DeliveryState.Failed, Reason: not null }
                && history.StateIn(row.Alert.Revision).IsSameToReaders(date))
            ? null : known.Row.Alert;
    }

    /// <summary>Whether an owed alert with rows is lost: all its rows are void, and nothing explains why.</summary>
    /// <param name="rows">The rows of the alert; at least one.</param>
    public bool IsLost(OwedAlert alert, IReadOnlyList<AuditRow> rows)
    {
        if (!alert.IsRequired || current?.KeyDate.Revision != alert.Revision
            || subscription is not { IsOwedAlerts: true } || rows.Any(row => row.State != DeliveryState.Void))
        {
            return false;
        }

        return alert.Kind == AlertKind.Reminder ? IsReminderLost(alert, rows)
            : AuditKnowledge.OwesCorrection(history, current.KeyDate, long.MaxValue, until);
    }

    private bool IsReminderLost(OwedAlert alert, IReadOnlyList<AuditRow> rows)
    {
        var leads = history.Leads(current!, subscription!); // not null: IsLost has checked
        var isAskedFor = leads.Any(due => alert.Leads.Contains(due.Lead.Text));
        // The lead was added back, or the subscription resumed, after its row had expired; it fell due while the
        // subscription was ended; or it is not due yet.
        var isTooLate = rows.Any(row => FellDueWhileEnded(row) || history.Subscriptions.Any(version =>
                AuditHistory.OrderOf(version) > alert.Order && row.Expires < version.RecordedAt))
            || leads.All(due => !alert.Leads.Contains(due.Lead.Text) || due.DueAt > until);
        return isAskedFor && !isTooLate && !HasCorrection() && !IsOvertaken(alert)
            && !history.Attempts.Any(attempt => attempt.IsDelivered
                && (attempt.Begun > alert.Order || attempt.At >= alert.OwnInstant)
                && attempt.NotifiedDate.IsSameToReaders(current!.KeyDate));
    }

    private bool FellDueWhileEnded(AuditRow row) => row is { Reason: EndReasons.Unsubscribed, Attempts.Count: 0 }
        && history.Subscriptions.Zip(history.Subscriptions.Skip(1)).Any(pair =>
            pair.First.Status == Subscriptions.SubscriptionStatus.Ended
            && row.DueAt > pair.First.RecordedAt && row.DueAt <= pair.Second.RecordedAt);

    private bool HasCorrection() => history.Rows.Any(row =>
        // Not null: IsLost has checked it.
        row.Alert.Revision == current!.KeyDate.Revision && row.Alert.Kind.IsCorrection()
            && row.State != DeliveryState.Void);

    private bool IsOvertaken(OwedAlert alert) => owed.Any(nearer =>
        nearer.Revision == alert.Revision && nearer.OwnInstant > alert.OwnInstant && nearer.OwnInstant <= until
        && history.Rows.Any(row => nearer.Is(row.Alert) && row.State != DeliveryState.Void));

    /// <summary>
    /// Whether an alert may still be sent that states the date as it is now: a correction, a due reminder, or a row
    /// that is being sent or retried.
    /// </summary>
    private bool IsOpen() => history.Rows.Any(row => row.State switch
    {
        DeliveryState.Sending or DeliveryState.Retrying => true,
        DeliveryState.Queued => row.Alert.Kind.IsCorrection() || row.DueAt <= until,
        DeliveryState.Delivered or DeliveryState.Failed or DeliveryState.Expired or DeliveryState.Void => false,
        _ => throw new System.Diagnostics.UnreachableException(),
    });
}
