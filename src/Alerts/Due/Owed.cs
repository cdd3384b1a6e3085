using Alerts.Dates;
using Alerts.Subscriptions;

namespace Alerts.Due;

/// <summary>
/// Decides which reminders are owed for a version of a key date under a subscriber's preferences:
/// <see cref="DueRule"/>, applied only to dates that still require reminders.
/// </summary>
internal static class Owed
{
    /// <summary>
    /// How long after its end a date may still owe something new. A day in any time zone ends within 38 hours of the
    /// same day in any other.
    /// </summary>
    public static readonly Duration Afterwards = Duration.FromDays(2);

    /// <summary>Whether a date may still owe something new.</summary>
    public static bool MayOwe(KeyDate date, Instant now) => date.Over > now - Afterwards;

    /// <summary>
    /// The reminders owed, ordered by due instant. Empty when the date is cancelled, is not followed, or was already
    /// over when its revision was recorded (past dates may be added for the record only).
    /// </summary>
    public static IReadOnlyList<DueReminder> Reminders(DateVersion version, Preferences preferences) =>
        OwesNothing(version, preferences) ? [] : DueRule.Reminders(version.KeyDate, preferences);

    /// <summary>The reminders owed, one per lead, including leads that are due at the same instant.</summary>
    public static IReadOnlyList<DueReminder> Leads(DateVersion version, Preferences preferences) =>
        OwesNothing(version, preferences) ? [] : DueRule.Leads(version.KeyDate, preferences);

    /// <summary>
    /// Whether a version can make an already passed lead due for followers with these preferences. It can when it
    /// starts a revision, or when its new topics make the subscription a follower.
    /// </summary>
    /// <param name="before">The previous version; null for the first.</param>
    public static bool GivesShortNotice(DateVersion version, DateVersion? before, Preferences preferences) =>
        version.Change != DateChange.Edited || (before is not null && !preferences.Follows(before.KeyDate)
            && preferences.Follows(version.KeyDate));

    /// <summary>The short-notice reminder of a change; null when it gives none.</summary>
    /// <param name="before">The previous version; null for the first.</param>
    public static ShortNotice? NoticeOf(DateVersion change, DateVersion? before, Preferences preferences) =>
        GivesShortNotice(change, before, preferences) ? NoticeAt(change, preferences, change.RecordedAt) : null;

    /// <summary>
    /// The short-notice reminder: the most recent lead that has already passed, due now or when quiet hours end. Null
    /// when no lead has passed or the date has started. <see cref="IsNoticeOwedBy"/> decides which subscriptions are
    /// owed it.
    /// </summary>
    /// <param name="at">When the version was recorded, or now.</param>
    public static ShortNotice? NoticeAt(DateVersion version, Preferences preferences, Instant at)
    {
        var nearest = version.KeyDate.Start > at
            ? Reminders(version, preferences).LastOrDefault(due => due.DueAt <= at) : null;
        return nearest is null ? null
            : new ShortNotice(DueNow(nearest.Lead, at, version.KeyDate, preferences), nearest.DueAt);
    }

    /// <summary>
    /// Whether a follower is owed the short-notice reminder. It is not when a correction to the same revision is owed,
    /// or when an alert that is the same to readers was delivered at or after the lead's own instant.
    /// </summary>
    public static bool IsNoticeOwed(Knowledge knowledge, DateVersion version, ShortNotice notice) =>
        knowledge.CorrectionOwed(version.KeyDate, version.MovedAt) is null
            && !knowledge.WasNotifiedSince(version.KeyDate, notice.OwnInstant);

    /// <summary>
    /// Whether a follower of a change is owed its short notice, by what it knew when the change was recorded. A nearer
    /// reminder that is sent before the change is processed overtakes the notice, whose row is in the ledger all the
    /// same.
    /// </summary>
    public static bool IsNoticeOwedBy(DateVersion change, Knowledge knowledge, ShortNotice notice) =>
        !Corrections.IsOwedBy(change, knowledge) && IsNoticeOwed(knowledge.Before(change.Order), change, notice);

    /// <summary>
    /// The change that made the reminders of a version due: this one if it can give short notice, else the one that
    /// began the revision.
    /// </summary>
    /// <param name="before">The previous version; null for the first.</param>
    /// <returns>The recording number of the change, and when it was recorded.</returns>
    public static (long Order, Instant RecordedAt) MadeDueBy(
        DateVersion version, DateVersion? before, Preferences preferences) =>
        GivesShortNotice(version, before, preferences)
            ? (version.Order, version.RecordedAt) : (version.MovedOrder, version.MovedAt);

    /// <summary>What a change with short notice has made due by now: that notice, and the reminders since.</summary>
    /// <param name="knowledge">What the follower knows; see <see cref="IsNoticeOwedBy"/>.</param>
    public static IEnumerable<DueReminder> DueSince(
        DateVersion change, Preferences preferences, Knowledge knowledge, Instant now)
    {
        var reminders = Reminders(change, preferences)
            .Where(due => due.DueAt > change.RecordedAt && due.DueAt <= now);
        return NoticeAt(change, preferences, change.RecordedAt) is { } notice
            && IsNoticeOwedBy(change, knowledge, notice) ? reminders.Prepend(notice.Due) : reminders;
    }

    /// <summary>A reminder for a lead that has already passed: due now, or at the end of quiet hours.</summary>
    public static DueReminder DueNow(Lead lead, Instant now, KeyDate date, Preferences preferences)
    {
        var dueAt = DueRule.HeldForQuietHours(now, date, preferences);
        return new DueReminder(lead, dueAt, DueRule.Expires(lead, dueAt, date, preferences));
    }

    private static bool OwesNothing(DateVersion version, Preferences preferences) =>
        version.KeyDate.IsCancelled || version.MovedAt >= version.KeyDate.Over || !preferences.Follows(version.KeyDate);
}

/// <summary>A short-notice reminder for a lead that has already passed.</summary>
/// <param name="Due">The reminder, with the time at which to send it.</param>
/// <param name="OwnInstant">When the lead was originally due.</param>
internal sealed record ShortNotice(DueReminder Due, Instant OwnInstant);
