using System.Buffers;
using System.Text.Json;

namespace Alerts.Web.Pages;

/// <summary>
/// Writes the content of a form as the JSON that API clients send, so that both are validated by the same rules.
/// </summary>
internal static class FormJson
{
    /// <param name="write">Writes the members of the object.</param>
    public static JsonDocument Of(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return JsonDocument.Parse(buffer.WrittenMemory);
    }

    /// <summary>Writes a field, unless it is empty, which means absent.</summary>
    public static void WriteText(this Utf8JsonWriter json, string name, string text)
    {
        if (text.Length > 0)
        {
            json.WriteString(name, text);
        }
    }

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
