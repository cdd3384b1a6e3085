using Alerts.Dates;
using Alerts.Due;
using NodaTime;

namespace Alerts.Ledger;

/// <summary>An alert's row as far as <see cref="Knowledge"/> needs it.</summary>
/// <param name="Begun">
/// The order of its last attempt; null when an earlier version began it, and before the first.
/// </param>
internal sealed record NotificationRow(int Revision, string? Log, DeliveryState State, Instant? NextAt, Instant? AttemptAt,
    long? Begun)
{
    /// <summary>The row's attempts.</summary>
    public IEnumerable<NotificationAttempt> Attempts(IReadOnlyDictionary<int, KeyDate> byRevision) =>
        AttemptLog.Of(Log, State, NextAt, AttemptAt, Begun).Select(attempt => new NotificationAttempt(
            byRevision[Revision], attempt.Begun ?? 0, attempt.Ended, attempt.Outcome == AttemptOutcome.Delivered,
                attempt.At));
}
