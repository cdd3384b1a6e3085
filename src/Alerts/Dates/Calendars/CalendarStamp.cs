using NodaTime;

namespace Alerts.Dates.Calendars;

/// <summary>How new an entry of a calendar is (RFC 5545, sections 3.8.7.2 to 3.8.7.4).</summary>
/// <param name="Sequence">SEQUENCE; 0 when it has none.</param>
/// <param name="StampedAt">DTSTAMP; null when it has none.</param>
/// <param name="ModifiedAt">LAST-MODIFIED; null when it has none.</param>
internal sealed record CalendarStamp(long Sequence, Instant? StampedAt, Instant? ModifiedAt)
{
    /// <summary>
    /// Whether it is older than what was read before: a lower sequence, and not newer by LAST-MODIFIED when both have
    /// one, else by DTSTAMP. Without a time in both nothing is older.
    /// </summary>
    public bool IsOlderThan(CalendarStamp last)
    {
        var (mine, theirs) = (ModifiedAt, last.ModifiedAt) is ({ }, { }) ? (ModifiedAt, last.ModifiedAt)
            : (StampedAt, last.StampedAt) is ({ }, { }) ? (StampedAt, last.StampedAt)
            : (ModifiedAt ?? StampedAt, last.ModifiedAt ?? last.StampedAt);
        return Sequence < last.Sequence && mine is { } one && theirs is { } other && one <= other;
    }
}
