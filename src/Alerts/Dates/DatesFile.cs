using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Alerts.Web;

namespace Alerts.Dates;

/// <summary>Key dates as files: JSON (one key date with its id, or a list) or iCalendar, told apart by how they begin.</summary>
internal static class DatesFile
{
    /// <param name="content">The whole file, in UTF-8.</param>
    public static ImportFile Read(ReadOnlyMemory<byte> content)
    {
        if (!Utf8.IsValid(content.Span))
        {
            return ImportFile.Refused("This file is not UTF-8; save it in UTF-8.");
        }

        var text = Encoding.UTF8.GetString(content.Span).TrimStart('\uFEFF').TrimStart();
        return text.StartsWith("BEGIN:VCALENDAR", StringComparison.OrdinalIgnoreCase)
            ? ICalendarFile.Read(text)
            : ReadJson(content, text);
    }

    /// <summary>A JSON list that <see cref="Read"/> gives back unchanged.</summary>
    public static string Write(IEnumerable<KeyDate> dates) => KeyDateText.ToFile(dates);

    private static ImportFile ReadJson(ReadOnlyMemory<byte> content, string text)
    {
        if (!text.StartsWith('{') && !text.StartsWith('['))
        {
            return ImportFile.Refused(
                "This is neither JSON (it would begin with { or [) nor iCalendar (it would begin with BEGIN:VCALENDAR); give one of them, in UTF-8.");
        }

        var problems = new List<Problem>();
        using var document = JsonText.Parse(content, problems);
        if (document is null)
        {
            return ImportFile.Refused(problems[0].Detail);
        }

        var root = document.RootElement;
        var dates = root.ValueKind == JsonValueKind.Array
            ? root.EnumerateArray().Index().Select(item => ReadDate(item.Item, FormattableString.Invariant($"/{item.Index}"), problems)).ToList()
            : [ReadDate(root, "", problems)];
        return new ImportFile([.. dates.OfType<WantedDate>()], [.. problems.Select(Sentence)]).WithoutRepeats();
    }

    private static WantedDate? ReadDate(JsonElement element, string pointer, List<Problem> problems)
    {
        if (Fields.Of(element, pointer, problems) is not { } fields)
        {
            return null;
        }

        var id = fields.RequiredText("id", Slug.Form);
        // The other members are checked even where the id is missing: one look shows all that is wrong.
        var date = KeyDateJson.Read(fields, id ?? "none", out var reason);
        return date is null || id is null ? null : new WantedDate(date, reason);
    }

    private static string Sentence(Problem problem) => problem.Pointer.Length == 0 ? problem.Detail : $"{problem.Pointer}: {problem.Detail}";
}
