using Alerts.Dates;
using Alerts.Due;
using Alerts.Ledger;

namespace Alerts.Queue;

/// <summary>Decides, just before an attempt, whether a reminder is still owed.</summary>
internal static class Recheck
{
    /// <param name="row">The reminder as the ledger holds it.</param>
    /// <param name="version">The current version of the date.</param>
    /// <param name="leads">
    /// The reminders that the due rule gives for the current date and preferences, one for each lead.
    /// </param>
    /// <param name="siblings">The other reminders of the same revision; called only when they matter.</param>
    public static ReminderDecision Of(
        ReminderRow row, DateVersion version, IReadOnlyList<DueReminder> leads,
        Func<IReadOnlyList<SiblingReminder>> siblings, Instant now)
    {
        var date = version.KeyDate;
        if (row.Revision != date.Revision)
        {
            return new ReminderDecision.NotOwed(EndReasons.Superseded);
        }

        if (row.IsResent)
        {
            return new ReminderDecision.SendNow();
        }

        if (leads.FirstOrDefault(due => due.Lead.Text == row.Lead) is not { } mine)
        {
            return new ReminderDecision.NotOwed(date.IsCancelled ? EndReasons.Superseded : EndReasons.NotAskedFor);
        }

        if (mine.DueAt > now)
        {
            return leads.Any(other => SharedInstant.IsBefore(other, mine))
                && SharedInstant.Chosen(leads, mine.DueAt, siblings()) is { } chosen && chosen.Lead.Text != row.Lead
                ? new ReminderDecision.NotOwed(EndReasons.SentUnderAnother)
                : new ReminderDecision.Wait(mine.DueAt, mine.DueAt, mine.Expires);
        }

        if (row.IsEdited || leads.Any(nearer => nearer.DueAt > mine.DueAt && nearer.DueAt <= now))
        {
            var others = siblings();
            if (IsOvertaken(row, mine, leads, others, date, now))
            {
                return new ReminderDecision.NotOwed(EndReasons.Overtaken);
            }

            if (row.IsEdited && OfSharedInstant(row, mine, leads, others) is { } shared)
            {
                return shared;
            }
        }

        if (now > row.Expires)
        {
            return new ReminderDecision.Expired();
        }

        // Quiet hours also hold a first attempt that is late.
        if (row.IsFirstAttempt
            && now - row.DueAt > Delivery.LateAfter
            && DueRule.HeldForQuietHours(now, date, row.Preferences) is var held
            && held > now)
        {
            return new ReminderDecision.Wait(held, row.DueAt, row.Expires);
        }

        return new ReminderDecision.SendNow();
    }

    /// <summary>
    /// Whether a nearer reminder has fallen due and is itself owed, or had its outcome before an edit removed its lead.
    /// A void reminder overtakes nothing. Neither does one that ended before this reminder's instant, even if an edit
    /// of the hour now makes it the nearer one. A reminder without a row is owed if it fell due after the subscription
    /// was confirmed or last edited: its row has yet to be created.
    /// </summary>
    private static bool IsOvertaken(ReminderRow row, DueReminder mine, IReadOnlyList<DueReminder> leads,
        IReadOnlyList<SiblingReminder> siblings, KeyDate date, Instant now) =>
        leads.Any(nearer => nearer.DueAt > mine.DueAt && nearer.DueAt <= now
            && (siblings.FirstOrDefault(other => other.Lead == nearer.Lead.Text) is { } there
                ? there.State != DeliveryState.Void && (!there.HasEnded || there.DueAt >= mine.DueAt)
                : nearer.DueAt > row.Since && !leads.Any(other => SharedInstant.IsBefore(other, nearer))))
        || siblings.Any(other => other.HasEnded && other.DueAt >= mine.DueAt
            && leads.All(due => due.Lead.Text != other.Lead)
            && SharedInstant.Of(other.Lead, date, row.Preferences) is var own && own > mine.DueAt && own <= now);

    /// <summary>
    /// Resolves two rows with the same instant, which only edits produce: one of them is sent.
    /// Null when it is this one.
    /// </summary>
    private static ReminderDecision? OfSharedInstant(ReminderRow row, DueReminder mine,
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
                return new ReminderDecision.NotOwed(EndReasons.SentUnderAnother);
            }

            if (other.State == DeliveryState.Sending)
            {
                return new ReminderDecision.Later();
            }
        }

        return null;
    }
}

/// <summary>A reminder in the ledger, with the subscription data that the check needs.</summary>
/// <param name="Since">When the subscription was confirmed or last edited.</param>
/// <param name="IsEdited">Whether its preferences were ever edited.</param>
internal sealed record ReminderRow(
    int Revision, string Lead, Instant DueAt, Instant Expires, bool IsFirstAttempt, bool IsResent, Instant Since,
    Subscriptions.Preferences Preferences, bool IsEdited);

/// <summary>What to do with a due reminder.</summary>
internal abstract record ReminderDecision
{
    internal sealed record SendNow : ReminderDecision;

    /// <summary>The row stays and waits longer.</summary>
    internal sealed record Wait(Instant Until, Instant DueAt, Instant Expires) : ReminderDecision;

    internal sealed record NotOwed(string Reason) : ReminderDecision;

    internal sealed record Expired : ReminderDecision;

    /// <summary>Another row with the same instant is being sent; its result decides.</summary>
    internal sealed record Later : ReminderDecision;
}
