using Alerts.Core;

namespace Alerts.Sources;

/// <summary>
/// Finds new dates whose event became a series, or is no longer one. Such a date has a new id, and its old id is
/// absent.
/// </summary>
internal static class ChangedIds
{
    /// <summary>Returns a warning for each new date with the start and title of an absent one.</summary>
    /// <param name="added">The dates that are proposed as new.</param>
    /// <param name="entries">The entries of the source after this read.</param>
    public static IEnumerable<string> Warnings(
        string sourceId, IReadOnlyList<SourceDate> added, IReadOnlyCollection<SourceEntry> entries)
    {
        if (added.Count == 0)
        {
            return [];
        }

        var absent = entries
            .Where(entry => entry is { AbsentSince: not null, Read: not null, AppliedVersion: not null })
            .ToLookup(entry => EventId(sourceId, entry.KeyDateId, entry.Series));
        return from date in added
               from entry in absent[EventId(sourceId, date.Id, date.Series)]
               where (date.Series is null) != (entry.Series is null)
               let before = SourceDate.Of(entry.Read!) // the filter above excludes null
               where before.When?.Start == date.When?.Start && before.Title == date.Title
               select $"{date.Name}: its date {Problem.Quote(entry.KeyDateId)} has the new id "
                   + $"{Problem.Quote(date.Id)}, because the event became a series or is no longer one; "
                   + "accept both changes.";
    }

    private static string EventId(string sourceId, string keyDateId, string? series) =>
        series is null ? keyDateId : SourceIds.OfEvent(sourceId, series);
}
