using System.Security.Cryptography;
using System.Text;
using Alerts.Ledger;
using Alerts.Web;

namespace Alerts.Dates;

/// <summary>
/// Reads an iCalendar text as key dates, one per event. Events of other programs are taken as they come where that is
/// safe (long texts are cut, odd characters replaced) and refused by name where a deadline could go wrong.
/// </summary>
internal static class ICalendarFile
{
    private const int HashLength = 12;

    private static readonly string[] Single = ["UID", "DTSTART", "DTEND", "DURATION", "SUMMARY", "DESCRIPTION", "STATUS", "URL"];
    private static readonly string[] Recurring = ["RRULE", "RDATE", "RECURRENCE-ID"];

    public static ImportFile Read(string text)
    {
        IReadOnlyList<ICalendarEvent> events;
        try
        {
            events = ICalendarLines.Read(text);
        }
        catch (FormatException e)
        {
            return ImportFile.Refused("This iCalendar file cannot be read. " + e.Message);
        }

        if (events.Count == 0)
        {
            return ImportFile.Refused("This iCalendar file holds no event; give one with BEGIN:VEVENT … END:VEVENT.");
        }

        var dates = new List<WantedDate>();
        var errors = new List<string>();
        foreach (var item in events)
        {
            var wrong = new List<string>();
            if (ReadEvent(item, wrong) is { } date && wrong.Count == 0)
            {
                dates.Add(new WantedDate(date, Reason: null));
            }

            errors.AddRange(wrong.Select(sentence => $"{item.Name}: {sentence}"));
        }

        return new ImportFile(dates, errors).WithoutRepeats();
    }

    private static KeyDate? ReadEvent(ICalendarEvent item, List<string> wrong)
    {
        wrong.AddRange(item.Broken);
        wrong.AddRange(Single.Where(name => item.All(name).Count() > 1).Select(name => $"has {name} more than once; keep one."));
        wrong.AddRange(Recurring.Where(name => item.First(name) is not null).Select(name =>
            $"recurs ({name}); recurring events are not taken, write each occurrence as an event of its own with its own UID."));

        var id = Id(item, wrong);
        var title = Title(item, wrong);
        var topics = Topics(item, wrong);
        var status = Status(item, wrong);
        var source = Source(item, wrong);
        try
        {
            var (when, end) = ICalendarTimes.Read(item);
            return new KeyDate(id, title, Summary(item), topics, when, end, status, source, CheckedOn: null, Revision: 1);
        }
        catch (FormatException e)
        {
            wrong.Add(e.Message);
            return null;
        }
    }

    private static string Id(ICalendarEvent item, List<string> wrong)
    {
        var uid = item.First("UID")?.Text.Trim() ?? "";
        if (uid.Length == 0)
        {
            wrong.Add("has no UID; give it one that stays the same whenever the file is made again.");
        }

        return Slug.IsOne(uid) ? uid : "ical-" + Base32.LowerCase(SHA256.HashData(Encoding.UTF8.GetBytes(uid)), HashLength);
    }

    private static string Title(ICalendarEvent item, List<string> wrong)
    {
        var summary = PlainText.Blank(item.First("SUMMARY")?.Text ?? "", PlainText.IsControl).Trim();
        if (summary.Length == 0)
        {
            wrong.Add("has no SUMMARY; write one, it becomes the title.");
        }

        return PlainText.Cut(summary, PlainText.LongestTitle).TrimEnd();
    }

    private static string? Summary(ICalendarEvent item) =>
        item.First("DESCRIPTION")?.Text is { } text && !string.IsNullOrWhiteSpace(text)
            ? PlainText.Cut(PlainText.Blank(text, PlainText.IsControlInParagraphs), PlainText.LongestSummary)
            : null;

    private static List<string> Topics(ICalendarEvent item, List<string> wrong)
    {
        var categories = item.All("CATEGORIES").SelectMany(line => line.Texts).Where(text => !string.IsNullOrWhiteSpace(text));
        var topics = new List<string>();
        foreach (var category in categories)
        {
            var topic = Topic(category);
            if (!Slug.IsOne(topic))
            {
                wrong.Add($"has the category {Problem.Quote(category)}, of which no topic can be made; write {Slug.Form}.");
            }
            else if (!topics.Contains(topic))
            {
                topics.Add(topic);
            }
        }

        if (topics.Count > PlainText.MostTopics)
        {
            wrong.Add(FormattableString.Invariant($"has {topics.Count} categories; write at most {PlainText.MostTopics}."));
        }

        return topics;
    }

    /// <summary>A category in the form of a topic: <c>Trade &amp; tariffs</c> is <c>trade-tariffs</c>; one already of that form stays.</summary>
    private static string Topic(string category)
    {
        var lower = category.Trim().ToLowerInvariant();
        return Slug.IsOne(lower)
            ? lower
            : string.Join('-', lower.Split([.. lower.Where(c => !char.IsAsciiLetterOrDigit(c)).Distinct()], StringSplitOptions.RemoveEmptyEntries));
    }

    private static DateStatus Status(ICalendarEvent item, List<string> wrong)
    {
        var word = item.First("STATUS")?.Text.Trim() ?? "";
        if (word.Length == 0)
        {
            return DateStatus.Confirmed;
        }

        if (KeyDateJson.StatusOf(word.ToLowerInvariant()) is { } status)
        {
            return status;
        }

        wrong.Add($"has the STATUS {Problem.Quote(word)}; write CONFIRMED, TENTATIVE or CANCELLED.");
        return DateStatus.Confirmed;
    }

    private static string? Source(ICalendarEvent item, List<string> wrong)
    {
        // A URI has no escapes: it is taken as written.
        var url = item.First("URL")?.Value.Trim() ?? "";
        if (url.Length == 0)
        {
            return null;
        }

        if (PlainText.Length(url) > PlainText.LongestSource || !PlainText.IsWebAddress(url))
        {
            wrong.Add($"has the URL {Problem.Quote(url)}; write an absolute http or https URL of at most 2,048 characters, or leave it out.");
        }

        return url;
    }
}
