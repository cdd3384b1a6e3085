using Alerts.Dates;
using Alerts.Ledger;

namespace Alerts.Due;

/// <summary>Who must be told that a date changed: those who were last told something else.</summary>
internal static class Corrections
{
    public static AlertKind KindFor(DateVersion version) => version.KeyDate.IsCancelled ? AlertKind.Cancelled : AlertKind.Rescheduled;

    /// <summary>Whether a version has a correction at all: an edit and a first version have none.</summary>
    public static bool AreOwedFor(DateVersion version) => version.Change is not (DateChange.Added or DateChange.Edited);

    /// <summary>
    /// The revisions that told something else than this version; without those whose date had passed both as told and as it stands now.
    /// Whoever was last told one of them is owed a correction.
    /// </summary>
    /// <param name="history">All versions of the date, oldest first.</param>
    public static IReadOnlyList<int> StaleRevisions(IReadOnlyList<DateVersion> history, DateVersion version)
    {
        var now = version.KeyDate;
        return history.Select(old => old.KeyDate)
            .Where(told => told.Revision < now.Revision && !told.IsSameToReaders(now))
            .Where(told => told.Over > version.RecordedAt || now.Over > version.RecordedAt)
            .Select(told => told.Revision).Distinct().ToList();
    }
}
