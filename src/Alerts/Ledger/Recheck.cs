using Alerts.Dates;
using Alerts.Due;
using NodaTime;

namespace Alerts.Ledger;

/// <summary>The last look before an attempt: is this reminder still owed, as date and subscription are now?</summary>
internal static class Recheck
{
    /// <summary>What an edit of its subscription makes of a reminder that waits.</summary>
    /// <param name="reminders">What the rule says now for the new preferences.</param>
    public static ReminderDecision AfterEdit(string lead, IReadOnlyList<DueReminder> reminders, Instant now) =>
        reminders.FirstOrDefault(due => due.Lead.Text == lead) is not { } mine ? new ReminderDecision.NotOwed(PreSendCheck.NotAskedFor)
        : mine.DueAt > now ? new ReminderDecision.Wait(mine.DueAt, mine.DueAt, mine.Expires)
        : new ReminderDecision.SendNow();

    /// <param name="row">The reminder as the ledger holds it.</param>
    /// <param name="version">The date as it is now.</param>
    /// <param name="reminders">What the rule says of it now for the subscription's schedule.</param>
    /// <param name="hasRow">Whether the ledger holds a reminder with that lead for the same subscription and revision.</param>
    public static ReminderDecision Of(ReminderRow row, DateVersion version, IReadOnlyList<DueReminder> reminders, Func<string, bool> hasRow, Instant now)
    {
        var date = version.KeyDate;
        if (row.Revision != date.Revision)
        {
            return new ReminderDecision.NotOwed(PreSendCheck.Superseded);
        }

        if (reminders.FirstOrDefault(due => due.Lead.Text == row.Lead) is not { } mine)
        {
            return new ReminderDecision.NotOwed(date.IsCancelled ? PreSendCheck.Superseded : PreSendCheck.NotAskedFor);
        }

        if (row.IsResent)
        {
            return new ReminderDecision.SendNow();
        }

        if (mine.DueAt > now)
        {
            return new ReminderDecision.Wait(mine.DueAt, mine.DueAt, mine.Expires);
        }

        // Overtaken: a nearer one has fallen due. One that had passed before the subscription was confirmed or last edited
        // counts only where it was owed all the same, which its row shows.
        if (reminders.Any(nearer => nearer.DueAt > mine.DueAt && nearer.DueAt <= now && (nearer.DueAt > row.Since || hasRow(nearer.Lead.Text))))
        {
            return new ReminderDecision.NotOwed("overtaken");
        }

        if (now > row.Expires)
        {
            return new ReminderDecision.Expired();
        }

        // A first attempt that comes late is held by quiet hours as one in time would be.
        if (row.IsFirstAttempt && now - row.DueAt > Duration.FromMinutes(10) && DueRule.HeldForQuietHours(now, date, row.Preferences) is var held && held > now)
        {
            return new ReminderDecision.Wait(held, row.DueAt, row.Expires);
        }

        return new ReminderDecision.SendNow();
    }
}

/// <summary>What the ledger holds of a reminder, and who it is for.</summary>
internal sealed record ReminderRow(
    int Revision, string Lead, Instant DueAt, Instant Expires, bool IsFirstAttempt, bool IsResent, Instant Since, Subscriptions.Preferences Preferences);

/// <summary>What the last look says.</summary>
internal abstract record ReminderDecision
{
    internal sealed record SendNow : ReminderDecision;

    /// <summary>The same row waits longer.</summary>
    internal sealed record Wait(Instant Until, Instant DueAt, Instant Expires) : ReminderDecision;

    internal sealed record NotOwed(string Reason) : ReminderDecision;

    internal sealed record Expired : ReminderDecision;
}
