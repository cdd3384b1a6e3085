using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Alerts.Core;

/// <summary>Parses JSON and describes its problems in sentences.</summary>
internal static class JsonParsing
{
    /// <summary>
    /// Parses a document. When it is malformed, returns null and adds one problem; for a syntax error, with line and
    /// column.
    /// </summary>
    /// <param name="utf8">With or without a byte order mark.</param>
    public static JsonDocument? Parse(ReadOnlyMemory<byte> utf8, List<Problem> problems)
    {
        var text = utf8.Span.StartsWith(Encoding.UTF8.Preamble) ? utf8[Encoding.UTF8.Preamble.Length..] : utf8;
        if (!Utf8.IsValid(text.Span))
        {
            problems.Add(new Problem("", "This is not UTF-8; write JSON in UTF-8."));
            return null;
        }

        if (text.Span.Trim(" \t\r\n"u8).IsEmpty)
        {
            problems.Add(new Problem("", "There is nothing here; write JSON, {…}."));
            return null;
        }

        try
        {
            return JsonDocument.Parse(text);
        }
        catch (JsonException e)
        {
            if (e.Message.Contains("maximum configured depth", StringComparison.Ordinal))
            {
                problems.Add(new Problem("", "This has more than 64 levels of objects and lists; write fewer."));
                return null;
            }

            // The parser counts lines and bytes from 0 and repeats them at the end of its message; we show them counted
            // from 1.
            var reason = e.Message.Contains("trailing comma", StringComparison.Ordinal)
                ? "there is a comma after the last item"
                : e.Message.Split(" LineNumber:", 2)[0].TrimEnd('.');
            var line = (e.LineNumber ?? 0) + 1;
            var column = (e.BytePositionInLine ?? 0) + 1;
            problems.Add(new Problem(
                "", $"This is not JSON: line {line}, column {column}: {reason}."));
            return null;
        }
    }

    /// <summary>Names an element's type, in words that fit after "is".</summary>
    public static string Kind(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        JsonValueKind.Null or JsonValueKind.Undefined => "null",
        _ => throw new ArgumentOutOfRangeException(nameof(element)),
    };

    /// <summary>
    /// The value of a JSON string. Null when an escape is an unpaired surrogate: legal JSON (RFC 8259, section 8.2),
    /// but not valid text.
    /// </summary>
    public static string? Of(JsonElement text)
    {
        try
        {
            return text.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>A member's string value; null when it is absent or not a string, or not valid text.</summary>
    public static string? Text(this JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object
        && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? Of(value) : null;

    /// <summary>A member's name; null when it contains an unpaired surrogate.</summary>
    public static string? Name(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
