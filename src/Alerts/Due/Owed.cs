using Alerts.Dates;
using Alerts.Subscriptions;
using NodaTime;

namespace Alerts.Due;

/// <summary>Which reminders a version of a key date owes to a wish: the rule, for dates that still owe any.</summary>
internal static class Owed
{
    /// <summary>
    /// Nothing when the date is cancelled, is not followed, or had passed when its revision was recorded
    /// (it may be recorded for the record only); otherwise what the rule says, in order of due instant.
    /// </summary>
    public static IReadOnlyList<DueReminder> Reminders(DateVersion version, Wish wish) =>
        version.KeyDate.IsCancelled || version.MovedAt >= version.KeyDate.Over || !wish.Follows(version.KeyDate)
            ? []
            : DueRule.Reminders(version.KeyDate, wish);

    /// <summary>
    /// The reminder that short notice makes due: the nearest one that had passed when the revision was recorded, due then
    /// (or when quiet hours end). Null when none had passed or the date had begun.
    /// </summary>
    public static DueReminder? ShortNotice(DateVersion version, Wish wish, IReadOnlyList<DueReminder> reminders)
    {
        var nearest = version.KeyDate.Start > version.MovedAt ? reminders.LastOrDefault(due => due.DueAt <= version.MovedAt) : null;
        return nearest is null ? null : DueNow(nearest.Lead, version.MovedAt, version.KeyDate, wish);
    }

    /// <summary>
    /// What an edit of a subscription makes due at once of one date: reminders that were still ahead and that another hour, zone or
    /// quiet hours put into the past.
    /// </summary>
    /// <param name="before">What the rule said for the wish before.</param>
    /// <param name="after">What it says for <paramref name="wish"/>.</param>
    /// <param name="at">When the edit was recorded.</param>
    public static IEnumerable<DueReminder> PassedByEdit(
        DateVersion version, Wish wish, IReadOnlyList<DueReminder> before, IReadOnlyList<DueReminder> after, Instant at) => after
        .Where(passed => passed.DueAt <= at && before.Any(ahead => ahead.DueAt > at && ahead.Lead.Text == passed.Lead.Text))
        .Select(passed => DueNow(passed.Lead, at, version.KeyDate, wish));

    /// <summary>A reminder whose own instant has passed, made due now; quiet hours still hold it.</summary>
    public static DueReminder DueNow(Lead lead, Instant now, KeyDate date, Wish wish)
    {
        var dueAt = DueRule.HeldForQuietHours(now, date, wish);
        return new DueReminder(lead, dueAt, DueRule.Expires(lead, dueAt, date, wish));
    }
}
