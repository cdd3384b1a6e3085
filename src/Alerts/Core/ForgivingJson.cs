using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Alerts.Core;

/// <summary>
/// Reads JSON that other programs write carelessly: text in Latin-1 or UTF-16, halves of surrogate pairs, unescaped
/// control
/// characters and unknown escapes inside strings, comments, trailing commas. Every string of an element read here can
/// be
/// fetched; what has no meaning as text is U+FFFD.
/// </summary>
internal static class ForgivingJson
{
    private const string Replacement = "\\ufffd";

    private static readonly JsonDocumentOptions Options = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
        MaxDepth = 256,
    };

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>One value; null when it cannot be read.</summary>
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
    /// The elements of a list, each read by itself: one that cannot be read is left out and takes no other with it.
    /// Null when the text is no list.
    /// </summary>
    /// <param name="unreadable">How many were left out.</param>
    public static IReadOnlyList<JsonElement>? ReadList(ReadOnlySpan<byte> bytes, out int unreadable)
    {
        unreadable = 0;
        bytes = AsUtf8(bytes);
        var at = 0;
        while (at < bytes.Length && IsSpace(bytes[at]))
        {
            at++;
        }

        if (at == bytes.Length || bytes[at] != '[')
        {
            return null;
        }

        var elements = new List<JsonElement>();
        for (at++; at < bytes.Length; at++)
        {
            var length = LengthOfElement(bytes[at..]);
            var element = bytes.Slice(at, length);
            if (element.ContainsAnyExcept(" \t\r\n"u8))
            {
                if (Read(element) is { } read)
                {
                    elements.Add(read);
                }
                else
                {
                    unreadable++;
                }
            }

            at += length;
            if (at < bytes.Length && bytes[at] == ']')
            {
                break;
            }
        }

        return elements;
    }

    /// <summary>A member's text; null when it is absent or no text.</summary>
    public static string? Text(this JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object
        && json.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    /// <summary>
    /// Up to the comma or bracket that ends an element. What is structure is ASCII in every encoding read here.
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

    /// <summary>
    /// Without a byte order mark, and in one byte a character where it was in two (RFC 4627, section 3).
    /// </summary>
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

    /// <summary>Appends the escape that a text begins with, as JSON knows it.</summary>
    /// <returns>How many characters it took.</returns>
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

        repaired.Append("\\\\"); // an escape that JSON does not know: the backslash means itself
        return 1;
    }

    /// <summary>The UTF-16 unit of an escape such as <c>\u00e9</c>; null when the text begins with none.</summary>
    private static char? Unit(ReadOnlySpan<char> text) =>
        text.Length >= 6 && text[0] == '\\' && text[1] == 'u' && !text.Slice(2, 4).ContainsAnyExcept(HexDigits)
            ? (char)Convert.ToInt32(text.Slice(2, 4).ToString(), 16)
            : null;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    private static bool IsSpace(byte b) => b is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';
}
