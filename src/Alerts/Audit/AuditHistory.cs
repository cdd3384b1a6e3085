using Alerts.Dates;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Subscriptions;

namespace Alerts.Audit;

/// <summary>The recorded history of one subscription and one date, in the order of recording.</summary>
/// <param name="dates">All versions, oldest first.</param>
/// <param name="subscriptions">All versions, oldest first.</param>
/// <param name="rows">The ledger's rows for this subscription and date.</param>
/// <param name="leads">
/// Returns the leads due for a date version under given preferences, one entry per lead; empty when the version
/// requires no reminders.
/// </param>
internal sealed class AuditHistory(
    IReadOnlyList<DateVersion> dates, IReadOnlyList<SubscriptionVersion> subscriptions, IReadOnlyList<AuditRow> rows,
    Func<DateVersion, PreferenceSet, IReadOnlyList<DueReminder>> leads)
{
    private IReadOnlyList<AuditAttempt>? attempts;

    public IReadOnlyList<DateVersion> Dates => dates;

    public IReadOnlyList<SubscriptionVersion> Subscriptions => subscriptions;

    public IReadOnlyList<AuditRow> Rows => rows;

    /// <summary>All attempts, in the order in which they began.</summary>
    public IReadOnlyList<AuditAttempt> Attempts => attempts ??= [.. rows.SelectMany(row =>
        row.Attempts.Select(attempt => new AuditAttempt(row, attempt, StateIn(row.Alert.Revision))))
        .OrderBy(attempt => attempt.Begun)];

    /// <summary>
    /// A version's sequence number in the order of recording. A version recorded by an earlier product version comes
    /// before all numbered ones.
    /// </summary>
    public static long OrderOf(DateVersion version) =>
        version.Order != 0 ? version.Order : AttemptLog.OrderOf(version.RecordedAt);

    /// <inheritdoc cref="OrderOf(DateVersion)"/>
    public static long OrderOf(SubscriptionVersion version) =>
        version.Order != 0 ? version.Order : AttemptLog.OrderOf(version.RecordedAt);

    /// <summary>The date as of a sequence number; null before it was added.</summary>
    public DateVersion? DateAt(long order) => Dates.LastOrDefault(version => OrderOf(version) <= order);

    /// <summary>The subscription as of a sequence number; null before it was created.</summary>
    public SubscriptionVersion? SubscriptionAt(long order) =>
        Subscriptions.LastOrDefault(version => OrderOf(version) <= order);

    /// <summary>The leads due for a version, one entry per lead, ordered by due instant and then by text.</summary>
    public IReadOnlyList<DueReminder> Leads(DateVersion version, SubscriptionVersion subscription) =>
        leads(version, subscription.PreferenceSet);

    /// <summary>The date in a revision. Versions of one revision are the same to readers.</summary>
    public KeyDate StateIn(int revision) => Dates.Last(version => version.KeyDate.Revision == revision).KeyDate;

    /// <summary>All changes of the date or subscription, in the order of recording.</summary>
    public IReadOnlyList<AuditChange> Changes() =>
        [.. Dates.Select(version => new AuditChange(OrderOf(version), version.RecordedAt, version, null))
            .Concat(Subscriptions.Select(version =>
                new AuditChange(OrderOf(version), version.RecordedAt, null, version)))
            .OrderBy(change => change.Order)];

    /// <summary>The earliest clock time recorded after a sequence number.</summary>
    public Instant LowestAfter(long order) =>
        Dates.Where(version => OrderOf(version) > order).Select(version => version.RecordedAt)
            .Concat(Subscriptions.Where(version => OrderOf(version) > order).Select(version => version.RecordedAt))
            .Concat(Attempts.Where(attempt => attempt.Begun > order).Select(attempt => attempt.At))
            .DefaultIfEmpty(Instant.MaxValue).Min();

    /// <summary>The latest clock time at which an attempt began between two sequence numbers.</summary>
    /// <param name="from">Inclusive.</param>
    /// <param name="to">Exclusive.</param>
    public Instant HighestBetween(long from, long to) =>
        Attempts.Where(attempt => attempt.Begun >= from && attempt.Begun < to)
        .Select(attempt => attempt.At).DefaultIfEmpty(Instant.MinValue).Max();
}

/// <summary>One recorded change, either of the date or of the subscription.</summary>
internal sealed record AuditChange(long Order, Instant At, DateVersion? Date, SubscriptionVersion? Subscription);

/// <summary>One attempt, with the date that it was about.</summary>
/// <param name="NotifiedDate">The date in the revision that the alert was about.</param>
internal sealed record AuditAttempt(AuditRow Row, Attempt Attempt, KeyDate NotifiedDate)
{
    public long Begun => Attempt.Begun ?? AttemptLog.OrderOf(Attempt.At);

    public long Ended => Attempt.Ended ?? long.MaxValue;

    public Instant At => Attempt.At;

    public bool IsDelivered => Attempt.Outcome == AttemptOutcome.Delivered;

    /// <summary>Whether its delivery was recorded before a sequence number.</summary>
    public bool IsDeliveredBefore(long order) => IsDelivered && Ended < order;
}
