using System.Security.Cryptography;
using System.Text;

namespace Alerts.Dates.Calendars;

/// <summary>
/// Reads one event or to-do. Deviations from the standard are accepted where that is safe (long texts are cut, unusual
/// characters replaced, invalid links left out). They are rejected, with the name of the event, where they could
/// produce a wrong deadline.
/// </summary>
internal sealed class EventReader(CalendarObject calendar, CalendarComponent item, TimeResolver resolver)
{
    private const int HashLength = 12;

    /// <summary>
    /// Properties that define the date. Two different values contradict each other, so they are an error.
    /// </summary>
    private static readonly string[] Single = ["UID", "DTSTART", "DTEND", "DURATION", "DUE", "STATUS"];

    private static readonly string[] Texts = ["SUMMARY", "DESCRIPTION", "URL"];
    private static readonly string[] Recurring = ["RRULE", "RDATE", "RECURRENCE-ID"];

    private static readonly string[] Used =
        [.. Single, .. Texts, .. Recurring, "CATEGORIES", "SEQUENCE", "DTSTAMP", "LAST-MODIFIED", "EXDATE",
            "COMPLETED"];

    private readonly List<string> errors = [];
    private readonly List<string> notes = [];

    /// <summary>Whether recurring events are read; the times are then those of the first occurrence.</summary>
    public bool TakesRecurrence { get; init; }

    /// <summary>Errors as sentences, each with the event's name.</summary>
    public IEnumerable<string> Errors => errors.Select(Sentence);

    /// <summary>Sentences about what was left out or read differently from what it seems to say.</summary>
    public IEnumerable<string> Warnings => notes.Select(Sentence);

    private bool IsCancel => calendar.Method == "CANCEL";

    /// <summary>Reads the event; returns null when it is left out or has errors.</summary>
    public CalendarEdit? Read()
    {
        if (item.IsToDo && !IsCancel && WhyLeftOut() is { } reason)
        {
            notes.Add(reason);
            return null;
        }

        CheckLines();
        var status = Status(out var isUnknown);
        var edit = new CalendarEdit
        {
            Name = item.Name,
            Id = Id(),
            Stamp = Stamp(),
            IsCancel = IsCancel,
            IsWhole = calendar.Method is "PUBLISH" or "REQUEST" && !isUnknown,
            Title = Title(),
            Summary = Summary(),
            Categories = Categories(),
            Status = status,
            Link = Link(out var hasNone),
            HasNoLink = hasNone,
        };
        if (Times() is var (when, end))
        {
            edit = edit with { When = when, End = end };
        }

        return errors.Count == 0 ? edit : null;
    }

    private string? WhyLeftOut()
    {
        var status = item.Filled("STATUS")?.Trimmed.ToUpperInvariant();
        return status == "COMPLETED"
            || (status is null
                && (item.Filled("COMPLETED") is not null || item.Filled("PERCENT-COMPLETE")?.Trimmed == "100"))
            ? "is a to-do that is completed; it was left out."
            : EventTimes.HasDue(item) ? null : "is a to-do without DUE; it was left out.";
    }

    private void CheckLines()
    {
        notes.AddRange(item.Skipped.Select(line =>
            $"line {line.Number}, {Problem.Quote(line.Text)}, is no line of a calendar; it was left out."));
        foreach (var line in item.Broken.Where(line =>
            CalendarProperty.NameOf(line.Text) is { } name && Used.Contains(name)))
        {
            errors.Add($"line {line.Number}, {Problem.Quote(line.Text)}, cannot be read; write NAME:value.");
        }

        errors.AddRange(item.Properties
            .Where(property => property.Unreadable is not null && Used.Contains(property.Name))
            .Select(property => $"has a {property.Name} (line {property.Line}) that {property.Unreadable}."));
        errors.AddRange(Single.Where(name => item.All(name)
            .Where(one => name != "STATUS" || one.Trimmed.Length > 0).Select(Said).Distinct().Count() > 1)
            .Select(name => $"has {name} more than once; keep one."));
        notes.AddRange(Texts.Where(name => item.All(name).Count(property => property.Trimmed.Length > 0) > 1)
            .Select(name => $"has {name} more than once; the first was taken."));
        // A CANCEL of a UID cancels the whole event, whatever its rule. A single cancelled occurrence is unknown here.
        var refused = IsCancel ? Recurring.Where(name => name == "RECURRENCE-ID") : Recurring;
        errors.AddRange(refused.Where(name => !TakesRecurrence && item.Filled(name) is not null).Select(name =>
            $"recurs ({name}); recurring events are not taken, write each occurrence as an event with its own UID."));
    }

    /// <summary>Returns a normalized form of a property: a repetition of the same value is no contradiction.</summary>
    private static string Said(CalendarProperty property) => property.Name == "STATUS"
        ? property.Text.Trim().ToUpperInvariant()
        : string.Join(';', property.Parameters.Select(one => $"{one.Key}={one.Value}").Order(StringComparer.Ordinal)
            .Append(property.Trimmed));

    private string Id()
    {
        var uid = item.First("UID")?.Text.Trim() ?? "";
        if (uid.Length == 0)
        {
            errors.Add("has no UID; give it one that stays the same whenever the file is made again.");
        }

        return Slug.IsOne(uid) ? uid
            : "ical-" + Base32.LowerCase(SHA256.HashData(Encoding.UTF8.GetBytes(uid)), HashLength);
    }

