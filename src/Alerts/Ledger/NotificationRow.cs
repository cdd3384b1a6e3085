using Alerts.Dates;
using Alerts.Due;
using NodaTime;

namespace Alerts.Ledger;

/// <summary>The part of an alert's row that <see cref="Knowledge"/> needs.</summary>
/// <param name="Begun">
/// The sequence number of the last attempt; null before the first attempt and when an earlier product version began it.
/// </param>
internal sealed record NotificationRow(
    int Revision, string? Log, DeliveryState State, Instant? NextAt, Instant? AttemptAt, long? Begun)
{
    /// <summary>
    /// The row's attempts, each with the newest version of its revision. That is enough to decide what is owed, because
    /// the versions of a revision are the same to readers.
    /// </summary>
    /// <param name="byRevision">The date in each revision; must contain this row's revision.</param>
    public IEnumerable<NotificationAttempt> Attempts(IReadOnlyDictionary<int, KeyDate> byRevision) =>
        Attempts(_ => byRevision[Revision]);

    /// <summary>
    /// The row's attempts, each with the date as it was recorded when the attempt began, to show what was told.
    /// </summary>
    /// <param name="history">All versions of the date, oldest first.</param>
    public IEnumerable<NotificationAttempt> Attempts(IReadOnlyList<DateVersion> history)
    {
        var versions = history.Where(version => version.KeyDate.Revision == Revision).ToList();
        return Attempts(begun =>
            (versions.FindLast(version => begun is null || version.Order < begun) ?? versions[0]).KeyDate);
    }

    private IEnumerable<NotificationAttempt> Attempts(Func<long?, KeyDate> dateAt) =>
        AttemptLog.Of(Log, State, NextAt, AttemptAt, Begun).Select(attempt => new NotificationAttempt(
            dateAt(attempt.Begun), attempt.Begun ?? 0, attempt.Ended, attempt.Outcome == AttemptOutcome.Delivered,
                attempt.At));
}
