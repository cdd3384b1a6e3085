using Alerts.Dates;

namespace Alerts.Web.Pages.Texts;

/// <summary>Texts of the pages of key dates.</summary>
internal static class DateTexts
{
    public const string Title = "Key dates";
    public const string Lead =
        "What is coming, and what has moved. We tell you ahead of the dates you care about, by email or webhook, "
        + "and again when they change.";
    public const string Subscribe = "Get alerts";
    public const string Upcoming = "Upcoming";
    public const string NoneAhead = "There are no upcoming dates.";
    public const string NoneFound = "No date matches. Try other words, or all topics.";
    public const string Search = "Search dates";
    public const string SearchButton = "Search";
    public const string Topics = "Topics";
    public const string AllTopics = "all";
    public const string TimelineTitle = "When they are, and where they have moved from";
    public const string KeyNow = "now";
    public const string KeyStands = "date";
    public const string KeyTentative = "tentative";
    public const string KeyCancelled = "cancelled";
    public const string KeyWas = "earlier date";
    public const string Starts = "Start:";
    public const string YourTime = "Your time:";
    public const string YourTimeFrom = "Your time, from:";
    public const string About = "About";
    public const string When = "When";
    public const string Source = "Source";
    public const string Checked = "Checked";
    public const string NotCheckedLately = "We have not verified this date lately. Check the source.";
    public const string Revision = "Revision";
    public const string History = "History";
    public const string AddToCalendar = "Add to a calendar";
    public const string CalendarFile = "file (.ics)";
    public const string AlertMe = "Get alerts for this date";
    public const string NoSuchDate = "There is no such date. See the list of all dates; it has the cancelled ones too.";
    public const string Was = "was";

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
