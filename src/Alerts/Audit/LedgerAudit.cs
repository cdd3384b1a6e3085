using Alerts.Dates;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Subscriptions;

namespace Alerts.Audit;

/// <summary>
/// Recomputes which alerts one subscription was owed for one date from their recorded histories, and compares them with
/// the ledger's rows. Reports missing alerts, alerts that should not have been attempted, and a last delivered alert
/// that is out of date.
/// </summary>
/// <param name="unseen">
/// How long after its recording a change may still be invisible to the senders: the time to commit plus clock
/// differences. Until then, an attempt based on the previous state is correct.
/// </param>
internal sealed class LedgerAudit(Duration unseen)
{
    private readonly Func<DateVersion, PreferenceSet, IReadOnlyList<DueReminder>> leads = AuditLeads.Cached();

    /// <summary>Audits one subscription and one date, and adds the result to <paramref name="count"/>.</summary>
    /// <param name="date">All versions, oldest first.</param>
    /// <param name="subscription">All versions, oldest first.</param>
    /// <param name="rows">The ledger's rows for this subscription and date.</param>
    /// <param name="from">Audit only alerts due at or after this instant; null for no lower bound.</param>
    /// <param name="to">Audit only alerts due at or before this instant.</param>
    public void Judge(
        IReadOnlyList<DateVersion> date, IReadOnlyList<SubscriptionVersion> subscription, IReadOnlyList<AuditRow> rows,
        Instant? from, Instant to, AuditCount count)
    {
        var history = new AuditHistory(date, subscription, rows, leads);
        var owed = new AuditOwed(history).All();
        var losses = new AuditLosses(history, owed, to);
        JudgeOwed(history, owed, losses, from ?? Instant.MinValue, to, count);
        foreach (var row in rows.Where(row => row.Attempts.Count > 0 && row.DueAt >= (from ?? Instant.MinValue)
            && row.DueAt <= to))
        {
            var attempts = history.Attempts.Where(attempt => attempt.Row == row);
            if (attempts.Select(attempt => Objection(history, owed, attempt)).FirstOrDefault(why =>
                why is not null) is { } why)
            {
                count.AddUnexpected(row.Alert, why);
            }
        }

        if (losses.StaleNotification() is { } told)
        {
            count.AddStale(told, date[^1].KeyDate.Revision);
        }
    }

    private static void JudgeOwed(AuditHistory history, IReadOnlyList<OwedAlert> owed, AuditLosses losses,
        Instant from, Instant to, AuditCount count)
    {
        var counted = new HashSet<AlertName>();
        foreach (var alert in owed.Where(one => one.DueAt >= from && one.DueAt <= to).OrderByDescending(one =>
            one.IsRequired))
        {
            var there = history.Rows.Where(row => alert.Is(row.Alert)).ToList();
            if (there.Count == 0 || (alert.IsRequired && EndedBefore(alert, there)))
            {
                if (alert.MayLapse)
                {
                    count.Add(DeliveryState.Void);
                }
                else if (alert.IsRequired && counted.Add(alert.Name))
                {
                    count.AddMissing(alert.Name, alert.DueAt, "is not in the ledger");
                }
            }
            else if (losses.IsLost(alert, there))
            {
                if (there.Select(row => counted.Add(row.Alert)).ToList().Contains(true))
                {
                    count.AddMissing(there[0].Alert, alert.DueAt,
                        $"is void ({there[0].Reason}) though it is still owed");
                }
            }
            else
            {
                foreach (var row in there.Where(row => counted.Add(row.Alert)))
                {
                    count.Add(row.State);
                }
            }
        }
    }

    /// <summary>
    /// Whether all rows of an alert reached their final states before the alert's instant, and another of its leads has
    /// no row.
    /// </summary>
    private static bool EndedBefore(OwedAlert alert, List<AuditRow> rows) =>
        rows.Count < alert.Leads.Count && rows.All(row => row.HasEnded && row.Attempts.Count > 0
            && row.Attempts.All(attempt => attempt.At < alert.OwnInstant) && row.DueAt < alert.OwnInstant);

