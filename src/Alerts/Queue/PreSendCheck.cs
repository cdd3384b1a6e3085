using Alerts.Dates;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Senders;
using Alerts.Subscriptions;

namespace Alerts.Queue;

/// <summary>
/// Decides, just before an attempt, whether a due row is still owed given the current date and subscription, and what
/// to send. It does no I/O and is the same for every store: the store passes in the facts.
/// </summary>
internal static class PreSendCheck
{
    public static SendDecision Of(DueRow row, Subscription subscription, IPreSendContext facts, Instant now) =>
        row.Kind switch
        {
            AlertKind.Service => ForService(row, subscription, now),
            _ when !subscription.IsOwedAlerts => new SendDecision.End(DeliveryState.Void, EndReasons.Unsubscribed),
            AlertKind.Reminder => ForReminder(row, subscription, facts, now),
            AlertKind.Rescheduled or AlertKind.Cancelled => ForCorrection(row, subscription, facts, now),
            _ => throw new ArgumentOutOfRangeException(nameof(row)),
        };

    private static SendDecision ForService(DueRow row, Subscription subscription, Instant now)
    {
        var message = row.Message ?? throw new InvalidOperationException("A service row says which message it is.");
        var isWanted =
            subscription.Status != SubscriptionStatus.Ended
            && message switch
            {
                ServiceMessage.Confirmation => subscription.Status == SubscriptionStatus.Pending,
                ServiceMessage.ContactConfirmation => subscription.Contact is { IsConfirmed: false },
                ServiceMessage.Warning => subscription.Contact is { IsConfirmed: true }
                    && subscription.FailingSince <= now - EndpointHealth.WarnedAfter,
                ServiceMessage.Welcome => subscription.Status == SubscriptionStatus.Active,
                ServiceMessage.Verification or ServiceMessage.Test or ServiceMessage.ManageLink => true,
                _ => throw new System.Diagnostics.UnreachableException(),
            };
        return isWanted
            ? new SendDecision.Send(new SystemNotification(row.Lead, subscription, now, message))
            : new SendDecision.End(DeliveryState.Void, "not wanted any more");
    }

    private static SendDecision ForReminder(DueRow row, Subscription subscription, IPreSendContext facts, Instant now)
    {
        var current = facts.Current;
        return Recheck.Of(row, subscription, facts, now) ?? SendOrKeep(
            row, subscription, current, null, null, now, IsShortNotice(row, current, subscription.Preferences));
    }

    /// <summary>
    /// Whether a reminder is due later than its lead's own instant, because its date became known or moved only after
    /// that.
    /// </summary>
    private static bool IsShortNotice(DueRow row, DateVersion current, Preferences preferences) =>
        DueRule.Leads(current.KeyDate, preferences).FirstOrDefault(due => due.Lead.Text == row.Lead)?.DueAt is { } own
        && own < row.DueAt && own < current.RecordedAt;

    private static SendDecision ForCorrection(DueRow row, Subscription subscription, IPreSendContext facts, Instant now)
    {
        var current = facts.Current;
        if (row.Revision != current.KeyDate.Revision)
        {
            return new SendDecision.End(DeliveryState.Void, EndReasons.Superseded);
        }

        if (facts.IsBeingSent)
        {
            // That alert ends first: only then is it known what the subscriber was notified of.
            return new SendDecision.Later();
        }

        var history = facts.History;
        var attempts = facts.Notifications.SelectMany(one => one.Attempts(history)).ToList();
        var previous = row.IsResent ? BeforeResent(row, current, attempts, history)
            : Knowledge.Of(attempts).CorrectionOwed(current.KeyDate, current.MovedAt);
        if (previous is null)
        {
            return new SendDecision.End(DeliveryState.Void, EndReasons.NothingElseKnown);
        }

        var change = history.First(version => version.KeyDate.Revision == row.Revision);
        return SendOrKeep(row, subscription, current, previous, change.Reason, now);
    }

    /// <summary>
    /// The previous state shown by a correction that is resent: what the subscriber knew, or
    /// may have known, without it.
    /// </summary>
    private static KeyDate? BeforeResent(DueRow row, DateVersion current, IEnumerable<NotificationAttempt> attempts,
        IReadOnlyList<DateVersion> history) =>
        Knowledge.Of(attempts.Where(attempt => attempt.NotifiedDate.Revision != row.Revision)).CorrectionOwed(
            current.KeyDate, Instant.MinValue)
        ?? history.LastOrDefault(version => version.KeyDate.Revision < row.Revision
            && !version.KeyDate.IsSameToReaders(current.KeyDate))?.KeyDate;

    /// <summary>Sends an alert; for a disabled endpoint, ends it as failed so that it can be recovered later.</summary>
    private static SendDecision SendOrKeep(
        DueRow row, Subscription subscription, DateVersion current, KeyDate? previous, string? reason, Instant now,
        bool isShortNotice = false) =>
        subscription.Status == SubscriptionStatus.Disabled
            ? new SendDecision.End(DeliveryState.Failed, EndReasons.EndpointDisabled)
            : new SendDecision.Send(new OutboundAlert(
                AlertKey.Of(subscription.Id, current.KeyDate.Id, row.Revision, row.Kind, row.Lead),
                subscription, now, row.Kind, row.Lead, row.DueAt, row.IsResent ? null : row.Expires, current, previous,
                reason)
            {
                IsShortNotice = isShortNotice,
            });
}

/// <summary>A due row of the ledger.</summary>
/// <param name="Lead">
/// The lead as the subscription stores it; <c>-</c> for a correction; the random id of a service message.
/// </param>
/// <param name="Message">Which service message; null for an alert.</param>
internal sealed record DueRow(
    int Revision, AlertKind Kind, string Lead, Instant DueAt, Instant? Expires, bool IsFirstAttempt, bool IsResent,
    ServiceMessage? Message);

/// <summary>The facts about date and ledger that a pre-send check may need; each is read only when used.</summary>
internal interface IPreSendContext
{
    /// <summary>The current version of the date.</summary>
    DateVersion Current { get; }

    /// <summary>All versions of the date, oldest first.</summary>
    IReadOnlyList<DateVersion> History { get; }

    /// <summary>The reminders that the due rule gives for the current date and preferences, one per lead.</summary>
    IReadOnlyList<DueReminder> Leads { get; }

    /// <summary>
    /// Whether another alert of the same subscription and date is being sent. The row itself, when
    /// in doubt, does not count.
    /// </summary>
    bool IsBeingSent { get; }

    /// <summary>The attempted alerts of the same subscription and date, including the row itself.</summary>
    IEnumerable<NotificationRow> Notifications { get; }

    /// <summary>The other reminders of the same subscription, date and revision.</summary>
    IReadOnlyList<SiblingReminder> Siblings { get; }
}

/// <summary>Result of a pre-send check.</summary>
internal abstract record SendDecision
{
    internal sealed record Send(OutboundMessage Message) : SendDecision;

    /// <summary>The row ends without an attempt.</summary>
    internal sealed record End(DeliveryState State, string Reason) : SendDecision;

    /// <summary>The row stays and waits longer.</summary>
    internal sealed record Wait(Instant Until, Instant DueAt, Instant Expires) : SendDecision;

    /// <summary>
    /// The row waits until another alert of the same date is no longer being sent. That may end at any time, so the row
    /// is checked again after <see cref="Pause"/>.
    /// </summary>
    internal sealed record Later : SendDecision
    {
        public static readonly Duration Pause = Duration.FromSeconds(1);
    }
}
