using Alerts.Dates;
using Alerts.Due;
using Alerts.Ledger;
using Alerts.Subscriptions;

namespace Alerts.Queue;

/// <summary>Decides, just before an attempt, whether a reminder is still owed.</summary>
internal static class Recheck
{
    /// <returns>Null to send the reminder now.</returns>
    public static SendDecision? Of(DueRow row, Subscription subscription, IPreSendContext facts, Instant now)
    {
        var date = facts.Current.KeyDate;
        if (row.Revision != date.Revision)
        {
            return Void(EndReasons.Superseded);
        }

        if (row.IsResent)
        {
            return null;
        }

        var leads = facts.Leads;
        if (leads.FirstOrDefault(due => due.Lead.Text == row.Lead) is not { } mine)
        {
            return Void(date.IsCancelled ? EndReasons.Superseded : EndReasons.NotAskedFor);
        }

        if (mine.DueAt > now)
        {
            return leads.Any(other => SharedInstant.IsBefore(other, mine))
                && SharedInstant.Chosen(leads, mine.DueAt, facts.Siblings) is { } chosen && chosen.Lead.Text != row.Lead
                ? Void(EndReasons.SentUnderAnother) : new SendDecision.Wait(mine.DueAt, mine.DueAt, mine.Expires);
        }

        if (subscription.IsEdited || leads.Any(nearer => nearer.DueAt > mine.DueAt && nearer.DueAt <= now))
        {
            var others = facts.Siblings;
            if (IsOvertaken(subscription, mine, leads, others, date, now))
            {
                return Void(EndReasons.Overtaken);
            }

            if (subscription.IsEdited && OfSharedInstant(row, mine, leads, others) is { } shared)
            {
                return shared;
            }
        }

        if (now > row.Expires)
        {
            return new SendDecision.End(DeliveryState.Expired, EndReasons.NotInTime);
        }

        // Quiet hours also hold a first attempt that is late.
        return row.IsFirstAttempt && now - row.DueAt > Delivery.LateAfter
            && DueRule.HeldForQuietHours(now, date, subscription.Preferences) is var held && held > now
            ? new SendDecision.Wait(held, row.DueAt, row.Expires ?? Instant.MaxValue) : null;
    }

    private static SendDecision.End Void(string reason) => new(DeliveryState.Void, reason);

    /// <summary>
    /// Whether a nearer reminder has fallen due and is itself owed, or had its outcome before an edit removed its lead.
    /// A void reminder overtakes nothing. Neither does one that ended before this reminder's instant, even if an edit
    /// of the hour now makes it the nearer one. A reminder without a row is owed if it fell due after the subscription
    /// was confirmed or last edited: its row has yet to be created.
    /// </summary>
    private static bool IsOvertaken(Subscription subscription, DueReminder mine, IReadOnlyList<DueReminder> leads,
        IReadOnlyList<SiblingReminder> siblings, KeyDate date, Instant now) =>
        leads.Any(nearer => nearer.DueAt > mine.DueAt && nearer.DueAt <= now
            && (siblings.FirstOrDefault(other => other.Lead == nearer.Lead.Text) is { } there
                ? there.State != DeliveryState.Void && (!there.HasEnded || there.DueAt >= mine.DueAt)
                : nearer.DueAt > subscription.Since && !leads.Any(other => SharedInstant.IsBefore(other, nearer))))
        || siblings.Any(other => other.HasEnded && other.DueAt >= mine.DueAt
            && leads.All(due => due.Lead.Text != other.Lead)
            && SharedInstant.Of(other.Lead, date, subscription.Preferences) is var own
            && own > mine.DueAt && own <= now);

    /// <summary>
    /// Resolves two rows with the same instant, which only edits produce: one of them is sent.
    /// Null when it is this one.
    /// </summary>
    private static SendDecision? OfSharedInstant(DueRow row, DueReminder mine,
        IReadOnlyList<DueReminder> leads, IReadOnlyList<SiblingReminder> siblings)
    {
        foreach (var other in siblings.Where(other => other.DueAt == row.DueAt))
        {
            var its = leads.FirstOrDefault(due => due.Lead.Text == other.Lead);
            if (its is not null && its.DueAt != mine.DueAt)
            {
                continue;
            }

            if (other.State == DeliveryState.Delivered
                || (its is not null && other.State is DeliveryState.Queued or DeliveryState.Retrying
                    && SharedInstant.IsBefore(its, mine)))
            {
                return Void(EndReasons.SentUnderAnother);
            }

            if (other.State == DeliveryState.Sending)
            {
                return new SendDecision.Later(); // its result decides
            }
        }

        return null;
    }
}
