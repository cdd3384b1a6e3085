using Alerts.Dates;
using Alerts.Senders;
using Alerts.Watch;

namespace Alerts.Web.Pages.Texts;

/// <summary>Texts of the operator's pages.</summary>
internal static class AdminTexts
{
    public const string SignInLead =
        "These pages are for operators. The admin key is the setting Alerts:AdminKey; "
        + "without that setting, the service prints a key for this run when it starts.";
    public const string Closed =
        "These pages are closed: no admin key is set. "
        + "Set Alerts:AdminKey (environment variable Alerts__AdminKey) and restart the service.";
    public const string TooManyKeys = "Too many wrong keys. Wait a minute, then try again.";
    public const string WrongKey =
        "That is not the admin key. It is in the settings, or in what the service printed when it started.";
    public const string StaleForm = "Your session has ended. Sign in, then send the form again.";

    public const string Overview = "Overview";
    public const string Deliveries = "Deliveries";
    public const string NoneYet = "None yet.";

    public const string Cause = "Cause";

    public const string NarrowDown = "There are more. Narrow down the search to see them.";
    public const string Add = "Add a date";
    public const string Title = "Title";
    public const string Summary = "Summary";
    public const string Topics = "Topics";
    public const string TopicsHint = "Separated by spaces, each of a-z, 0-9 and -.";
    public const string Id = "Id";
    public const string IdHint = "Proposed from the title. 1 to 64 of a-z, 0-9 and -; it cannot be changed later.";
    public const string When = "When";
    public const string End = "Last day";
    public const string Status = "Status";
    public const string Source = "Source (URL)";
    public const string CheckedOn = "Source last checked on";
    public const string CheckTitle = "Before it is saved";
    public const string Back = "Back";
    public const string Nobody = "Nobody is notified on saving; reminders go out as they fall due.";
    public const string IsThere = "There is already a date with this id. Revise that one, or choose another id.";
    public const string CancelDate = "Cancel this date";
    public const string Stale =
        "Somebody changed this date after you opened it. Below is its present state; make your change again.";

    public const string Import = "Import";
    public const string ImportLead =
        "JSON as the API writes it (one date or a list), or iCalendar. "
        + "You see every change before it is saved. If the file has an error, nothing is imported.";

    public const string ResendAgain = "Send again";
    public const string NotResent = "It cannot be sent again: it is still being sent, or its date has changed since.";

    /// <summary>What is wrong with a part of the service: "Email cannot send".</summary>
    public static string Fails(Failure failure) => $"{Part(failure)} {failure.Kind.Fails()}";

    /// <summary>The part that failed, at the start of a sentence.</summary>
    public static string Part(Failure failure) => char.ToUpperInvariant(failure.Part[0]) + failure.Part[1..];

    /// <summary>When a date was checked by hand: <c>checked on 4 Nov 2025</c>.</summary>
    public static string CheckedDay(LocalDate on) => "checked on " + TimeWords.Of(on);

    /// <summary>A field of a key date as the form calls it, by its name in JSON.</summary>
    public static string FieldName(string field) => field switch
    {
        "title" => Title,
        "summary" => Summary,
        "topics" => Topics,
        "when" => When,
        "end" => End,
        "status" => Status,
        "source" => Source,
        "checkedOn" => CheckedOn,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>What an import would do: <c>30 dates moved, 1 unchanged.</c></summary>
    public static string Sum(ImportPlan plan)
    {
        var counts = Enum.GetValues<DateChange>()
            .Select(kind => (
                Count: plan.Changes.Count(change => change.Next?.Change == kind),
                Word: DateTexts.Word(kind).ToLowerInvariant()))
            .Append((Count: plan.Count.Unchanged, Word: "unchanged"))
            .Where(part => part.Count > 0)
            .Select((part, index) => FormattableString.Invariant(
                $"{part.Count} {(index > 0 ? "" : part.Count == 1 ? "date " : "dates ")}{part.Word}"))
            .ToList();
        return counts.Count == 0 ? "The file holds no date." : $"{string.Join(", ", counts)}.";
    }

    public static string Word(DateVersion? next) => next is null ? "Unchanged" : DateTexts.Word(next.Change);

    public static string Revision(int revision) => FormattableString.Invariant($"revision {revision}");
}
