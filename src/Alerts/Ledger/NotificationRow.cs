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
    /// <summary>The row's attempts.</summary>
    /// <param name="byRevision">The date in each revision; must contain this row's revision.</param>
    public IEnumerable<NotificationAttempt> Attempts(IReadOnlyDictionary<int, KeyDate> byRevision) =>
        AttemptLog.Of(Log, State, NextAt, AttemptAt, Begun).Select(attempt => new NotificationAttempt(
            byRevision[Revision], attempt.Begun ?? 0, attempt.Ended, attempt.Outcome == AttemptOutcome.Delivered,
                attempt.At));
}
