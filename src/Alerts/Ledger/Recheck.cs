using Alerts.Dates;
using Alerts.Due;
using NodaTime;

namespace Alerts.Ledger;

/// <summary>The last look before an attempt: is this reminder still owed, as date and subscription are now?</summary>
internal static class Recheck
{
    /// <summary>What an edit of its subscription makes of a reminder that waits.</summary>
    /// <param name="reminders">What the rule says now for the new wish.</param>
    public static Verdict AfterEdit(string lead, IReadOnlyList<DueReminder> reminders, Instant now) =>
        reminders.FirstOrDefault(due => due.Lead.Text == lead) is not { } mine ? new Verdict.NotOwed(LastLook.NotAskedFor)
        : mine.DueAt > now ? new Verdict.Wait(mine.DueAt, mine.DueAt, mine.Expires)
        : new Verdict.SendNow();

    /// <param name="row">The reminder as the ledger holds it.</param>
    /// <param name="version">The date as it is now.</param>
    /// <param name="reminders">What the rule says of it now for the subscription's schedule.</param>
    /// <param name="hasRow">Whether the ledger holds a reminder with that lead for the same subscription and revision.</param>
    public static Verdict Of(ReminderRow row, DateVersion version, IReadOnlyList<DueReminder> reminders, Func<string, bool> hasRow, Instant now)
    {
        var date = version.KeyDate;
        if (row.Revision != date.Revision)
        {
            return new Verdict.NotOwed(LastLook.Superseded);
        }

        if (reminders.FirstOrDefault(due => due.Lead.Text == row.Lead) is not { } mine)
        {
            return new Verdict.NotOwed(date.IsCancelled ? LastLook.Superseded : LastLook.NotAskedFor);
        }

        if (row.IsResent)
        {
            return new Verdict.SendNow();
        }

        if (mine.DueAt > now)
        {
            return new Verdict.Wait(mine.DueAt, mine.DueAt, mine.Expires);
        }

        // Overtaken: a nearer one has fallen due. One that had passed before the subscription was confirmed or last edited
        // counts only where it was owed all the same, which its row shows.
        if (reminders.Any(nearer => nearer.DueAt > mine.DueAt && nearer.DueAt <= now && (nearer.DueAt > row.Since || hasRow(nearer.Lead.Text))))
        {
            return new Verdict.NotOwed("overtaken");
        }

        if (now > row.Expires)
        {
            return new Verdict.Expired();
        }

        // A first attempt that comes late is held by quiet hours as one in time would be.
        if (row.IsFirstAttempt && now - row.DueAt > Duration.FromMinutes(10) && DueRule.HeldForQuietHours(now, date, row.Wish) is var held && held > now)
        {
            return new Verdict.Wait(held, row.DueAt, row.Expires);
        }

        return new Verdict.SendNow();
    }
}

/// <summary>What the ledger holds of a reminder, and who it is for.</summary>
internal sealed record ReminderRow(
    int Revision, string Lead, Instant DueAt, Instant Expires, bool IsFirstAttempt, bool IsResent, Instant Since, Subscriptions.Wish Wish);

/// <summary>What the last look says.</summary>
internal abstract record Verdict
{
    internal sealed record SendNow : Verdict;

    /// <summary>The same row waits longer.</summary>
    internal sealed record Wait(Instant Until, Instant DueAt, Instant Expires) : Verdict;

    internal sealed record NotOwed(string Reason) : Verdict;

    internal sealed record Expired : Verdict;
}
