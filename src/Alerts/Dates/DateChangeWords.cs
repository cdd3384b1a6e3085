namespace Alerts.Dates;

/// <summary>The words for changes of a date in API responses and on pages.</summary>
internal static class DateChangeWords
{
    public static string Word(this DateChange change) => change switch
    {
        DateChange.Added => "added",
        DateChange.Moved => "moved",
        DateChange.Edited => "edited",
        DateChange.Cancelled => "cancelled",
        DateChange.Reinstated => "reinstated",
        _ => throw new ArgumentOutOfRangeException(nameof(change)),
    };
}