    /// <summary>Why an attempt should not have been made; null when it was correct.</summary>
    private string? Objection(AuditHistory history, IReadOnlyList<OwedAlert> owed, AuditAttempt attempt)
    {
        var (row, moments) = (attempt.Row, Moments(history, attempt));
        if (!moments.Any(moment => history.DateAt(moment)?.KeyDate.Revision == row.Alert.Revision))
        {
            return "its revision was not the current one";
        }

        if (!moments.Any(moment => history.SubscriptionAt(moment) is { IsOwedAlerts: true }))
        {
            return "the subscription was owed nothing then";
        }

        if (row.IsResent)
        {
            return null;
        }

        if (row.Alert.Kind.IsCorrection())
        {
            return moments.Any(moment => history.DateAt(moment) is { } date
                && AuditKnowledge.OwesCorrection(history, date.KeyDate, moment, date.MovedAt))
                ? null : "nothing else can have been known";
        }

        return !owed.Any(one => one.Is(row.Alert)) ? "it was never owed"
            : attempt.At < (attempt.Attempt.DueAt ?? row.DueAt) ? "it was not due yet"
            : attempt.At > (attempt.Attempt.DueAt is null ? row.Expires : attempt.Attempt.Expires) ? "it had expired"
            : moments.All(moment => LeadOf(history, attempt, moment) is not { } lead || lead.DueAt > attempt.At)
                ? "its lead was not asked for or not due then"
            : moments.All(moment => IsOvertaken(history, owed, attempt, moment)) ? "a nearer one had fallen due"
            : null;
    }

    /// <summary>The sequence numbers that the sender may have read the state at.</summary>
    private List<long> Moments(AuditHistory history, AuditAttempt attempt)
    {
        List<long> moments = [attempt.Begun];
        foreach (var change in history.Changes())
        {
            // Without a recorded order, it is unknown which of two events in the same millisecond came first.
            var isUnordered = change.Order < 0 && change.At == attempt.At;
            if (change.Order <= attempt.Begun && change.At <= attempt.At
                && (change.At > attempt.At - unseen || isUnordered))
            {
                moments.Add(change.Order - 1);
            }
        }

        return moments;
    }

    /// <summary>
    /// The reminder for the attempt's lead, given the date and subscription at that moment; null when the lead was not
    /// selected.
    /// </summary>
    private static DueReminder? LeadOf(AuditHistory history, AuditAttempt attempt, long moment) =>
        history.DateAt(moment) is { } date && history.SubscriptionAt(moment) is { } subscription
            ? history.Leads(date, subscription).FirstOrDefault(due => due.Lead.Text == attempt.Row.Alert.Lead) : null;

    /// <summary>
    /// Whether a reminder nearer to the date, itself owed, was due by then. A void row overtakes nothing; nor does a
    /// row that reached its final state and was due before this lead's instant.
    /// </summary>
    private static bool IsOvertaken(AuditHistory history, IReadOnlyList<OwedAlert> owed, AuditAttempt attempt,
        long moment)
    {
        if (LeadOf(history, attempt, moment) is not { } mine)
        {
            return false;
        }

        // Neither is null: LeadOf found both.
        return history.Leads(history.DateAt(moment)!, history.SubscriptionAt(moment)!).Any(nearer =>
            nearer.DueAt > mine.DueAt && nearer.DueAt <= attempt.At
            && owed.Any(one => one.IsRequired && one.Order <= moment
                && one.Is(new AlertName(attempt.Row.Alert.Revision, AlertKind.Reminder, nearer.Lead.Text)))
            && history.Rows.Any(row => row.Alert.Kind == AlertKind.Reminder
                && row.Alert.Revision == attempt.Row.Alert.Revision
                && row.Alert.Lead == nearer.Lead.Text && row.State != DeliveryState.Void
                && (!row.HasEnded || row.DueAt >= mine.DueAt)));
    }
}

/// <summary>One recorded version of a subscription.</summary>
internal sealed record SubscriptionVersion(
    Instant RecordedAt, SubscriptionStatus Status, PreferenceSet PreferenceSet)
{
    /// <summary>Sequence number in the order of recording; 0 when an earlier product version recorded it.</summary>
    public long Order { get; init; }

    public bool IsOwedAlerts => Status.IsOwedAlerts();
}

/// <summary>Identifies an alert within one subscription and date.</summary>
internal sealed record AlertName(int Revision, AlertKind Kind, string Lead);

/// <summary>The part of a ledger row that the audit needs.</summary>
/// <param name="Attempts">Oldest first, including one in progress.</param>
internal sealed record AuditRow(
    AlertName Alert, Instant DueAt, Instant? Expires, DeliveryState State, string? Reason, bool IsResent,
    IReadOnlyList<Attempt> Attempts)
{
    /// <summary>Whether the row was delivered, failed or expired. Void does not count.</summary>
    public bool HasEnded => State.HasEnded();
}

/// <summary>Audits everything in a store. Read-only.</summary>
internal interface IAudit
{
    /// <param name="from">Audit only alerts due at or after this instant; null for no lower bound.</param>
    /// <param name="to">
    /// Audit only alerts due at or before this instant; null for the start of the last finished watch run.
    /// </param>
    Task<AuditCount> RunAsync(Instant? from, Instant? to, CancellationToken cancel);
}
