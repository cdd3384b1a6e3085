using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Alerts.Core;

/// <summary>Writes JSON into a text.</summary>
internal static class JsonWriting
{
    /// <summary>Escapes only what JSON requires: for files and stores, not for HTML.</summary>
    public static readonly JsonWriterOptions Readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Text(Action<Utf8JsonWriter> write, JsonWriterOptions options)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, options))
        {
            write(json);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    public static string Object(Action<Utf8JsonWriter> writeMembers, JsonWriterOptions options = default) => Text(
        json =>
        {
            json.WriteStartObject();
            writeMembers(json);
            json.WriteEndObject();
        },
        options);

    public static void WriteList(this Utf8JsonWriter json, string name, IEnumerable<string> items)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStringValue(item);
        }

        json.WriteEndArray();
    }
}
