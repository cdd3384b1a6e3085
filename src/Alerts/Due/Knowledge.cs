using Alerts.Dates;
using NodaTime;

namespace Alerts.Due;

/// <summary>One attempt to tell a subscription a state of a date.</summary>
/// <param name="NotifiedDate">The date in the revision that the alert spoke of.</param>
/// <param name="Begun">Its place in the order of recording.</param>
/// <param name="Ended">When its end was recorded, in the same order; null while it is under way.</param>
/// <param name="At">When it began, by the service's clock.</param>
internal sealed record NotificationAttempt(KeyDate NotifiedDate, long Begun, long? Ended, bool IsDelivered, Instant At)
{
    /// <summary>The larger of all numbers while it is under way.</summary>
    public long End => Ended ?? long.MaxValue;
}

/// <summary>
/// What a subscription knows of a date, and what it may know (product contract, section 22). Judged by attempts alone,
/// in the order of recording.
/// </summary>
internal sealed class Knowledge
{
    private readonly IReadOnlyList<NotificationAttempt> attempts;

    private Knowledge(IReadOnlyList<NotificationAttempt> attempts)
    {
        this.attempts = attempts;
        var known = attempts.Where(attempt => attempt.IsDelivered).MaxBy(attempt => (attempt.End, attempt.Begun));
        Known = known?.NotifiedDate;
        // After the known one began: either it overlapped with that, or it began later and was not delivered.
        Possible = [.. attempts
            .Where(attempt => attempt != known && (known is null || attempt.End > known.Begun))
            .OrderByDescending(attempt => attempt.Begun).ThenByDescending(attempt => attempt.NotifiedDate.Revision)
            .Select(attempt => attempt.NotifiedDate)];
    }

    /// <summary>What the delivered attempt that ended last told; null when nothing was delivered.</summary>
    public KeyDate? Known { get; }

    /// <summary>What every other attempt told that may have arrived after it or beside it, newest first.</summary>
    public IReadOnlyList<KeyDate> Possible { get; }

    public static Knowledge Of(IEnumerable<NotificationAttempt> attempts) => new([.. attempts]);

    /// <summary>
    /// What a correction to <paramref name="current"/> shows as the state before; null when none is owed.
    /// </summary>
    /// <param name="at">
    /// Nothing is owed where the date had passed by then both as known and as it stands; usually when its revision was
    /// recorded.
    /// </param>
    public KeyDate? CorrectionOwed(KeyDate current, Instant at) =>
        (Known is null ? Possible : Possible.Prepend(Known))
        .FirstOrDefault(told => !told.IsSameToReaders(current) && (told.Over > at || current.Over > at));

    /// <summary>
    /// Whether an alert that told the same as <paramref name="current"/> was delivered at or after an instant.
    /// </summary>
    public bool WasToldSince(KeyDate current, Instant since) =>
        attempts.Any(attempt => attempt.IsDelivered && attempt.At >= since && attempt.NotifiedDate.IsSameToReaders(current));
}
