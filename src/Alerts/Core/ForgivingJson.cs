using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Alerts.Core;

/// <summary>
/// Reads malformed JSON from other programs leniently. Accepts Latin-1 and UTF-16 text, comments, trailing commas and,
/// inside strings, unpaired surrogates, unescaped control characters and unknown escapes. Every string of a returned
/// element can be read; unpaired surrogates become U+FFFD.
/// </summary>
internal static class ForgivingJson
{
    private const string Replacement = "\\ufffd";

    /// <summary>Maximum number of nested objects and lists.</summary>
    public const int MaxDepth = 256;

    private static readonly JsonDocumentOptions Options = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
        MaxDepth = MaxDepth,
    };

    private static ReadOnlySpan<byte> Space => " \t\r\n"u8;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Reads one value; null when it cannot be parsed.</summary>
    public static JsonElement? Read(ReadOnlySpan<byte> bytes)
    {
        try
        {
            using var json = JsonDocument.Parse(Repaired(Decoded(AsUtf8(bytes))), Options);
            return json.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>
    /// Reads the elements of a list independently, so that an unreadable element does not affect the others: reading
    /// resumes at the next complete object, which may be a part of the unreadable element. Null when the text is not a
    /// list.
    /// </summary>
    /// <param name="unreadable">Number of elements that could not be read and were skipped.</param>
    public static IReadOnlyList<JsonElement>? ReadList(ReadOnlySpan<byte> bytes, out int unreadable)
    {
        unreadable = 0;
        bytes = AsUtf8(bytes).TrimStart(Space);
        if (!bytes.StartsWith("["u8))
        {
            return null;
        }

        var elements = new List<JsonElement>();
        var at = 1;
        while (at < bytes.Length)
        {
            var length = LengthOfElement(bytes[at..]);
            var element = bytes.Slice(at, length);
            if (Read(element) is { } read)
            {
                elements.Add(read);
            }
            else if (element.ContainsAnyExcept(Space))
            {
                unreadable++;
                if (FirstObject(bytes[at..], length, out var end) is { } recovered)
                {
                    elements.Add(recovered);
                    at += end;
                    continue;
                }
            }

            at += length;
            if (at < bytes.Length && bytes[at] == ']')
            {
                break;
            }

            at++;
        }

        return elements;
    }

    /// <summary>
    /// The length of an element, up to the comma or bracket that ends it. Structural characters are ASCII in every
    /// encoding read here.
    /// </summary>
    private static int LengthOfElement(ReadOnlySpan<byte> bytes)
    {
        var (depth, isInText) = (0, false);
        for (var i = 0; i < bytes.Length; i++)
        {
            switch ((char)bytes[i])
            {
                case '\\' when isInText:
                    i++;
                    break;
                case '"':
                    isInText = !isInText;
                    break;
                case ',' or ']' when !isInText && depth == 0:
                    return i;
                case '{' or '[' when !isInText:
                    depth++;
                    break;
                case '}' or ']' when !isInText:
                    depth = Math.Max(0, depth - 1);
                    break;
            }
        }

        return bytes.Length;
    }

    /// <summary>Reads the first complete object that begins in an unreadable element.</summary>
    /// <param name="length">
    /// The length of the element. It may be wrong, because a quote or bracket is missing, so the object may end later.
    /// </param>
    /// <param name="end">The position after the object.</param>
    private static JsonElement? FirstObject(ReadOnlySpan<byte> bytes, int length, out int end)
    {
        end = 0;
        for (var start = bytes[..length].IndexOf((byte)'{'); start >= 0;)
        {
            var size = JsonObjectLength.Of(bytes[start..]);
            if (size > 0 && Read(bytes.Slice(start, size)) is { } read)
            {
                end = start + size;
                return read;
            }

            var next = bytes[(start + 1)..Math.Max(start + 1, length)].IndexOf((byte)'{');
            start = next < 0 ? -1 : start + 1 + next;
        }

        return null;
    }

    /// <summary>Removes a byte order mark, and converts UTF-16 to UTF-8 (detected as in RFC 4627, section 3).</summary>
    private static ReadOnlySpan<byte> AsUtf8(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith(Encoding.UTF8.Preamble))
        {
            return bytes[Encoding.UTF8.Preamble.Length..];
        }

        var wide = bytes.Length < 2 ? null
            : bytes.StartsWith(Encoding.Unicode.Preamble) || bytes[1] == 0 ? Encoding.Unicode
            : bytes.StartsWith(Encoding.BigEndianUnicode.Preamble) || bytes[0] == 0 ? Encoding.BigEndianUnicode
            : null;
        return wide is null ? bytes : Encoding.UTF8.GetBytes(wide.GetString(bytes).TrimStart('\uFEFF'));
    }

    private static string Decoded(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(bytes);
        }
    }

    private static string Repaired(string text)
    {
        var repaired = new StringBuilder(text.Length);
        var isInText = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                isInText = !isInText;
            }

            if (isInText && text[i] == '\\')
            {
                i += AppendEscape(repaired, text.AsSpan(i)) - 1;
            }
            else
            {
                repaired.Append(isInText && text[i] < ' ' ? ' ' : text[i]);
            }
        }

        return repaired.ToString();
    }

    /// <summary>Appends the escape sequence at the start of a text in a valid form.</summary>
    /// <returns>The number of characters consumed.</returns>
    private static int AppendEscape(StringBuilder repaired, ReadOnlySpan<char> text)
    {
        if (Unit(text) is { } unit)
        {
            if (!char.IsSurrogate(unit))
            {
                repaired.Append(text[..6]);
                return 6;
            }

            var isPair = char.IsHighSurrogate(unit) && Unit(text[6..]) is { } next && char.IsLowSurrogate(next);
            repaired.Append(isPair ? text[..12] : Replacement);
            return isPair ? 12 : 6;
        }

        if (text.Length > 1 && "\"\\/bfnrt".Contains(text[1], StringComparison.Ordinal))
        {
            repaired.Append(text[..2]);
            return 2;
        }

        repaired.Append("\\\\"); // unknown to JSON: the backslash is literal
        return 1;
    }

    /// <summary>
    /// The UTF-16 code unit of an escape such as <c>\u00e9</c>; null when the text does not start with one.
    /// </summary>
    private static char? Unit(ReadOnlySpan<char> text) =>
        text.Length >= 6 && text[0] == '\\' && text[1] == 'u' && !text.Slice(2, 4).ContainsAnyExcept(HexDigits)
            ? (char)Convert.ToInt32(text.Slice(2, 4).ToString(), 16) : null;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");
}
