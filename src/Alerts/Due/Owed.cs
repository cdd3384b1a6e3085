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
        OwesNothing(version, preferences) ? [] : DueRule.Reminders(version.KeyDate, preferences);

    /// <summary>The same for each lead by itself, leads of the same instant included.</summary>
    public static IReadOnlyList<DueReminder> Leads(DateVersion version, Preferences preferences) =>
        OwesNothing(version, preferences) ? [] : DueRule.Leads(version.KeyDate, preferences);

    /// <summary>
    /// Whether a version may make a passed lead due for followers with these preferences: it begins a revision, or its
    /// new topics make them followers.
    /// </summary>
    /// <param name="before">The version before it; null for the first.</param>
    public static bool GivesShortNotice(DateVersion version, DateVersion? before, Preferences preferences) =>
        version.Change != DateChange.Edited || (before is not null && !preferences.Follows(before.KeyDate)
            && preferences.Follows(version.KeyDate));

    /// <summary>
    /// The reminder that short notice makes due: the nearest one that has passed, due now (or when quiet hours end).
    /// Null when none has passed or the date has begun. To whom it is owed, <see cref="IsNoticeOwed"/> says.
    /// </summary>
    /// <param name="reminders">What the rule says of the version for the preferences.</param>
    /// <param name="at">When the version was recorded.</param>
    public static ShortNotice? NoticeAt(DateVersion version, Preferences preferences,
        IReadOnlyList<DueReminder> reminders, Instant at)
    {
        var nearest = version.KeyDate.Start > at ? reminders.LastOrDefault(due => due.DueAt <= at) : null;
        return nearest is null ? null : new ShortNotice(
            DueNow(nearest.Lead, at, version.KeyDate, preferences), nearest.DueAt);
    }

    /// <summary>
    /// Whether a follower is owed the short notice: no correction to the same revision is owed to it, and nothing was
    /// delivered to it that tells the same at or after the lead's own instant.
    /// </summary>
    public static bool IsNoticeOwed(Knowledge knowledge, DateVersion version, ShortNotice notice) =>
        knowledge.CorrectionOwed(version.KeyDate, version.MovedAt) is null
            && !knowledge.WasToldSince(version.KeyDate, notice.OwnInstant);

    /// <summary>A reminder whose own instant has passed, made due now; quiet hours still hold it.</summary>
    public static DueReminder DueNow(Lead lead, Instant now, KeyDate date, Preferences preferences)
    {
        var dueAt = DueRule.HeldForQuietHours(now, date, preferences);
        return new DueReminder(lead, dueAt, DueRule.Expires(lead, dueAt, date, preferences));
    }

    private static bool OwesNothing(DateVersion version, Preferences preferences) =>
        version.KeyDate.IsCancelled || version.MovedAt >= version.KeyDate.Over || !preferences.Follows(version.KeyDate);
}

/// <summary>A passed lead that is due at short notice.</summary>
/// <param name="Due">When it is sent.</param>
/// <param name="OwnInstant">When the lead itself was due.</param>
internal sealed record ShortNotice(DueReminder Due, Instant OwnInstant);
