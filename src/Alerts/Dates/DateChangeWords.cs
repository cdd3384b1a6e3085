namespace Alerts.Dates;

/// <summary>The product's words for changes of a date, as answers and pages write them.</summary>
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