    private CalendarStamp Stamp()
    {
        if (item.Filled("SEQUENCE") is { } sequence && CalendarStamp.Number(sequence) is null)
        {
            notes.Add($"has a SEQUENCE that is no number, {Problem.Quote(sequence.Trimmed)}; it was read as 0.");
        }

        return CalendarStamp.Of(item);
    }

    private string? Title()
    {
        var text = item.Filled("SUMMARY")?.Text ?? "";
        text = !calendar.IsOurs && HtmlDescription.IsEscaped(text) ? HtmlDescription.Of(text) : text;
        var summary = PlainText.Blank(text, PlainText.IsControl).Trim();
        return summary.Length == 0 ? null : PlainText.Cut(summary, PlainText.LongestTitle).TrimEnd();
    }

    private string? Summary()
    {
        var description = item.Filled("DESCRIPTION");
        var text = description?.Text ?? "";
        if (string.IsNullOrWhiteSpace(text))
        {
            description = item.All("X-ALT-DESC").FirstOrDefault(other =>
                other.Trimmed.Length > 0 && other.Unreadable is null);
            text = description?.Text ?? "";
        }

        if (description is not null && !calendar.IsOurs
            && (description.Has("FMTTYPE", "text/html") || HtmlDescription.IsLikely(text)))
        {
            text = HtmlDescription.Of(text);
        }

        // Calendars have one kind of line break, so only that one survives in our feeds.
        text = PlainText.Blank(text, PlainText.IsControlInParagraphs).ReplaceLineEndings("\n");
        text = PlainText.Cut(text, PlainText.LongestSummary);
        return string.IsNullOrWhiteSpace(text) ? null : text;
    }

    private List<string> Categories()
    {
        // vCalendar 1.0 separates them by semicolons.
        var separators = calendar.Component.First("VERSION")?.Trimmed == "1.0" ? ",;" : ",";
        var categories = item.All("CATEGORIES").SelectMany(line => line.Texts(separators)).Where(text =>
            !string.IsNullOrWhiteSpace(text)).Select(text => text.Trim()).ToList();
        notes.AddRange(categories.Where(category => CategoryTopics.Of(category).Length == 0).Select(category =>
            $"has the category {Problem.Quote(category)}, of which no topic can be made; it was left out."));
        var topics = categories.Select(CategoryTopics.Of).Where(topic => topic.Length > 0).Distinct().Count();
        if (topics > PlainText.MaxTopics)
        {
            errors.Add($"has {topics} categories; write at most {PlainText.MaxTopics}.");
        }

        return categories;
    }

    /// <param name="isUnknown">Whether there is a STATUS that iCalendar does not know; the date keeps its own.</param>
    private DateStatus? Status(out bool isUnknown)
    {
        isUnknown = false;
        var word = item.Filled("STATUS")?.Text.Trim().ToUpperInvariant() ?? "";
        if (word.Length == 0 || IsCancel)
        {
            return null;
        }

        if (word == "CANCELED")
        {
            return DateStatus.Cancelled;
        }

        if (item.IsToDo && word is "NEEDS-ACTION" or "IN-PROCESS")
        {
            return DateStatus.Confirmed;
        }

        if (EnumWords.Find<DateStatus>(word.ToLowerInvariant()) is { } status)
        {
            return status;
        }

        isUnknown = true;
        notes.Add(
            $"has the STATUS {Problem.Quote(word)}, which is none of CONFIRMED, TENTATIVE and CANCELLED; "
            + "it was left out.");
        return null;
    }

    private string? Link(out bool hasNone)
    {
        // A URI contains neither escapes nor backslashes, but some programs escape it like a text (https\://…).
        var url = (item.Filled("URL")?.Trimmed ?? "").Replace(@"\:", ":", StringComparison.Ordinal)
            .Replace(@"\,", ",", StringComparison.Ordinal).Replace(@"\;", ";", StringComparison.Ordinal);
        hasNone = false;
        if (OurMarks.SaysSource(item, url, out var source))
        {
            hasNone = source is null;
            return source;
        }

        if (url.Length == 0 || (PlainText.Length(url) <= PlainText.LongestSource && PlainText.IsWebAddress(url)))
        {
            return url.Length == 0 ? null : url;
        }

        notes.Add(
            $"has the URL {Problem.Quote(url)}, which is no http or https address of at most 2,048 characters; "
            + "it was left out.");
        return null;
    }

    private (Moment When, Moment? End)? Times()
    {
        // A cancelled series has its rule and the start of its first occurrence. That start is no new time.
        var recurs = item.Filled("RRULE") is not null || item.Filled("RDATE") is not null;
        if (IsCancel && (recurs || (item.IsToDo ? !EventTimes.HasDue(item) : item.Filled("DTSTART") is null)))
        {
            return null;
        }

        try
        {
            return EventTimes.Read(item, resolver, notes);
        }
        catch (FormatException e) when (IsCancel)
        {
            notes.Add(e.Message.TrimEnd('.') + "; since it is cancelled, it keeps its time.");
        }
        catch (FormatException e)
        {
            errors.Add(e.Message);
        }

        return null;
    }

    private string Sentence(string rest) => $"{item.Name}: {rest}";
}
