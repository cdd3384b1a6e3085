using System.Text.Json;
using NodaTime.Text;

namespace Alerts.Dates;

/// <summary>
/// Reads a key date from external JSON: the body of a <c>PUT</c>, an item of a file, or an entry of the shipped
/// catalogue. Rejects unknown members, and reports every problem. Also writes key dates for the stores and for files.
/// </summary>
internal static class KeyDateJson
{
    /// <summary>Members that responses add, which are ignored so that a response can be sent back.</summary>
    public static readonly string[] Ignored = ["id", "revision", "phase", "url", "sourceId", "checkedAt", "pinned"];

    /// <summary>Reads a key date, with revision 1; null when there are problems.</summary>
    /// <param name="pointer">JSON pointer to the body; empty for the whole document.</param>
    /// <param name="reason">The operator's reason for the change, up to 1,000 characters; null when not given.</param>
    public static KeyDate? Read(JsonElement body, string pointer, string id, List<Problem> problems, out string? reason)
    {
        reason = null;
        return JsonObjectReader.Of(body, pointer, problems) is { } fields ? Read(fields, id, out reason) : null;
    }

    /// <summary>
    /// Reads a key date, with revision 1, from an object of which the caller may have read members of its own. Rejects
    /// all other members. Null when there are problems.
    /// </summary>
    /// <param name="isImport">Whether control characters in the title become spaces instead of an error.</param>
    public static KeyDate? Read(JsonObjectReader fields, string id, out string? reason, bool isImport = false)
    {
        var before = fields.Problems.Count;
        if (!Slug.IsOne(id))
        {
            fields.Refuse("id", $"{Problem.Quote(id)} is not an id; write {Slug.Form}.");
        }

        var title = Title(fields, isImport);
        var summary = Paragraphs(fields, "summary", PlainText.LongestSummary);
        var topics = SlugList.Read(fields, "topics");
        var when = MomentJson.ReadWhen(fields);
        var end = MomentJson.ReadEnd(fields, when);
        var status = EnumWords.Read(
            fields, "status", DateStatus.Confirmed, "a status", string.Join(" or ", EnumWords.All<DateStatus>()));
        var source = Source(fields);
        var checkedOn = TimeText.Day(fields, "checkedOn");
        reason = ReadReason(fields);
        fields.Ignore(Ignored);
        fields.RefuseOthers();
        return fields.Problems.Count == before && title is not null && when is not null
            ? new KeyDate(
                id, title, summary, [.. topics.Select(topic => topic.Text)], when, end, status, source, checkedOn,
                Revision: 1)
            : null;
    }

    /// <summary>Reads the reason for a change, which is also the only member of the cancel request's body.</summary>
    public static string? ReadReason(JsonObjectReader fields) => Paragraphs(fields, "reason", PlainText.LongestReason);

    /// <summary>Serializes the whole key date on one line; <see cref="FromStored"/> restores it exactly.</summary>
    public static string ToStored(KeyDate date) =>
        JsonWriting.Text(writer => WriteGiven(writer, date), JsonWriting.Readable);

    /// <summary>
    /// Reads what <see cref="ToStored"/> wrote. Stored dates are not validated again, so later changes of the rules do
    /// not affect them.
    /// </summary>
    public static KeyDate FromStored(string stored)
    {
        using var document = JsonDocument.Parse(stored);
        var root = document.RootElement;
        return new KeyDate(
            Required(root, "id"), Required(root, "title"), root.GetProperty("summary").GetString(),
            // Not null: topics are always written as strings.
            [.. root.GetProperty("topics").EnumerateArray().Select(topic => topic.GetString()!)],
            StoredMoment(root.GetProperty("when")) ?? throw new FormatException("A stored key date has no moment."),
            StoredMoment(root.GetProperty("end")),
            EnumWords.Find<DateStatus>(Required(root, "status"))
                ?? throw new FormatException("A stored key date has no status."),
            root.GetProperty("source").GetString(),
            root.GetProperty("checkedOn").GetString() is { } day ? LocalDatePattern.Iso.Parse(day).Value : null,
            root.GetProperty("revision").GetInt32());
    }

