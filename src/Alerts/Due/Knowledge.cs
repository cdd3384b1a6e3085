using Alerts.Dates;

namespace Alerts.Due;

/// <summary>One attempt to notify a subscription of a date in one revision.</summary>
/// <param name="NotifiedDate">The date in the revision that the alert was about.</param>
/// <param name="Begun">Sequence number of the attempt's start in the order of recording.</param>
/// <param name="Ended">
/// Sequence number of the attempt's end in the same order; null while the attempt is in progress.
/// </param>
/// <param name="At">Start time by the service's clock.</param>
internal sealed record NotificationAttempt(KeyDate NotifiedDate, long Begun, long? Ended, bool IsDelivered, Instant At)
{
    /// <summary><see cref="Ended"/>, or the largest number while the attempt is in progress.</summary>
    public long End => Ended ?? long.MaxValue;
}

/// <summary>
/// What a subscription knows, and may know, about a date (product contract, section 22). Derived only from delivery
/// attempts, in the order of recording.
/// </summary>
internal sealed class Knowledge
{
    private readonly IReadOnlyList<NotificationAttempt> attempts;

    private Knowledge(IReadOnlyList<NotificationAttempt> attempts)
    {
        this.attempts = attempts;
        var known = attempts.Where(attempt => attempt.IsDelivered).MaxBy(attempt => (attempt.End, attempt.Begun));
        Known = known?.NotifiedDate;
        // Attempts that ended after the known attempt began: they overlapped with it, or began later and were not
        // delivered.
        Possible = [.. attempts
            .Where(attempt => attempt != known && (known is null || attempt.End > known.Begun))
            .OrderByDescending(attempt => attempt.Begun).ThenByDescending(attempt => attempt.NotifiedDate.Revision)
            .Select(attempt => attempt.NotifiedDate)];
    }

    /// <summary>The date as the delivered attempt that ended last stated it; null when none was delivered.</summary>
    public KeyDate? Known { get; }

    /// <summary>What other attempts stated that may have arrived during or after the known one, newest first.</summary>
    public IReadOnlyList<KeyDate> Possible { get; }

    public static Knowledge Of(IEnumerable<NotificationAttempt> attempts) => new([.. attempts]);

    /// <summary>The same without the attempts that began after a version was recorded.</summary>
    /// <param name="order">The version's sequence number; 0 when it has none, and then all attempts count.</param>
    public Knowledge Before(long order) => order == 0 ? this : Of(attempts.Where(attempt => attempt.Begun < order));

    /// <summary>
    /// The previous state to show in a correction to <paramref name="current"/>; null when no correction is owed.
    /// </summary>
    /// <param name="at">
    /// Usually the time at which the current revision was recorded. No correction is owed when the date was over by
    /// then, both as known and as it is now.
    /// </param>
    public KeyDate? CorrectionOwed(KeyDate current, Instant at) =>
        (Known is null ? Possible : Possible.Prepend(Known))
        .FirstOrDefault(told => !told.IsSameToReaders(current) && (told.Over > at || current.Over > at));

    /// <summary>
    /// Whether an alert was delivered at or after <paramref name="since"/> that is the same to readers as
    /// <paramref name="current"/>.
    /// </summary>
    public bool WasNotifiedSince(KeyDate current, Instant since) =>
        attempts.Any(attempt => attempt.IsDelivered && attempt.At >= since
            && attempt.NotifiedDate.IsSameToReaders(current));
}
