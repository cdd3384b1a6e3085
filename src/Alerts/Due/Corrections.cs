using Alerts.Dates;

namespace Alerts.Due;

/// <summary>
/// Decides which changes of a date can require corrections. <see cref="Knowledge"/> decides which subscriptions are
/// owed one.
/// </summary>
internal static class Corrections
{
    public static AlertKind KindFor(DateVersion version) =>
        version.KeyDate.IsCancelled ? AlertKind.Cancelled : AlertKind.Rescheduled;

    /// <summary>Whether a version can require corrections. First versions and edits cannot.</summary>
    public static bool AreOwedFor(DateVersion version) => version.Change is not (DateChange.Added or DateChange.Edited);

    /// <summary>
    /// Whether a change owes a subscription a correction: by what it knew when the change was recorded, or by what it
    /// knows now. The change may be processed later, and alerts about the new state may be sent before that; then
    /// the check before sending decides.
    /// </summary>
    public static bool IsOwedBy(DateVersion change, Knowledge knowledge) =>
        knowledge.CorrectionOwed(change.KeyDate, change.MovedAt) is not null
            || knowledge.Before(change.Order).CorrectionOwed(change.KeyDate, change.MovedAt) is not null;

    /// <summary>
    /// The key date for each revision number. Versions of one revision are the same to readers, so the last one is
    /// used.
    /// </summary>
    public static IReadOnlyDictionary<int, KeyDate> ByRevision(IReadOnlyList<DateVersion> history) =>
        history.GroupBy(version => version.KeyDate.Revision)
            .ToDictionary(same => same.Key, same => same.Last().KeyDate);

    /// <summary>
    /// The revisions that differ to readers from this version. A subscription can be owed a correction only if an alert
    /// for one of these revisions was sent to it.
    /// </summary>
    /// <param name="history">All versions of the date, oldest first.</param>
    public static IReadOnlySet<int> OtherRevisions(IReadOnlyList<DateVersion> history, DateVersion version) =>
        ByRevision(history).Where(one => !one.Value.IsSameToReaders(version.KeyDate)).Select(one => one.Key)
            .ToHashSet();
}
