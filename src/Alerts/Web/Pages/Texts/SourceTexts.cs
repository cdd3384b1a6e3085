using Alerts.Sources;

namespace Alerts.Web.Pages.Texts;

/// <summary>Texts of the operator's pages of sources and proposals.</summary>
internal static class SourceTexts
{
    public const string SourcesLead =
        "Calendars and registers that key dates are read from. "
        + "Changes found there wait for review, unless a source saves them at once.";
    public const string Add = "Add a source";
    public const string IdHint =
        "1 to 24 letters a-z, digits and hyphens, such as ecb. The ids of its dates begin with it.";
    public const string EnterUrl = "Enter the link to the calendar, such as https://example.org/calendar.ics.";
    public const string UrlHint = "It begins with https://, http:// or webcal:// and often ends with .ics.";
    public const string AgenciesHint =
        "As in their links at federalregister.gov/agencies, separated by spaces. None: all agencies.";
    public const string ZoneHint = "A city or a time zone, such as Berlin or Europe/Berlin.";
    public const string Apply = "When something changes there";
    public const string Review = "show it for review first";
    public const string Auto = "save it at once (https only)";
    public const string Check = "Read now";
    public const string Remove = "Remove";
    public const string NoSuchSource = "There is no such source.";

    public const string ProposalsLead =
        "Changes found at sources. Accepting saves a date and notifies everyone who was told a different date; "
        + "rejecting leaves it as it is.";
    public const string Select = "Select";
    public const string Accept = "Accept";
    public const string Reject = "Reject";
    public const string NoChange = "Accepting changes nothing: the date is as the source has it.";

    /// <summary>The kinds of documents of the register, in words.</summary>
    public static string DocumentType(string type) => type switch
    {
        "RULE" => "Rules",
        "PRORULE" => "Proposed rules",
        "NOTICE" => "Notices",
        "PRESDOCU" => "Presidential documents",
        _ => type,
    };

    /// <summary>A date field of the register, in words.</summary>
    public static string DateField(string field) => field switch
    {
        RegisterField.EffectiveOn => "Takes effect",
        RegisterField.CommentsCloseOn => "Comments close",
        _ => field,
    };

    public static string Waiting(int count) => count == 1 ? "1 change waits for review."
        : FormattableString.Invariant($"{count} changes wait for review.");

    public static string Accepted(string count) => count == "1" ? "1 change was accepted."
        : $"{count} changes were accepted.";

    public static string Rejected(string count) => count == "1" ? "1 change was rejected."
        : $"{count} changes were rejected.";

    public static string Word(ProposedChange change) => change switch
    {
        ProposedChange.Added => "Added",
        ProposedChange.Moved => "Moved",
        ProposedChange.Edited => "Edited",
        ProposedChange.Cancelled => "Cancelled",
        ProposedChange.Reinstated => "Reinstated",
        ProposedChange.Vanished => "No longer there",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    public static string Status(string word) => word switch
    {
        "ok" => "works",
        "new" => "not read yet",
        "retrying" => "the last read failed",
        "off" => "switched off",
        _ => word,
    };

    /// <summary>How long ago a date was last seen at its source, as a sentence without a full stop.</summary>
    public static string Checked(Instant at, Instant now) => "C" + CheckedAgo(at, now)[1..];

    /// <summary><c>checked 3 hours ago at its source</c>.</summary>
    public static string CheckedAgo(Instant at, Instant now)
    {
        var ago = now - at;
        var (count, unit) = ago < Duration.FromMinutes(1) ? (0, "")
            : ago < Duration.FromHours(1) ? ((long)ago.TotalMinutes, "minute")
            : ago < Duration.FromDays(1) ? ((long)ago.TotalHours, "hour")
            : ((long)ago.TotalDays, "day");
        return count == 0 ? "checked just now at its source"
            : FormattableString.Invariant($"checked {count} {unit}{(count == 1 ? "" : "s")} ago at its source");
    }
}
