using System.Buffers;

namespace Alerts.Dates.Calendars;

/// <summary>
/// Writes content lines of an iCalendar text (RFC 5545, section 3.1): escaped, and folded after at most 75 octets
/// between characters. We use our own writer because Ical.Net 5.2.4 folds by UTF-16 units, which makes lines too long
/// and splits an emoji into two halves that are lost in UTF-8. It also leaves the absolute trigger of an alarm empty.
/// The tests verify the output with Ical.Net.
/// </summary>
internal sealed class ContentLineWriter
{
    private const int MaxOctets = 75;

    private readonly ArrayBufferWriter<byte> written = new(4096);

    /// <summary>The text written since the last <see cref="Clear"/>, in UTF-8.</summary>
    public ReadOnlyMemory<byte> Written => written.WrittenMemory;

    public void Clear() => written.ResetWrittenCount();

    /// <param name="name">The property name with its parameters.</param>
    /// <param name="value">The raw value, written without escaping; no user text and no line breaks.</param>
    public void Line(string name, string value)
    {
        var octets = 0;
        foreach (var rune in $"{name}:{value}".EnumerateRunes())
        {
            var length = rune.Utf8SequenceLength;
            if (octets + length > MaxOctets)
            {
                written.Write("\r\n "u8);
                octets = 1;
            }

            rune.EncodeToUtf8(written.GetSpan(length));
            written.Advance(length);
            octets += length;
        }

        written.Write("\r\n"u8);
    }

    /// <summary>Writes a property with a text value; its line breaks are kept.</summary>
    public void Text(string name, string text) => Line(name, Escaped(text));

    /// <summary>Writes a property with a list of texts.</summary>
    public void Texts(string name, IEnumerable<string> texts) => Line(name, string.Join(',', texts.Select(Escaped)));

    /// <summary>Escapes a text value (RFC 5545, section 3.3.11).</summary>
    public static string Escaped(string text) => PlainText.Lines(text)
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace(";", "\\;", StringComparison.Ordinal)
        .Replace(",", "\\,", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
