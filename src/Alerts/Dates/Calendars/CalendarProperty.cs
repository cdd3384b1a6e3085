using System.Text;
using System.Text.RegularExpressions;
using System.Text.Unicode;

namespace Alerts.Dates.Calendars;

/// <summary>A property of a calendar component: <c>NAME;PARAMETER=value:value</c> (RFC 5545, section 3.1).</summary>
internal sealed partial record CalendarProperty
{
    /// <summary>
    /// Properties whose values hold no colon, so the last colon ends the parameters, even after an unquoted
    /// <c>TZID=(UTC+01:00) …</c>.
    /// </summary>
    private static readonly string[] DateProperties = ["DTSTART", "DTEND", "DUE", "RECURRENCE-ID", "RDATE", "EXDATE"];

    private static readonly string[] Encodings = ["QUOTED-PRINTABLE", "BASE64", "8BIT", "7BIT"];

    /// <summary>The line number in the file, from 1.</summary>
    public required int Line { get; init; }

    /// <summary>The name in upper case.</summary>
    public required string Name { get; init; }

    /// <summary>The parameter values without quotes, by name in upper case.</summary>
    public required IReadOnlyDictionary<string, string> Parameters { get; init; }

    /// <summary>
    /// The value with its transfer encoding (<c>ENCODING=QUOTED-PRINTABLE</c> or <c>BASE64</c>) decoded, otherwise as
    /// written.
    /// </summary>
    public required string Value { get; init; }

    /// <summary>Why the value cannot be read, as the rest of a sentence; null when it can be read.</summary>
    public string? Unreadable { get; init; }

    /// <summary>The value with its escapes (<c>\n \, \; \\</c>) resolved.</summary>
    public string Text => Unescape(Value);

    /// <summary>The value without surrounding white space.</summary>
    public string Trimmed => Value.Trim();

    /// <summary>Returns the unescaped values of a list.</summary>
    /// <param name="separators">The characters that separate the values where they are not escaped.</param>
    public IEnumerable<string> Texts(string separators)
    {
        var start = 0;
        for (var i = 0; i < Value.Length; i++)
        {
            if (Value[i] == '\\')
            {
                i++;
            }
            else if (separators.Contains(Value[i], StringComparison.Ordinal))
            {
                yield return Unescape(Value[start..i]);
                start = i + 1;
            }
        }

        yield return Unescape(Value[start..]);
    }

    /// <summary>Whether a parameter has a value, ignoring case.</summary>
    public bool Has(string parameter, string value) =>
        Parameters.TryGetValue(parameter, out var held) && held.Equals(value, StringComparison.OrdinalIgnoreCase);

    /// <summary>Returns the property name at the start of a line, in upper case; null when there is none.</summary>
    public static string? NameOf(string line)
    {
        var end = line.IndexOfAny([';', ':']);
        var name = end < 0 ? "" : line[..end].Trim();
        return name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            ? name.ToUpperInvariant() : null;
    }

    /// <summary>Parses a line as a property; returns null when it is none.</summary>
    public static CalendarProperty? Parse(ContentLine line)
    {
        var text = line.Text;
        if (NameOf(text) is not { } name)
        {
            return null;
        }

        // Some programs write an unpaired quote into a parameter, as in CN=The 5" Club. In that case quotes are
        // ignored.
        var takesLast = DateProperties.Contains(name);
        var colon = takesLast && ColonOfDate(text) is >= 0 and var before ? before
            : ColonOf(text, takesLast, minding: true) is >= 0 and var found ? found
            : ColonOf(text, takesLast, minding: false);
        if (colon < 0)
        {
            return null;
        }

        var property = new CalendarProperty
        {
            Line = line.Number,
            Name = name,
            Parameters = ParametersOf(text[..colon]),
            Value = text[(colon + 1)..],
        };
        return property.Decoded(line.IsUtf8);
    }

    /// <summary>
    /// Returns the position of the colon before a date value in the two clear cases: the line has no parameters, or the
    /// value looks like extended ISO 8601, which has colons of its own. Such a value cannot be read, but error messages
    /// quote it whole. Otherwise -1.
    /// </summary>
    private static int ColonOfDate(string line) =>
        line.IndexOfAny([';', ':']) is var end && line[end] == ':' ? end
        : BeforeIsoTime().Match(line) is { Success: true } found ? found.Index : -1;

