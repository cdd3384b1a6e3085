using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Alerts.Dates.Calendars;

namespace Alerts.Dates;

/// <summary>
/// Reads files of key dates: JSON (one key date with its id, or a list) or iCalendar. The format is detected
/// from the content.
/// </summary>
internal static class DatesFile
{
    private const string CalendarBegin = "BEGIN:VCALENDAR";

    /// <summary>Reads a file and collects its errors.</summary>
    /// <param name="content">The whole file. JSON must be UTF-8.</param>
    /// <param name="zone">
    /// For calendars: the default zone, used when neither the date nor the calendar names one; null for none.
    /// </param>
    public static ImportFile Read(ReadOnlyMemory<byte> content, DateTimeZone? zone = null)
    {
        if (!OtherFormats.IsUtf16(content.Span) && (HoldsCalendar(content.Span) || SavedMail.IsOne(content.Span)))
        {
            return CalendarFile.Read(content.Span, zone);
        }

        if (!Utf8.IsValid(content.Span) || OtherFormats.IsUtf16(content.Span))
        {
            return ImportFile.Refused(OtherFormats.Describe(content.Span) is { } what
                ? $"This file cannot be read. {what}"
                : "This file is not UTF-8; save it in UTF-8.");
        }

        return ReadJson(content, Encoding.UTF8.GetString(content.Span).TrimStart('\uFEFF').TrimStart());
    }

    /// <summary>
    /// Whether a file holds a calendar: at its start, or below content that a web server or a mail program added. Valid
    /// JSON may hold the words in a string, but never at the start of a line.
    /// </summary>
    private static bool HoldsCalendar(ReadOnlySpan<byte> content)
    {
        var text = Encoding.Latin1.GetString(content);
        var at = text.IndexOf(CalendarBegin, StringComparison.OrdinalIgnoreCase);
        return at >= 0 && (text.AsSpan().TrimStart(OtherFormats.Leftovers) is not ['{' or '[', ..]
            || text.AsSpan(0, at).TrimEnd(" \t") is [] or [.., '\r' or '\n']);
    }

    private static ImportFile ReadJson(ReadOnlyMemory<byte> content, string text)
    {
        if (!text.StartsWith('{') && !text.StartsWith('['))
        {
            var other = OtherFormats.Describe(content.Span);
            return ImportFile.Refused(
                "This is neither JSON (it would begin with { or [) nor iCalendar (it would begin with "
                + $"BEGIN:VCALENDAR). {other ?? "Give one of them, in UTF-8."}");
        }

        if (OtherFormats.IsJsonCalendar(text))
        {
            return ImportFile.Refused($"This file cannot be read. {OtherFormats.JsonCalendar}");
        }

        var problems = new List<Problem>();
        using var document = JsonParsing.Parse(content, problems);
        if (document is null)
        {
            return ImportFile.Refused(problems[0].Detail);
        }

        var root = document.RootElement;
        var errors = new List<string>();
        var dates = root.ValueKind == JsonValueKind.Array
            ? root.EnumerateArray().Index()
                .Select(item => ReadDate(item.Item, $"/{item.Index}", errors)).ToList()
            : [ReadDate(root, "", errors)];
        var given = dates.OfType<GivenDate>().ToList();
        var repeats = given.CountBy(date => date.Id).Where(count => count.Value > 1).Select(count =>
            $"The id '{count.Key}' is in the file {count.Value} times; keep one key date of each id.");
        return new ImportFile(given, [.. errors, .. repeats], []);
    }

    private static GivenDate? ReadDate(JsonElement element, string pointer, List<string> errors)
    {
        var problems = new List<Problem>();
        string? id = null;
        KeyDate? date = null;
        string? reason = null;
        if (JsonObjectReader.Of(element, pointer, problems) is { } fields)
        {
            id = fields.RequiredText("id", Slug.Form);
            // The other members are checked even without an id, so that all problems are reported at once.
            date = KeyDateJson.Read(fields, id ?? "none", out reason, isImport: true);
        }

        errors.AddRange(problems.Select(problem => Sentence(problem, id)));
        return date is null || id is null ? null : new GivenDate(date, reason);
    }

    /// <param name="id">The id of the date; null for none.</param>
    private static string Sentence(Problem problem, string? id) =>
        (id is not null && Slug.IsOne(id) ? $"'{id}' at " : "") + problem;
}
