using System.Text;
using System.Text.Unicode;

namespace Alerts.Dates.Calendars;

/// <summary>A content line of an iCalendar file (RFC 5545, section 3.1), unfolded.</summary>
/// <param name="Number">The number of the first physical line in the file, from 1.</param>
/// <param name="Bytes">The unfolded line without line endings.</param>
internal sealed record ContentLine(int Number, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>
    /// Whether the line is valid UTF-8. If not, <see cref="Text"/> holds one character for each byte.
    /// </summary>
    public bool IsUtf8 { get; } = Utf8.IsValid(Bytes.Span);

    public string Text => (IsUtf8 ? Encoding.UTF8 : Encoding.Latin1).GetString(Bytes.Span);
}

/// <summary>
/// Splits a file into content lines. Lines are unfolded as bytes because some programs fold in the middle of a UTF-8
/// character. Remains of concatenated files (byte order marks, NULs, Ctrl-Z) are dropped.
/// </summary>
internal static class ContentLines
{
    private const byte CtrlZ = 0x1A;

    /// <summary>Number of bytes of a line that are searched for the colon before its value.</summary>
    private const int LongestHead = 1000;

    private static readonly byte[] ByteOrderMark = [0xEF, 0xBB, 0xBF];

    public static IReadOnlyList<ContentLine> Read(ReadOnlySpan<byte> file)
    {
        var lines = new List<ContentLine>();
        var current = new List<byte>();
        var number = 0;
        var first = 0;
        while (!file.IsEmpty)
        {
            number++;
            var line = Clean(NextLine(ref file));
            if (line.Length == 0)
            {
                continue;
            }

            if (current.Count > 0 && IsSoftBreak(current, line))
            {
                current.RemoveAt(current.Count - 1);
                current.AddRange(line.AsSpan().TrimStart(" \t"u8));
            }
            else if (current.Count > 0 && line[0] is (byte)' ' or (byte)'\t')
            {
                current.AddRange(line.AsSpan(1));
            }
            else
            {
                Finish(lines, first, current);
                first = number;
                current.AddRange(line);
            }
        }

        Finish(lines, first, current);
        return lines;
    }

    private static void Finish(List<ContentLine> lines, int first, List<byte> current)
    {
        if (current.Count > 0)
        {
            lines.Add(new ContentLine(first, current.ToArray()));
            current.Clear();
        }
    }

    /// <summary>Reads up to the next CRLF, LF or CR.</summary>
    private static ReadOnlySpan<byte> NextLine(ref ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOfAny((byte)'\r', (byte)'\n');
        if (end < 0)
        {
            var last = rest;
            rest = [];
            return last;
        }

        var line = rest[..end];
        rest = rest[(end + (rest[end..].StartsWith("\r\n"u8) ? 2 : 1))..];
        return line;
    }

    private static byte[] Clean(ReadOnlySpan<byte> line)
    {
        var kept = line.Contains((byte)0) ? line.ToArray().Where(one => one != 0).ToArray() : line;
        while (kept.StartsWith(ByteOrderMark) || kept.StartsWith([CtrlZ]))
        {
            kept = kept[(kept[0] == CtrlZ ? 1 : ByteOrderMark.Length)..];
        }

        return kept.TrimEnd(CtrlZ).ToArray();
    }

    /// <summary>
    /// Whether a line continues in the next one as quoted-printable text (vCalendar 1.0). If the next line begins with
    /// a blank and two hex digits, it is a folded <c>=C3</c> instead.
    /// </summary>
    private static bool IsSoftBreak(List<byte> current, byte[] next)
    {
        if (current[^1] != (byte)'=')
        {
            return false;
        }

        var isFolded = next.Length > 2 && next[0] is (byte)' ' or (byte)'\t' && char.IsAsciiHexDigit((char)next[1])
            && char.IsAsciiHexDigit((char)next[2]);
        var head = Encoding.ASCII.GetString([.. current.Take(LongestHead)]);
        return !isFolded && head.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon
            && head.IndexOf("QUOTED-PRINTABLE", 0, colon, StringComparison.OrdinalIgnoreCase) > 0;
    }
}

/// <summary>
/// Finds the further lines of a text that a program wrote without folding. Such a line may look like a property:
/// <c>Status: cancelled</c> in a description must not cancel the event. Programs write the names of properties in
/// capitals and no blank after the colon. So below a text whose own name is in capitals, a line counts as more of the
/// text if its name has a small letter and either a blank follows the name (<c>Status: …</c>) or the name is
/// capitalized like a word (<c>Status:…</c>). Where this is wrong, a property is missing and a warning names the
/// line; the opposite would change a date without a warning.
/// </summary>
internal sealed class UnfoldedText
{
    private static readonly string[] Texts = ["SUMMARY", "DESCRIPTION", "LOCATION", "COMMENT", "CONTACT", "NAME",
        "X-WR-CALNAME", "X-WR-CALDESC", "X-ALT-DESC"];

    private bool isInText;

    /// <summary>Whether a line is more of the text above it. Each line must be given once, in order.</summary>
    /// <param name="name">The name that the line begins with, in upper case; null when it has none.</param>
    /// <param name="endOf">The open component; its end, in any case, ends the text.</param>
    public bool Holds(string line, string? name, string endOf)
    {
        if (name is null)
        {
            isInText = true;
            return false;
        }

        if (name == "END" && line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()
            .Equals(endOf, StringComparison.OrdinalIgnoreCase))
        {
            isInText = false;
            return false;
        }

        var end = line.IndexOfAny([';', ':']); // a line with a name has one of them
        var written = line[..end];
        var hasSmall = written.Any(char.IsAsciiLetterLower);
        var hasBlank = end + 1 < line.Length && line[end + 1] is ' ' or '\t';
        var isWord = !written.Contains('-', StringComparison.Ordinal) && written.Any(char.IsAsciiLetterUpper);
        var isMore = isInText && hasSmall && (hasBlank || isWord);
        isInText = (Texts.Contains(name) && !hasSmall) || (isInText && (hasSmall || hasBlank));
        return isMore;
    }
}
