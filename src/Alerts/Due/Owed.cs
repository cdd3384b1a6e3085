using Alerts.Dates;
using Alerts.Subscriptions;
using NodaTime;

namespace Alerts.Due;

/// <summary>Which reminders a version of a key date owes to a preferences: the rule, for dates that still owe any.</summary>
internal static class Owed
{
    /// <summary>
    /// Nothing when the date is cancelled, is not followed, or had passed when its revision was recorded
    /// (it may be recorded for the record only); otherwise what the rule says, in order of due instant.
    /// </summary>
    public static IReadOnlyList<DueReminder> Reminders(DateVersion version, Preferences preferences) =>
        version.KeyDate.IsCancelled || version.MovedAt >= version.KeyDate.Over || !preferences.Follows(version.KeyDate)
            ? []
            : DueRule.Reminders(version.KeyDate, preferences);

    /// <summary>
    /// The reminder that short notice makes due: the nearest one that had passed when the revision was recorded, due then
    /// (or when quiet hours end). Null when none had passed or the date had begun.
    /// </summary>
    public static DueReminder? ShortNotice(DateVersion version, Preferences preferences, IReadOnlyList<DueReminder> reminders)
    {
        var nearest = version.KeyDate.Start > version.MovedAt ? reminders.LastOrDefault(due => due.DueAt <= version.MovedAt) : null;
        return nearest is null ? null : DueNow(nearest.Lead, version.MovedAt, version.KeyDate, preferences);
    }

    /// <summary>
    /// What an edit of a subscription makes due at once of one date: reminders that were still ahead and that another hour, zone or
    /// quiet hours put into the past.
    /// </summary>
    /// <param name="before">What the rule said for the preferences before.</param>
    /// <param name="after">What it says for <paramref name="preferences"/>.</param>
    /// <param name="at">When the edit was recorded.</param>
    public static IEnumerable<DueReminder> PassedByEdit(
        DateVersion version, Preferences preferences, IReadOnlyList<DueReminder> before, IReadOnlyList<DueReminder> after, Instant at) => after
        .Where(passed => passed.DueAt <= at && before.Any(ahead => ahead.DueAt > at && ahead.Lead.Text == passed.Lead.Text))
        .Select(passed => DueNow(passed.Lead, at, version.KeyDate, preferences));

    /// <summary>A reminder whose own instant has passed, made due now; quiet hours still hold it.</summary>
    public static DueReminder DueNow(Lead lead, Instant now, KeyDate date, Preferences preferences)
    {
        var dueAt = DueRule.HeldForQuietHours(now, date, preferences);
        return new DueReminder(lead, dueAt, DueRule.Expires(lead, dueAt, date, preferences));
    }
}
