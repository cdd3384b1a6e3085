using Alerts.Dates.Calendars;
using NodaTime;

namespace Alerts.Dates;

/// <summary>Key dates and their whole history, as a store keeps them.</summary>
internal interface IKeyDates
{
    /// <summary>What stands for all dates as they are now, told without reading any: a change by this process gives another at once, one by others within a second.</summary>
    /// <param name="now">By the service's clock: what has occurred by then is part of it.</param>
    Task<DatesVersion> StampAsync(Instant now, CancellationToken cancel);

    /// <summary>The date as it is now; null for an unknown id.</summary>
    Task<DateVersion?> FindAsync(string id, CancellationToken cancel);

    /// <summary>All versions, oldest first; null for an unknown id.</summary>
    Task<IReadOnlyList<DateVersion>?> HistoryAsync(string id, CancellationToken cancel);

    /// <summary>Those of the ids that name no date.</summary>
    Task<IReadOnlyList<string>> UnknownAsync(IReadOnlyList<string> ids, CancellationToken cancel);

    /// <summary>A page of dates by start, then id.</summary>
    /// <param name="limit">1 to 200 for the API; any for internal paging.</param>
    Task<IReadOnlyList<DateVersion>> ListAsync(DateFilter filter, DateCursor? after, int limit, CancellationToken cancel);

    /// <summary>The newest state of each of the revisions recorded last, the newest first; those of dates with a topic, or of all.</summary>
    Task<IReadOnlyList<DateVersion>> NewestRevisionsAsync(string? topic, int limit, CancellationToken cancel);

    /// <summary>Dates that are over, the latest first.</summary>
    Task<IReadOnlyList<DateVersion>> NewestPastAsync(Instant now, int limit, CancellationToken cancel);

    /// <summary>
    /// Records a wanted state: a new version, and the note that its followers are still to be gone through, as one; or nothing when
    /// it changes nothing.
    /// </summary>
    /// <param name="ifMatch">The version number the caller saw; null for any.</param>
    Task<Saved> SaveAsync(KeyDate wanted, string? reason, int? ifMatch, CancellationToken cancel);

    /// <summary>
    /// Records what a file asks for: all of it or, when one fails, nothing. Where a store has no transaction over all
    /// dates, asking
    /// again does what is left. Each is decided by the date as it is at that moment; null for one that was left out and
    /// is not there.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// One of them has an error; see <see cref="ImportedDate.Against"/>.
    /// </exception>
    Task<IReadOnlyList<Saved?>> SaveAllAsync(IReadOnlyList<ImportedDate> all, CancellationToken cancel);

    /// <summary>What was last read of a date from a calendar file; null when nothing was.</summary>
    Task<CalendarStamp?> LastReadAsync(string id, CancellationToken cancel);

    /// <summary>Enters a shipped entry unless it has entered before; false when an operator has changed its date, which is then left alone.</summary>
    Task<bool> EnterAsync(ShippedEntry entry, CancellationToken cancel);
}

/// <summary>Equal for the same dates in the same phases.</summary>
/// <param name="Versions">How many versions were ever recorded, or how often this process found that there may be more.</param>
/// <param name="Until">When the next date occurs, or how long it can be told.</param>
internal sealed record DatesVersion(long Versions, Instant Until);

/// <summary>Which dates to list; null members do not filter.</summary>
/// <param name="From">Inclusive, against the last day of the date.</param>
/// <param name="To">Inclusive, against its first day.</param>
/// <param name="OverAfter">Only dates that are not over by then.</param>
internal sealed record DateFilter(string? Topic = null, LocalDate? From = null, LocalDate? To = null, DateStatus? Status = null, Instant? OverAfter = null);

/// <summary>Where the next page of dates begins: after this date.</summary>
internal sealed record DateCursor(Instant Start, string Id);

/// <summary>What saving a date came to.</summary>
internal abstract record Saved
{
    /// <summary>A new version was recorded.</summary>
    internal sealed record Recorded(DateVersion Version) : Saved;

    /// <summary>It was so already.</summary>
    internal sealed record Unchanged(DateVersion Version) : Saved;

    /// <summary>The caller had seen another version.</summary>
    internal sealed record Stale : Saved;
}
