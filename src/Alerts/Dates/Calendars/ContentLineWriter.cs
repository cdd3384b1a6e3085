using System.Buffers;
using System.Text;
using Alerts.Core;

namespace Alerts.Dates.Calendars;

/// <summary>
/// Writes content lines of an iCalendar text (RFC 5545, section 3.1): escaped, and folded after at most 75 octets
/// between characters. Its own writer and not Ical.Net's: 5.2.4 folds by UTF-16 units, which makes lines too long and
/// splits an emoji into two halves that are lost in UTF-8, and leaves the absolute trigger of an alarm empty. Ical.Net
/// judges it in the tests.
/// </summary>
internal sealed class ContentLineWriter
{
    private const int MostOctets = 75;

    private readonly ArrayBufferWriter<byte> written = new(4096);

    /// <summary>What was written since the last <see cref="Clear"/>, in UTF-8.</summary>
    public ReadOnlyMemory<byte> Written => written.WrittenMemory;

    public void Clear() => written.ResetWrittenCount();

    /// <param name="name">The property's name, with its parameters.</param>
    /// <param name="value">As it stands there: no text of others, no line break.</param>
    public void Line(string name, string value)
    {
        var octets = 0;
        foreach (var rune in name.EnumerateRunes())
        {
            Append(rune, ref octets);
        }

        Append((Rune)':', ref octets);
        foreach (var rune in value.EnumerateRunes())
        {
            Append(rune, ref octets);
        }

        written.Write("\r\n"u8);
    }

    /// <summary>A property that holds a text; its line breaks are kept.</summary>
    public void Text(string name, string text) => Line(name, Escaped(text));

    /// <summary>A property that holds several texts.</summary>
    public void Texts(string name, IEnumerable<string> texts) => Line(name, string.Join(',', texts.Select(Escaped)));

    /// <summary>RFC 5545, section 3.3.11.</summary>
    public static string Escaped(string text) => PlainText.Lines(text)
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace(";", "\\;", StringComparison.Ordinal)
        .Replace(",", "\\,", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private void Append(Rune rune, ref int octets)
    {
        var length = rune.Utf8SequenceLength;
        if (octets + length > MostOctets)
        {
            written.Write("\r\n "u8);
            octets = 1;
        }

        rune.EncodeToUtf8(written.GetSpan(length));
        written.Advance(length);
        octets += length;
    }
}
