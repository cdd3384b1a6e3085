using System.Globalization;
using System.Text;

namespace Alerts.Core;

/// <summary>
/// What may stand in titles and summaries, and how texts of other people are made safe to stand among our own words. Lengths
/// count characters (Unicode code points), as JSON Schema's <c>maxLength</c> does.
/// </summary>
internal static class PlainText
{
    public const int LongestTitle = 200;
    public const int LongestSummary = 2000;
    public const int LongestReason = 1000;
    public const int LongestSource = 2048;
    public const int MostTopics = 20;

    public static int Length(string text) => text.EnumerateRunes().Count();

    /// <summary>What breaks a line of text or steers a terminal: category Cc and the separators U+2028 and U+2029.</summary>
    public static bool IsControl(char c) =>
        char.GetUnicodeCategory(c)
            is UnicodeCategory.Control
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator;

    /// <summary>Control characters, line breaks and tabs aside.</summary>
    public static bool IsControlInParagraphs(char c) => char.IsControl(c) && c is not ('\n' or '\r' or '\t');

    public static bool IsWebAddress(string text) =>
        !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c))
        && Uri.TryCreate(text, UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)
        && url.Host.Length > 0;

    /// <summary>The first <paramref name="length"/> characters.</summary>
    public static string Cut(string text, int length)
    {
        if (text.Length <= length)
        {
            return text;
        }

        var kept = new StringBuilder(length);
        foreach (var rune in text.EnumerateRunes().Take(length))
        {
            kept.Append(rune.ToString());
        }

        return kept.ToString();
    }

    /// <summary>The text with a space for each character of a kind.</summary>
    public static string Blank(string text, Func<char, bool> kind) =>
        string.Create(text.Length, (text, kind), static (span, state) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = state.kind(state.text[i]) ? ' ' : state.text[i];
            }
        });

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

        // Runes, so that half a surrogate pair (which no program can show) becomes U+FFFD.
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value == '\n' && keepLines)
            {
                clean.Append('\n');
            }
            else if (
                Rune.GetUnicodeCategory(rune)
                is UnicodeCategory.Control
                    or UnicodeCategory.LineSeparator
                    or UnicodeCategory.ParagraphSeparator)
            {
                clean.Append(' ');
            }
            else if (!TurnsDirection(rune))
            {
                clean.Append(IsInNoDocument(rune) ? Rune.ReplacementChar : rune);
            }
        }

        return clean.ToString();
    }

    /// <summary>Unicode's explicit embeddings, overrides and isolates (UAX #9, section 2); the implicit marks stay, words need them.</summary>
    private static bool TurnsDirection(Rune rune) =>
        rune.Value is (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);

    /// <summary>The two characters besides controls and surrogates that XML 1.0 (section 2.2) has no place for, not even escaped.</summary>
    private static bool IsInNoDocument(Rune rune) => rune.Value is 0xFFFE or 0xFFFF;
}
