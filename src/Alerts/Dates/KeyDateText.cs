using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Alerts.Core;
using NodaTime;
using NodaTime.Text;

namespace Alerts.Dates;

/// <summary>Writes key dates for API responses, the database and files.</summary>
internal static class KeyDateText
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonWriterOptions Indented =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = true };

    /// <summary>
    /// Writes a key date for an API response, including the computed members <c>instant</c>, <c>phase</c> and
    /// <c>url</c>.
    /// </summary>
    /// <param name="now">Current time by the service's clock; determines the phase.</param>
    /// <param name="origin">The source that the date is read from; null for none.</param>
    /// <param name="withChecks">Whether to write <c>checkedAt</c>, which no ETag covers.</param>
    public static void Write(
        Utf8JsonWriter writer, DateVersion version, Instant now, PublicUrl publicUrl, DateOrigin? origin = null,
        bool withChecks = true)
    {
        var date = version.KeyDate;
        writer.WriteStartObject();
        WriteDescription(writer, date);
        writer.WritePropertyName("when");
        MomentJson.Write(writer, date.When);
        writer.WritePropertyName("end");
        MomentJson.Write(writer, date.End);
        writer.WriteString("status", KeyDateJson.Word(date.Status));
        writer.WriteString("phase", now >= date.Over ? "occurred" : "upcoming");
        WriteOrigin(writer, date);
        writer.WriteString("url", publicUrl.At("/dates/" + date.Id));
        if (origin is not null)
        {
            writer.WriteString("sourceId", origin.SourceId);
            if (withChecks)
            {
                writer.WriteString("checkedAt", origin.CheckedAt is { } at ? TimeText.Write(at) : null);
            }

            writer.WriteBoolean("pinned", origin.IsPinned);
        }

        writer.WriteEndObject();
    }

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
        WriteDescription(writer, date);
        writer.WritePropertyName("when");
        MomentJson.WriteGiven(writer, date.When);
        writer.WritePropertyName("end");
        MomentJson.WriteGiven(writer, date.End);
        writer.WriteString("status", KeyDateJson.Word(date.Status));
        WriteOrigin(writer, date);
        writer.WriteEndObject();
    }

    private static void WriteDescription(Utf8JsonWriter writer, KeyDate date)
    {
        writer.WriteString("id", date.Id);
        writer.WriteString("title", date.Title);
        writer.WriteString("summary", date.Summary);
        writer.WriteStartArray("topics");
        foreach (var topic in date.Topics)
        {
            writer.WriteStringValue(topic);
        }

        writer.WriteEndArray();
    }

    private static void WriteOrigin(Utf8JsonWriter writer, KeyDate date)
    {
        writer.WriteString("source", date.Source);
        writer.WriteString("checkedOn", date.CheckedOn is { } day ? TimeText.Write(day) : null);
        writer.WriteNumber("revision", date.Revision);
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