    [GeneratedRegex(@":(?=\s*\d{4}-\d\d-\d\d[T ]\d\d:)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex BeforeIsoTime();

    private static int ColonOf(string line, bool takesLast, bool minding)
    {
        var colon = -1;
        var quoted = false;
        for (var i = 0; i < line.Length && (takesLast || colon < 0); i++)
        {
            quoted ^= minding && line[i] == '"';
            colon = line[i] == ':' && !quoted ? i : colon;
        }

        return quoted && !takesLast && colon < 0 ? -1 : colon;
    }

    private static Dictionary<string, string> ParametersOf(string head)
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        var start = head.IndexOf(';', StringComparison.Ordinal);
        while (start >= 0 && start < head.Length)
        {
            var end = start + 1;
            for (var quoted = false; end < head.Length && (quoted || head[end] != ';'); end++)
            {
                quoted ^= head[end] == '"';
            }

            var part = head[(start + 1)..end];
            if (part.Split('=', 2) is [var name, var value])
            {
                var (key, held) = (name.Trim().ToUpperInvariant(), value.Trim().Trim('"').Trim());
                // A parameter has no escapes, but some programs escape the TZID as in its definition, which is a text.
                parameters.TryAdd(key, key == "TZID" ? Unescape(held) : held);
            }
            else if (Encodings.Contains(part.Trim().ToUpperInvariant()))
            {
                parameters.TryAdd("ENCODING", part.Trim()); // vCalendar 1.0 allows this
            }

            start = end;
        }

        return parameters;
    }

    /// <summary>Returns the property with its transfer encoding and character set decoded.</summary>
    private CalendarProperty Decoded(bool isUtf8)
    {
        var bytes = (isUtf8 ? Encoding.UTF8 : Encoding.Latin1).GetBytes(Value);
        var isQuoted = Has("ENCODING", "QUOTED-PRINTABLE");
        var isBase64 = Has("ENCODING", "BASE64") || Has("ENCODING", "B");
        if (isQuoted)
        {
            bytes = FromQuotedPrintable(bytes);
        }
        else if (isBase64)
        {
            try
            {
                bytes = Convert.FromBase64String(Value);
            }
            catch (FormatException)
            {
                return this with { Unreadable = "is not Base64, as its ENCODING says" };
            }
        }
        else if (isUtf8)
        {
            return this;
        }

        if (Utf8.IsValid(bytes))
        {
            return this with { Value = Plain(Encoding.UTF8.GetString(bytes), isBase64) };
        }

        return Parameters.TryGetValue("CHARSET", out var name) && CharacterSet(name) is { } charset
            ? this with { Value = Plain(charset.GetString(bytes), isBase64) }
            : this with { Unreadable = "is not UTF-8; save the file in UTF-8" };
    }

    private static Encoding? CharacterSet(string name) => name.ToUpperInvariant() is "ISO-8859-1" or "LATIN1"
        ? Encoding.Latin1
        : CodePagesEncodingProvider.Instance.GetEncoding(name);

    /// <summary>
    /// Escapes text that was Base64, which has no escapes, so that all values are read in the same way.
    /// </summary>
    private static string Plain(string text, bool isBase64) => isBase64 ? ContentLineWriter.Escaped(text) : text;

    private static byte[] FromQuotedPrintable(byte[] text)
    {
        var decoded = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == (byte)'=' && i + 2 < text.Length
                && char.IsAsciiHexDigit((char)text[i + 1]) && char.IsAsciiHexDigit((char)text[i + 2]))
            {
                decoded.Add(Convert.FromHexString(Encoding.ASCII.GetString(text, i + 1, 2))[0]);
                i += 2;
            }
            else
            {
                decoded.Add(text[i]);
            }
        }

        return [.. decoded];
    }

    private static string Unescape(string value)
    {
        var text = new StringBuilder(value.Length);
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] == '\\' && i + 1 < value.Length)
            {
                i++;
                text.Append(value[i] is 'n' or 'N' ? '\n' : value[i]);
            }
            else
            {
                text.Append(value[i]);
            }
        }

        return text.ToString();
    }
}