    /// <summary>
    /// Writes a list in the format of the product contract, section 2. An import reads it back unchanged.
    /// </summary>
    public static string ToFile(IEnumerable<KeyDate> dates) => JsonWriting.Text(
        writer =>
        {
            writer.WriteStartArray();
            foreach (var date in dates)
            {
                WriteGiven(writer, date);
            }

            writer.WriteEndArray();
        },
        JsonWriting.Readable with { Indented = true }) + "\n";

    private static string? Title(JsonObjectReader fields, bool isImport)
    {
        const string Advice = "a title of 1 to 200 characters";
        var given = fields.RequiredText("title", Advice);
        if ((isImport && given is not null ? PlainText.OneLine(given) : given)?.Trim() is not { } title)
        {
            return null;
        }

        if (title.Length == 0)
        {
            fields.Refuse("title", $"The title is blank; write {Advice}.");
        }
        else if (PlainText.Length(title) > PlainText.LongestTitle)
        {
            fields.Refuse(
                "title",
                $"The title has {PlainText.Length(title)} characters; write at most {PlainText.LongestTitle}.");
        }
        else if (title.Any(PlainText.IsControl))
        {
            fields.Refuse(
                "title", "The title holds control characters or line breaks; write it on one line without them.");
        }

        return title;
    }

    /// <summary>Reads a text of several lines; null when absent or blank.</summary>
    private static string? Paragraphs(JsonObjectReader fields, string name, int longest)
    {
        if (fields.Text(name) is not { } text || string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        if (PlainText.Length(text) > longest)
        {
            fields.Refuse(
                name,
                $"The {name} has {PlainText.Length(text)} characters; write at most {longest}.");
        }
        else if (text.Any(PlainText.IsControlInParagraphs))
        {
            fields.Refuse(
                name, $"The {name} holds control characters other than line breaks and tabs; leave them out.");
        }

        return text;
    }

    private static string? Source(JsonObjectReader fields)
    {
        var source = fields.Text("source");
        if (source is not null
            && (PlainText.Length(source) > PlainText.LongestSource || !PlainText.IsWebAddress(source)))
        {
            fields.Refuse(
                "source",
                $"{Problem.Quote(source)} is not an address; "
                    + "write an absolute http or https URL of at most 2,048 characters, or leave it out.");
        }

        return source;
    }

    private static void WriteGiven(Utf8JsonWriter writer, KeyDate date)
    {
        writer.WriteStartObject();
        writer.WriteString("id", date.Id);
        writer.WriteString("title", date.Title);
        writer.WriteString("summary", date.Summary);
        writer.WriteList("topics", date.Topics);
        writer.WritePropertyName("when");
        MomentJson.WriteGiven(writer, date.When);
        writer.WritePropertyName("end");
        MomentJson.WriteGiven(writer, date.End);
        writer.WriteString("status", date.Status.Word());
        writer.WriteString("source", date.Source);
        writer.WriteString("checkedOn", date.CheckedOn is { } day ? TimeText.Write(day) : null);
        writer.WriteNumber("revision", date.Revision);
        writer.WriteEndObject();
    }

    private static Moment? StoredMoment(JsonElement moment) => moment.ValueKind == JsonValueKind.Null
        ? null
        : new Moment(
            LocalDatePattern.Iso.Parse(Required(moment, "date")).Value,
            moment.GetProperty("time").GetString() is { } time
                ? TimeText.Minutes.Parse(time).Value : null,
            DateTimeZoneProviders.Tzdb[Required(moment, "timeZone")]);

    private static string Required(JsonElement root, string name) =>
        root.GetProperty(name).GetString() ?? throw new FormatException($"A stored key date has no {name}.");
}
