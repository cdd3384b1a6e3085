using System.Runtime.CompilerServices;
using Alerts.Dates.Calendars;

namespace Alerts.Dates;

/// <summary>Stores key dates with their complete history.</summary>
internal interface IKeyDates
{
    /// <summary>
    /// Returns a value that identifies the current state of all dates, without reading any date. It changes immediately
    /// after a change by this process, and within a second after a change by another.
    /// </summary>
    /// <param name="now">Current time by the service's clock. Dates that occur by then change the value.</param>
    Task<DatesVersion> StampAsync(Instant now, CancellationToken cancel);

    /// <summary>The current version of a date; null for an unknown id.</summary>
    Task<DateVersion?> FindAsync(string id, CancellationToken cancel);

    /// <summary>All versions of a date, oldest first; null for an unknown id.</summary>
    Task<IReadOnlyList<DateVersion>?> HistoryAsync(string id, CancellationToken cancel);

    /// <summary>The given ids for which no date exists.</summary>
    Task<IReadOnlyList<string>> UnknownAsync(IReadOnlyList<string> ids, CancellationToken cancel);

    /// <summary>A page of dates, ordered by start and then id.</summary>
    /// <param name="after">Where the page starts; null for the first page.</param>
    /// <param name="limit">1 to 200 for the API; any number for internal paging.</param>
    Task<DatePage> ListAsync(DateFilter filter, DateCursor? after, int limit, CancellationToken cancel);

    /// <summary>
    /// The latest version of each of the most recently recorded revisions, newest first. Those recorded at the same
    /// time are ordered by id, then by revision, newest first.
    /// </summary>
    /// <param name="topic">Only dates that have this topic now; null for all.</param>
    Task<IReadOnlyList<DateVersion>> NewestRevisionsAsync(string? topic, int limit, CancellationToken cancel);

    /// <summary>Dates that are over, latest start first, then by id.</summary>
    Task<IReadOnlyList<DateVersion>> NewestPastAsync(Instant now, int limit, CancellationToken cancel);

    /// <summary>
    /// Saves a date. Atomically records a new version together with a note that its followers must still be processed.
    /// Records nothing when nothing changes.
    /// </summary>
    /// <param name="ifMatch">The version number that the caller saw, 0 for none; null for any.</param>
    Task<Saved> SaveAsync(KeyDate wanted, string? reason, int? ifMatch, CancellationToken cancel);

    /// <summary>
    /// Saves the dates of a file. When one has an error, nothing is saved. In a store without a transaction over all
    /// dates, an interrupted call can be repeated to save the rest. Each item is evaluated against the current version
    /// of its date. The result is null for an item that was skipped and whose date does not exist.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// An item has an error; see <see cref="ImportedDate.Against"/>.
    /// </exception>
    Task<IReadOnlyList<Saved?>> SaveAllAsync(IReadOnlyList<ImportedDate> all, CancellationToken cancel);

    /// <summary>The stamp of the calendar entry that a date was last read from; null for none.</summary>
    Task<CalendarStamp?> LastReadAsync(string id, CancellationToken cancel);

    /// <summary>
    /// Saves shipped entries that were not saved before, in order, all recorded at one instant, so that their alerts
    /// travel together. Returns those whose date an operator has changed, which is then left as it is.
    /// </summary>
    Task<IReadOnlyList<ShippedEntry>> EnterAsync(IReadOnlyList<ShippedEntry> entries, CancellationToken cancel);
}

/// <summary>Identifies a state of all dates. Equal values mean the same dates in the same phases.</summary>
/// <param name="Versions">
/// The number of versions ever recorded, or the number of times this process detected that there may be more.
/// </param>
/// <param name="Until">When this value expires: when the next date occurs, or after a fixed time.</param>
internal sealed record DatesVersion(long Versions, Instant Until);

/// <summary>Selects the dates to list. Null members do not filter.</summary>
/// <param name="From">Inclusive; compared with the last day of the date.</param>
/// <param name="To">Inclusive; compared with the first day of the date.</param>
/// <param name="OverAfter">Only dates that are not over by this instant.</param>
internal sealed record DateFilter(
    string? Topic = null, LocalDate? From = null, LocalDate? To = null, DateStatus? Status = null,
    Instant? OverAfter = null);

/// <summary>A page of the list of dates.</summary>
/// <param name="Next">Where the next page starts; null if this is the last one.</param>
internal sealed record DatePage(IReadOnlyList<DateVersion> Dates, DateCursor? Next);

/// <summary>Position in the list of dates: the next page starts after it.</summary>
/// <param name="Start">
/// The start as the store has it, by which the list is ordered. An update of the time zone data may change the start
/// that is computed from the date.
/// </param>
internal sealed record DateCursor(Instant Start, string Id);

/// <summary>Result of saving a date.</summary>
internal abstract record Saved
{
    /// <summary>A new version was recorded.</summary>
    internal sealed record Recorded(DateVersion Version) : Saved;

    /// <summary>Nothing was recorded because the date already had this content.</summary>
    internal sealed record Unchanged(DateVersion Version) : Saved;

    /// <summary>Nothing was recorded because the date has changed since the version that the caller saw.</summary>
    internal sealed record Stale : Saved;
}

/// <summary>Enumerates key dates page by page, so that only one page is held in memory.</summary>
internal static class AllKeyDates
{
    private const int PageSize = 500;

    /// <summary>All matching dates, ordered by start and then id.</summary>
    public static async IAsyncEnumerable<DateVersion> AllAsync(
        this IKeyDates dates, DateFilter filter, [EnumeratorCancellation] CancellationToken cancel)
    {
        DateCursor? after = null;
        do
        {
            var page = await dates.ListAsync(filter, after, PageSize, cancel);
            foreach (var version in page.Dates)
            {
                yield return version;
            }

            after = page.Next;
        }
        while (after is not null);
    }
}
