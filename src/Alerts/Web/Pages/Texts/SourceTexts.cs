using Alerts.Sources;
using NodaTime;

namespace Alerts.Web.Pages.Texts;

/// <summary>Texts of the operator's pages of sources and proposals.</summary>
internal static class SourceTexts
{
    public const string Sources = "Sources";
    public const string SourcesLead =
        "Calendars and registers that key dates are read from. "
        + "Changes found there wait for review, unless a source saves them at once.";
    public const string NoSources = "There are no sources yet.";
    public const string Add = "Add a source";
    public const string Edit = "Edit the source";
    public const string Id = "Id";
    public const string IdHint = "1 to 24 of a-z, 0-9 and -; the ids of its dates begin with it.";
    public const string Type = "What it is";
    public const string Calendar = "Calendar (iCalendar)";
    public const string Register = "Federal Register";
    public const string Url = "Address of the calendar";
    public const string UrlHint = "https, http or webcal. For calendars only.";
    public const string Term = "Words to search for (register only)";
    public const string Agencies = "Agencies (register only)";
    public const string AgenciesHint = "Their slugs, separated by spaces. Empty: all.";
    public const string DocumentTypes = "Types of documents (register only)";
    public const string DocumentTypesHint = "RULE, PRORULE, NOTICE, PRESDOCU, separated by spaces. Empty: all.";
    public const string Dates = "Dates (register only)";
    public const string DatesHint = "effective_on, comments_close_on. Empty: both.";
    public const string Every = "Read every";
    public const string EveryHint = "PT5M to P7D: PT1H is an hour, P1D a day.";
    public const string Topics = "Topics to add";
    public const string Zone = "Time zone of dates that name none";
    public const string Apply = "Changes";
    public const string Review = "wait for review";
    public const string Auto = "are saved at once (https only)";
    public const string Enabled = "Read on schedule";
    public const string Save = "Save";
    public const string Check = "Read now";
    public const string Remove = "Remove";
    public const string RemoveTitle = "Remove this source?";
    public const string RemoveLead = "It is no longer read, and its proposals are withdrawn. Its dates stay.";
    public const string Keep = "Keep it";
    public const string Removed = "The source is removed.";
    public const string Saved = "The source is saved. It is read in a moment.";
    public const string Read = "The source was read.";
    public const string NeverRead = "Not read yet.";
    public const string NextRead = "Next read:";
    public const string NoSuchSource = "There is no such source.";
    public const string Warnings = "Left out of the last answer";

    public const string Proposals = "Proposals";
    public const string ProposalsLead =
        "Changes found at sources. Accepting saves a date and notifies who was told something else; "
        + "rejecting leaves it as it is.";
    public const string NoProposals = "Nothing waits for review.";
    public const string Now = "Now";
    public const string There = "At the source";
    public const string NewDate = "not there yet";
    public const string FoundAt = "found";
    public const string Select = "Select";
    public const string Accept = "Accept";
    public const string Reject = "Reject";
    public const string AcceptSelected = "Accept selected";
    public const string RejectSelected = "Reject selected";
    public const string NoChange = "Accepting changes nothing: the date is as the source has it.";
    public const string More = "More";
    public const string NoneSelected = "Select at least one proposal.";
    public const string Fails = "cannot be read since";

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
        ProposedChange.Vanished => "Vanished",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    public static string Status(string word) => word switch
    {
        "ok" => "works",
        "new" => "not read yet",
        "retrying" => "last read failed",
        "off" => "switched off",
        _ => word,
    };

    /// <summary>How long ago a date was last seen at its source.</summary>
    public static string Checked(Instant at, Instant now)
    {
        var ago = now - at;
        var (count, unit) = ago < Duration.FromMinutes(1) ? (0, "")
            : ago < Duration.FromHours(1) ? ((long)ago.TotalMinutes, "minute")
            : ago < Duration.FromDays(1) ? ((long)ago.TotalHours, "hour")
            : ((long)ago.TotalDays, "day");
        return count == 0 ? "Checked just now at its source"
            : FormattableString.Invariant($"Checked {count} {unit}{(count == 1 ? "" : "s")} ago at its source");
    }
}
