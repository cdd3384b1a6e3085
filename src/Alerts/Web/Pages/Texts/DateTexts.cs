using Alerts.Dates;

namespace Alerts.Web.Pages.Texts;

/// <summary>Texts of the pages of key dates.</summary>
internal static class DateTexts
{
    public const string Lead =
        "What is coming, and what has moved. We tell you ahead of the dates you care about, by email or webhook, "
        + "and again when they change.";
    public const string NoneFound = "No date matches. Try other words, or all topics.";
    public const string Search = "Search dates";
    public const string SearchButton = "Search";
    public const string Topics = "Topics";
    public const string Source = "Source";
    public const string NoSuchDate = "There is no such date. See the list of all dates; it has the cancelled ones too.";

    /// <summary>Says in which place an all-day date is a day.</summary>
    public static string AllDay(string place) => $", all day {place}";

    public static string Past(long count) =>
        count == 1 ? "1 past date" : FormattableString.Invariant($"{count} past dates");

    public static string Word(DateChange change) => change switch
    {
        DateChange.Added => "Added",
        DateChange.Moved => "Moved",
        DateChange.Edited => "Edited",
        DateChange.Cancelled => "Cancelled",
        DateChange.Reinstated => "Back on",
        _ => throw new ArgumentOutOfRangeException(nameof(change)),
    };

    public static string OfRevision(int revision) => FormattableString.Invariant($"revision {revision}");

    /// <summary>A month on the timeline's scale.</summary>
    public static string Month(LocalDate on) =>
        on.ToString("MMM uuuu", System.Globalization.CultureInfo.InvariantCulture);
}
