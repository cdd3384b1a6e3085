using Alerts.Dates;

namespace Alerts.Due;

/// <summary>Which changes of a date may owe corrections. To whom one is owed, <see cref="Knowledge"/> says.</summary>
internal static class Corrections
{
    public static AlertKind KindFor(DateVersion version) =>
        version.KeyDate.IsCancelled ? AlertKind.Cancelled : AlertKind.Rescheduled;

    /// <summary>Whether a version has a correction at all: an edit and a first version have none.</summary>
    public static bool AreOwedFor(DateVersion version) => version.Change is not (DateChange.Added or DateChange.Edited);

    /// <summary>The date in each revision; any version of one revision tells the same.</summary>
    public static IReadOnlyDictionary<int, KeyDate> ByRevision(IReadOnlyList<DateVersion> history) =>
        history.GroupBy(version => version.KeyDate.Revision)
            .ToDictionary(same => same.Key, same => same.Last().KeyDate);

    /// <summary>
    /// The revisions that tell something else than this version. Only subscriptions that one of these was sent to can
    /// be owed a correction.
    /// </summary>
    /// <param name="history">All versions of the date, oldest first.</param>
    public static IReadOnlySet<int> OtherRevisions(IReadOnlyList<DateVersion> history, DateVersion version) =>
        ByRevision(history).Where(one => !one.Value.IsSameToReaders(version.KeyDate)).Select(one => one.Key)
            .ToHashSet();
}
