using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Alerts.Core;
using NodaTime;
using NodaTime.Text;

namespace Alerts.Dates;

/// <summary>Writes key dates for the database and files.</summary>
internal static class KeyDateText
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonWriterOptions Indented =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = true };

    /// <summary>Serializes the whole key date on one line; <see cref="FromStored"/> restores it exactly.</summary>
    public static string ToStored(KeyDate date) => Text(Compact, writer => WriteGiven(writer, date));

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
            KeyDateJson.StatusOf(Required(root, "status"))
                ?? throw new FormatException("A stored key date has no status."),
            root.GetProperty("source").GetString(),
            root.GetProperty("checkedOn").GetString() is { } day ? LocalDatePattern.Iso.Parse(day).Value : null,
            root.GetProperty("revision").GetInt32());
    }

    /// <summary>
    /// Writes a list in the format of the product contract, section 2. An import reads it back unchanged.
    /// </summary>
    public static string ToFile(IEnumerable<KeyDate> dates) => Text(Indented, writer =>
    {
        writer.WriteStartArray();
        foreach (var date in dates)
        {
            WriteGiven(writer, date);
        }

        writer.WriteEndArray();
    }) + "\n";

    private static void WriteGiven(Utf8JsonWriter writer, KeyDate date)
    {
        writer.WriteStartObject();
        writer.WriteString("id", date.Id);
        writer.WriteString("title", date.Title);
        writer.WriteString("summary", date.Summary);
        writer.WriteStartArray("topics");
        foreach (var topic in date.Topics)
        {
            writer.WriteStringValue(topic);
        }

        writer.WriteEndArray();
        writer.WritePropertyName("when");
        MomentJson.WriteGiven(writer, date.When);
        writer.WritePropertyName("end");
        MomentJson.WriteGiven(writer, date.End);
        writer.WriteString("status", KeyDateJson.Word(date.Status));
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
                ? LocalTimePattern.ExtendedIso.Parse(time + ":00").Value
                : null,
            DateTimeZoneProviders.Tzdb[Required(moment, "timeZone")]);

    private static string Required(JsonElement root, string name) =>
        root.GetProperty(name).GetString() ?? throw new FormatException($"A stored key date has no {name}.");

    private static string Text(JsonWriterOptions options, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, options))
        {
            write(writer);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
