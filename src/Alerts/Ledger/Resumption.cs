using Alerts.Subscriptions;

namespace Alerts.Ledger;

/// <summary>
/// Decides which reminders wait again when a subscription is resumed. Its end made all waiting reminders void. What
/// fell due while it was ended is not sent.
/// </summary>
internal static class Resumption
{
    /// <summary>When to send a reminder of the current revision that an end made void; null to leave it void.</summary>
    /// <param name="wasAttempted">Whether an attempt has ended; it fell due before the end then.</param>
    /// <param name="pauses">All periods in which the subscription was ended.</param>
    /// <param name="now">When it is resumed.</param>
    public static Instant? NextAt(
        Instant dueAt, Instant? expires, bool wasAttempted, IReadOnlyList<Interval> pauses, Instant now)
    {
        var fellDueInBetween = !wasAttempted && dueAt <= now
            && pauses.Any(pause => dueAt > pause.Start && dueAt <= pause.End);
        return expires < now || fellDueInBetween ? null : Instant.Max(dueAt, now);
    }

    /// <param name="recorded">All recorded states of the subscription, oldest first.</param>
    public static IReadOnlyList<Interval> Pauses(
        IReadOnlyList<(Instant RecordedAt, SubscriptionStatus Status)> recorded) =>
        [.. recorded.Zip(recorded.Skip(1))
            // After the clock was set back a pause may end before it began: nothing fell due in it.
            .Where(pair => pair.First.Status == SubscriptionStatus.Ended
                && pair.First.RecordedAt <= pair.Second.RecordedAt)
            .Select(pair => new Interval(pair.First.RecordedAt, pair.Second.RecordedAt))];
}
