using System.Globalization;
using System.Text;

namespace Alerts.Senders.Email;

/// <summary>Makes texts of other people safe to stand among our own words in a subject or a line.</summary>
internal static class PlainText
{
    /// <summary>One line: control characters and line ends become spaces; what would turn the direction of the words after it goes.</summary>
    public static string OneLine(string text) => Clean(text, keepLines: false);

    /// <summary>The same with its line breaks kept, as LF.</summary>
    public static string Lines(string text) => Clean(text.ReplaceLineEndings("\n"), keepLines: true);

    private static string Clean(string text, bool keepLines)
    {
        if (text.All(c => c is >= ' ' and <= '~'))
        {
            return text;
        }

        var clean = new StringBuilder(text.Length);

        // Runes, so that half a surrogate pair (which no mail program can show) becomes U+FFFD.
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value == '\n' && keepLines)
            {
                clean.Append('\n');
            }
            else if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
            {
                clean.Append(' ');
            }
            else if (!TurnsDirection(rune))
            {
                clean.Append(rune);
            }
        }

        return clean.ToString();
    }

    /// <summary>Unicode's explicit embeddings, overrides and isolates (UAX #9, section 2); the implicit marks stay, words need them.</summary>
    private static bool TurnsDirection(Rune rune) => rune.Value is (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);
}
