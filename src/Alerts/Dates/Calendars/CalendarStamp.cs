using System.Globalization;
using NodaTime;

namespace Alerts.Dates.Calendars;

/// <summary>How new an entry of a calendar is (RFC 5545, sections 3.8.7.2 to 3.8.7.4).</summary>
/// <param name="Sequence">SEQUENCE; 0 when it has none.</param>
/// <param name="StampedAt">DTSTAMP; null when it has none.</param>
/// <param name="ModifiedAt">LAST-MODIFIED; null when it has none.</param>
internal sealed record CalendarStamp(long Sequence, Instant? StampedAt, Instant? ModifiedAt)
{
    /// <summary>By SEQUENCE, then DTSTAMP (RFC 5546, section 2.1.5), then LAST-MODIFIED; none is the oldest.</summary>
    public static readonly IComparer<CalendarStamp> OldestFirst = Comparer<CalendarStamp>.Create((one, other) =>
        one.Sequence.CompareTo(other.Sequence) is not 0 and var bySequence ? bySequence
        : Nullable.Compare(one.StampedAt, other.StampedAt) is not 0 and var byStamp ? byStamp
        : Nullable.Compare(one.ModifiedAt, other.ModifiedAt));

    /// <summary>The stamp of an entry; a SEQUENCE that is no number is 0.</summary>
    public static CalendarStamp Of(CalendarComponent item) => new(
        Number(item.Filled("SEQUENCE")) ?? 0, CalendarTime.Stamp(item.Filled("DTSTAMP")),
        CalendarTime.Stamp(item.Filled("LAST-MODIFIED")));

    /// <summary>The number that SEQUENCE holds; null when it is none.</summary>
    public static long? Number(CalendarProperty? sequence) =>
        long.TryParse(sequence?.Trimmed, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number : null;

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
