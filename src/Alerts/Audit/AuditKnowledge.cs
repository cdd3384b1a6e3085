using Alerts.Dates;
using NodaTime;

namespace Alerts.Audit;

/// <summary>
/// What a subscription knew of a date at a place in the order of recording, and what it may have known: judged by
/// attempts alone, and
/// written apart from the rule that the senders go by.
/// </summary>
internal static class AuditKnowledge
{
    /// <summary>The delivered attempt that ended last; null when nothing was delivered.</summary>
    /// <param name="before">Only what was recorded before it.</param>
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

    /// <summary>Whether a correction was owed for a date, as it is in <paramref name="current"/>.</summary>
    /// <param name="before">Only what was recorded before it counts.</param>
    /// <param name="at">Nothing is owed for what had passed by then, both as known and as it is.</param>
    public static bool OwesCorrection(AuditHistory history, KeyDate current, long before, Instant at)
    {
        var known = Known(history, before);
        foreach (var attempt in history.Attempts)
        {
            var ended = attempt.Ended < before ? attempt.Ended : long.MaxValue;
            // Ended before the known one began: what it told was replaced for certain.
            var counts = attempt == known || (attempt.Begun < before && (known is null || ended > known.Begun));
            if (counts && !attempt.NotifiedDate.IsSameToReaders(current) && (attempt.NotifiedDate.Over > at || current.Over > at))
            {
                return true;
            }
        }

        return false;
    }
}
