using Alerts.Dates;
using Alerts.Queue;
using Alerts.Subscriptions;
using NodaTime;

namespace Alerts.Web.Pages.Texts;

/// <summary>What the pages of key dates say.</summary>
internal static class DateTexts
{
    public const string Title = "Key dates";
    public const string Lead = "What is coming, and what has moved. Be told ahead of the dates you care about, by mail or webhook, and again when they change.";
    public const string Subscribe = "Get alerts";
    public const string Upcoming = "Upcoming";
    public const string NoneAhead = "No dates are ahead.";
    public const string NoneFound = "No date fits. Try other words, or all topics.";
    public const string Search = "Search dates";
    public const string SearchButton = "Search";
    public const string Topics = "Topics";
    public const string AllTopics = "all";
    public const string TimelineTitle = "When they are, and where they have moved from";
    public const string KeyNow = "now";
    public const string KeyStands = "stands here";
    public const string KeyTentative = "perhaps here";
    public const string KeyCancelled = "called off";
    public const string KeyWas = "stood here before";
    public const string Starts = "starts";
    public const string About = "About";
    public const string When = "When";
    public const string Source = "Source";
    public const string Checked = "Checked";
    public const string NeverChecked = "Nobody has said when the source was last read.";
    public const string Revision = "Revision";
    public const string History = "History";
    public const string AddToCalendar = "Add to a calendar";
    public const string CalendarFile = "file (.ics)";
    public const string AlertMe = "Get alerts for this date";
    public const string NoSuchDate = "There is no such date. It may have been written wrongly; the list of all dates has every one, cancelled ones too.";
    public const string LookAtSource = "SendDecision at the source before you rely on it.";
    public const string Was = "was";

    /// <summary>In which zone an all-day date is a day.</summary>
    public static string AllDay(string place) => $", all day {place}";

    public static string Past(long count) => count == 1 ? "1 past date" : FormattableString.Invariant($"{count} past dates");

    /// <param name="days">Null when nobody has ever said.</param>
    public static string Unchecked(int? days) => days is null
        ? "Not known when it was last checked."
        : FormattableString.Invariant($"Not checked for {days} days.");

    public static string Word(DateChange change) => change switch
    {
        DateChange.Added => "Added",
        DateChange.Moved => "Moved",
        DateChange.Edited => "Edited",
        DateChange.Cancelled => "Called off",
        DateChange.Reinstated => "Back on",
        _ => throw new ArgumentOutOfRangeException(nameof(change)),
    };

    public static string OfRevision(int revision) => FormattableString.Invariant($"revision {revision}");

    /// <summary>A month on the timeline's scale.</summary>
    public static string Month(LocalDate on) => on.ToString("MMM uuuu", System.Globalization.CultureInfo.InvariantCulture);
}
