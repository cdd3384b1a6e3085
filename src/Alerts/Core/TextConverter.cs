using System.Text.Json;
using System.Text.Json.Serialization;

namespace Alerts.Core;

/// <summary>Writes values of a type, and of types derived from it, as JSON strings.</summary>
/// <param name="write">Formats a value.</param>
/// <param name="read">Parses what <paramref name="write"/> wrote; null for values that are only written.</param>
internal sealed class TextConverter<T>(Func<T, string> write, Func<string, T>? read = null) : JsonConverter<T>
{
    public override bool CanConvert(Type typeToConvert) => typeof(T).IsAssignableFrom(typeToConvert);

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        read is null
            ? throw new NotSupportedException($"A {typeof(T).Name} is only written.")
            : read(reader.GetString() ?? throw new FormatException($"A stored {typeof(T).Name} is null."));

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(write(value));
}
