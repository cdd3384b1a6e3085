using Alerts.Dates.Calendars;

namespace Alerts.Sources;

/// <summary>An event or to-do that was read from a calendar.</summary>
/// <param name="Item">The component in the file.</param>
/// <param name="Resolver">Resolves the times of the event.</param>
/// <param name="Edit">The content of the event; null when it could not be read.</param>
internal sealed record ReadEvent(string Uid, CalendarComponent Item, TimeResolver Resolver, CalendarEdit? Edit)
{
    /// <summary>Whether its calendar has METHOD:ADD: the event adds an occurrence to a known series.</summary>
    public bool IsAddition { get; init; }

    public bool IsOverride => Item.Filled("RECURRENCE-ID") is not null;

    public bool Recurs => Item.Filled("RRULE") is not null || Item.Filled("RDATE") is not null;

    /// <summary>Whether its calendar has METHOD:CANCEL.</summary>
    public bool IsCancel => Edit is { IsCancel: true };

    private CalendarStamp Stamp { get; } = CalendarStamp.Of(Item);

    /// <summary>
    /// Orders entries of one date so that the first one counts: see <see cref="CalendarStamp.NewestFirst{T}"/>; among
    /// equal ones one that could be read, then one that recurs, then the first in the file.
    /// </summary>
    public static IReadOnlyList<ReadEvent> NewestFirst(IEnumerable<ReadEvent> entries) =>
    [
        .. CalendarStamp.NewestFirst(entries, one => one.Stamp, one => one.IsCancel)
            .ThenByDescending(one => one.Edit is not null)
            .ThenByDescending(one => one.Recurs),
    ];

    /// <summary>Describes which of several entries counts, as the rest of a sentence.</summary>
    /// <param name="newestFirst">Two or more entries, newest first.</param>
    public static string WhichCounts(IReadOnlyList<ReadEvent> newestFirst)
    {
        var isNewer = CalendarStamp.OldestFirst.Compare(newestFirst[0].Stamp, newestFirst[1].Stamp) > 0;
        return isNewer ? newestFirst[0].Stamp.SaysNewestOf(newestFirst.Count)
            : FormattableString.Invariant($"is in the file {newestFirst.Count} times; the first was used.");
    }
}
