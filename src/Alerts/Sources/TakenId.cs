using Alerts.Dates;

namespace Alerts.Sources;

/// <summary>An id that a source gives to a date, but that someone has given to another key date by hand.</summary>
internal static class TakenId
{
    /// <param name="entry">The entry of the date of the source; null for a new one.</param>
    /// <param name="current">The key date with this id; null when there is none.</param>
    public static bool Is(SourceEntry? entry, DateVersion? current) =>
        current is not null && entry?.AppliedVersion is null;

    /// <param name="name">Names the date of the source.</param>
    public static string Warning(string name, string id) =>
        $"{name}: its id {Problem.Quote(id)} belongs to a date that does not come from this source; it was skipped.";
}
