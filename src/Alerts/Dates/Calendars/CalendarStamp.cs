using System.Globalization;

namespace Alerts.Dates.Calendars;

/// <summary>How new a calendar entry is (RFC 5545, sections 3.8.7.2 to 3.8.7.4).</summary>
/// <param name="Sequence">SEQUENCE; 0 when it has none.</param>
/// <param name="StampedAt">DTSTAMP; null when it has none.</param>
/// <param name="ModifiedAt">LAST-MODIFIED; null when it has none.</param>
internal sealed record CalendarStamp(long Sequence, Instant? StampedAt, Instant? ModifiedAt)
{
    /// <summary>The stamp of an entry that has none of the three.</summary>
    public static readonly CalendarStamp None = new(0, null, null);

    /// <summary>
    /// Compares by SEQUENCE, then DTSTAMP (RFC 5546, section 2.1.5), then LAST-MODIFIED; a missing value is the oldest.
    /// </summary>
    public static readonly IComparer<CalendarStamp> OldestFirst = Comparer<CalendarStamp>.Create((one, other) =>
        one.Sequence.CompareTo(other.Sequence) is not 0 and var bySequence ? bySequence
        : Nullable.Compare(one.StampedAt, other.StampedAt) is not 0 and var byStamp ? byStamp
        : Nullable.Compare(one.ModifiedAt, other.ModifiedAt));

    /// <summary>
    /// Orders entries of one date, the newest first. A cancellation comes before equally new entries, and one without a
    /// time before all entries of its SEQUENCE: it must not be lost because its program writes no DTSTAMP.
    /// </summary>
    public static IOrderedEnumerable<T> NewestFirst<T>(
        IEnumerable<T> entries, Func<T, CalendarStamp> stampOf, Func<T, bool> isCancel) =>
        entries.OrderByDescending(entry => stampOf(entry).Sequence)
            .ThenByDescending(entry => isCancel(entry) && stampOf(entry) is { StampedAt: null, ModifiedAt: null })
            .ThenByDescending(stampOf, OldestFirst)
            .ThenByDescending(isCancel);

    /// <summary>Returns the stamp of an entry. A SEQUENCE that is not a number counts as 0.</summary>
    public static CalendarStamp Of(CalendarComponent item) => new(
        Number(item.Filled("SEQUENCE")) ?? 0, CalendarTime.Stamp(item.Filled("DTSTAMP")),
        CalendarTime.Stamp(item.Filled("LAST-MODIFIED")));

    /// <summary>Returns the number in SEQUENCE; null when it is not a number.</summary>
    public static long? Number(CalendarProperty? sequence) =>
        long.TryParse(sequence?.Trimmed, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number : null;

    /// <summary>Says that the entry with this stamp counts, as the rest of a sentence about its event.</summary>
    /// <param name="times">How many entries of the event the file holds.</param>
    public string SaysNewestOf(int times) =>
        $"is in the file {times} times; the newest (SEQUENCE {Sequence}) was used.";

    /// <summary>
    /// Whether this entry is older than the last one read: its sequence is lower, and it is not newer by LAST-MODIFIED
    /// if both have one, otherwise by DTSTAMP. An entry is never older when either one has no time.
    /// </summary>
    public bool IsOlderThan(CalendarStamp last)
    {
        var (mine, theirs) = (ModifiedAt, last.ModifiedAt) is ({ }, { }) ? (ModifiedAt, last.ModifiedAt)
            : (StampedAt, last.StampedAt) is ({ }, { }) ? (StampedAt, last.StampedAt)
            : (ModifiedAt ?? StampedAt, last.ModifiedAt ?? last.StampedAt);
        return Sequence < last.Sequence && mine is { } one && theirs is { } other && one <= other;
    }

    /// <summary>Returns the sequences of an older and a newer entry, as part of a sentence.</summary>
    public string SaysOlderThan(CalendarStamp last) =>
        $"SEQUENCE {Sequence} after {last.Sequence}";
}
