using Alerts.Dates;

namespace Alerts.Audit;

/// <summary>
/// What a subscription knew, and may have known, about a date at a point in the order of recording. Derived only from
/// attempts, and written independently of <see cref="Due.Knowledge"/>, which the senders use.
/// </summary>
internal static class AuditKnowledge
{
    /// <summary>The delivered attempt that ended last; null when nothing was delivered.</summary>
    /// <param name="before">Only deliveries recorded before this sequence number count.</param>
    public static AuditAttempt? Known(AuditHistory history, long before)
    {
        AuditAttempt? known = null;
        foreach (var attempt in history.Attempts)
        {
            if (attempt.IsDeliveredBefore(before) && (known is null || attempt.Ended >= known.Ended))
            {
                known = attempt;
            }
        }

        return known;
    }

    /// <summary>Whether a correction to <paramref name="current"/> was owed.</summary>
    /// <param name="before">Only what was recorded before this sequence number counts.</param>
    /// <param name="at">
    /// No correction is owed when the date was over by then, both as known and as it is in <paramref name="current"/>.
    /// </param>
    public static bool OwesCorrection(AuditHistory history, KeyDate current, long before, Instant at)
    {
        var known = Known(history, before);
        foreach (var attempt in history.Attempts)
        {
            var ended = attempt.Ended < before ? attempt.Ended : long.MaxValue;
            // Other attempts that ended before the known one began do not count: the known one has certainly replaced
            // them.
            var counts = attempt == known || (attempt.Begun < before && (known is null || ended > known.Begun));
            if (counts && !attempt.NotifiedDate.IsSameToReaders(current)
                && (attempt.NotifiedDate.Over > at || current.Over > at))
            {
                return true;
            }
        }

        return false;
    }
}
