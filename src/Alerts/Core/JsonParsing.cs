using System.Text.Json;
using System.Text.Unicode;

namespace Alerts.Core;

/// <summary>JSON as bytes and words, with what is wrong as a sentence.</summary>
internal static class JsonParsing
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>The document, or null and one problem, with line and column, when it is malformed.</summary>
    /// <param name="utf8">With or without a byte order mark.</param>
    public static JsonDocument? Parse(ReadOnlyMemory<byte> utf8, List<Problem> problems)
    {
        var text = utf8.Span.StartsWith(ByteOrderMark) ? utf8[ByteOrderMark.Length..] : utf8;
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
            // The parser counts lines and bytes from 0 and tells them once more in its message; people count from 1.
            var reason = e.Message.Split(" LineNumber:", 2)[0].TrimEnd('.');
            problems.Add(
                new Problem(
                    "",
                    FormattableString.Invariant(
                        $"This is not JSON: line {(e.LineNumber ?? 0) + 1}, column {(e.BytePositionInLine ?? 0) + 1}: {reason}."
                    )));
            return null;
        }
    }

    /// <summary>What an element is, in words that fit after "is".</summary>
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

    /// <summary>The text of a string, or null where an escape is half a surrogate pair: legal JSON (RFC 8259, section 8.2), but no text.</summary>
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

    /// <summary>A member's name; null as for <see cref="Of"/>.</summary>
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
