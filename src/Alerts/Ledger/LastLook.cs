using Alerts.Dates;
using Alerts.Due;
using Alerts.Senders;
using Alerts.Subscriptions;
using NodaTime;

namespace Alerts.Ledger;

/// <summary>
/// The last look before an attempt: whether a row that is due is still owed, as date and subscription are now, and what is sent then.
/// The same on every store: it is handed what the store holds and says what is to be done.
/// </summary>
internal static class LastLook
{
    public const string Superseded = "superseded";
    public const string Unsubscribed = "unsubscribed";
    public const string EndpointDisabled = "endpoint disabled";
    public const string NotInTime = "not delivered before it expired";
    public const string NotAskedFor = "not asked for any more";

    public static Look Of(DueRow row, Subscription subscription, ILookFacts facts, Instant now) => row.Kind switch
    {
        AlertKind.Service => ForService(row, subscription, now),
        AlertKind.Reminder => !subscription.IsOwedAlerts ? new Look.End(DeliveryState.Void, Unsubscribed) : ForReminder(row, subscription, facts, now),
        AlertKind.Rescheduled or AlertKind.Cancelled => !subscription.IsOwedAlerts ? new Look.End(DeliveryState.Void, Unsubscribed) : ForCorrection(row, subscription, facts, now),
        _ => throw new ArgumentOutOfRangeException(nameof(row)),
    };

    private static Look ForService(DueRow row, Subscription subscription, Instant now)
    {
        var message = row.Message ?? throw new InvalidOperationException("A service row says which message it is.");
        var isWanted = subscription.Status != SubscriptionStatus.Ended && message switch
        {
            ServiceMessage.Confirmation => subscription.Status == SubscriptionStatus.Pending,
            ServiceMessage.ContactConfirmation => subscription.Contact is { IsConfirmed: false },
            ServiceMessage.Warning => subscription.Contact is { IsConfirmed: true } && subscription.FailingSince <= now - EndpointHealth.WarnedAfter,
            ServiceMessage.Verification or ServiceMessage.Test or ServiceMessage.ManageLink => true,
            _ => throw new InvalidOperationException("A service message has six forms."),
        };
        return isWanted
            ? new Look.Send(new OutgoingService(row.Lead, subscription, now, message))
            : new Look.End(DeliveryState.Void, "not wanted any more");
    }

    private static Look ForReminder(DueRow row, Subscription subscription, ILookFacts facts, Instant now)
    {
        var reminder = new ReminderRow(
            row.Revision, row.Lead, row.DueAt, row.Expires ?? Instant.MaxValue, row.IsFirstAttempt, row.IsResent, subscription.Since, subscription.Wish);
        var current = facts.Current;
        return Recheck.Of(reminder, current, facts.Reminders, facts.HasReminder, now) switch
        {
            Verdict.NotOwed notOwed => new Look.End(DeliveryState.Void, notOwed.Reason),
            Verdict.Expired => new Look.End(DeliveryState.Expired, NotInTime),
            Verdict.Wait wait => new Look.Wait(wait.Until, wait.DueAt, wait.Expires),
            Verdict.SendNow => SendOrKeep(row, subscription, current, null, null, now),
            _ => throw new InvalidOperationException("A verdict has four forms."),
        };
    }

    private static Look ForCorrection(DueRow row, Subscription subscription, ILookFacts facts, Instant now)
    {
        var current = facts.Current;
        if (row.Revision != current.KeyDate.Revision)
        {
            return new Look.End(DeliveryState.Void, Superseded);
        }

        if (facts.IsAtTheWire)
        {
            // What is at the wire goes first: only then is it known what was told.
            return new Look.Later();
        }

        var told = facts.Told;
        var history = told is null ? [] : facts.History;
        // As it was last told: any version of one revision tells the same.
        var previous = history.LastOrDefault(version => version.KeyDate.Revision == told)?.KeyDate;
        if (previous is null || (row.IsFirstAttempt && previous.TellsSameAs(current.KeyDate)))
        {
            return new Look.End(DeliveryState.Void, "nothing else was told");
        }

        var change = history.First(version => version.KeyDate.Revision == row.Revision);
        return SendOrKeep(row, subscription, current, previous, change.Reason, now);
    }

    /// <summary>What falls due for a disabled endpoint is kept as failed, to be recovered.</summary>
    private static Look SendOrKeep(DueRow row, Subscription subscription, DateVersion current, KeyDate? previous, string? reason, Instant now) =>
        subscription.Status == SubscriptionStatus.Disabled
            ? new Look.End(DeliveryState.Failed, EndpointDisabled)
            : new Look.Send(new OutgoingAlert(
                AlertKey.Of(subscription.Id, current.KeyDate.Id, row.Revision, row.Kind, row.Lead),
                subscription, now, row.Kind, row.Lead, row.DueAt, row.Expires, current, previous, reason));
}

/// <summary>A row of the ledger that is due.</summary>
/// <param name="Lead">As the subscription holds it; <c>-</c> for a correction; the random id of a service message.</param>
/// <param name="Message">Which service message; null for an alert.</param>
internal sealed record DueRow(
    int Revision, AlertKind Kind, string Lead, Instant DueAt, Instant? Expires, bool IsFirstAttempt, bool IsResent, ServiceMessage? Message);

/// <summary>What a last look may ask of date and ledger; asked only when it matters.</summary>
internal interface ILookFacts
{
    /// <summary>The date as it is now.</summary>
    DateVersion Current { get; }

    /// <summary>All versions of the date, oldest first.</summary>
    IReadOnlyList<DateVersion> History { get; }

    /// <summary>What the rule says now of the date for the subscription's wish.</summary>
    IReadOnlyList<DueReminder> Reminders { get; }

    /// <summary>Whether another alert of the same subscription and date is being sent; the row itself, when it is in doubt, does not count.</summary>
    bool IsAtTheWire { get; }

    /// <summary>The newest revision, older than the row's, of which an attempt was begun; null for none.</summary>
    int? Told { get; }

    /// <summary>Whether the ledger holds a reminder with that lead for the same subscription, date and revision.</summary>
    bool HasReminder(string lead);
}

/// <summary>What a last look says.</summary>
internal abstract record Look
{
    internal sealed record Send(Outgoing Message) : Look;

    /// <summary>It ends without an attempt.</summary>
    internal sealed record End(DeliveryState State, string Reason) : Look;

    /// <summary>The same row waits longer.</summary>
    internal sealed record Wait(Instant Until, Instant DueAt, Instant Expires) : Look;

    /// <summary>It stays due and is looked at again.</summary>
    internal sealed record Later : Look;
}
