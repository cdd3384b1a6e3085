using System.Globalization;
using System.Text;

namespace Alerts.Core;

/// <summary>
/// Limits for titles, summaries and similar texts, and functions that make external text safe to embed in our own.
/// Lengths count Unicode code points, as JSON Schema's <c>maxLength</c> does.
/// </summary>
internal static class PlainText
{
    public const int LongestTitle = 200;
    public const int LongestSummary = 2000;
    public const int LongestReason = 1000;
    public const int LongestSource = 2048;
    public const int MaxTopics = 20;

    public static int Length(string text) => text.EnumerateRunes().Count();

    /// <summary>
    /// Whether a character breaks a line or controls a terminal: category Cc and the separators U+2028 and U+2029.
    /// </summary>
    public static bool IsControl(char c) =>
        char.GetUnicodeCategory(c)
            is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    /// <summary>Whether a character is a control character other than a line break or tab.</summary>
    public static bool IsControlInParagraphs(char c) => char.IsControl(c) && c is not ('\n' or '\r' or '\t');

    public static bool IsWebAddress(string text) =>
        !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c))
        && Uri.TryCreate(text, UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps) && url.Host.Length > 0;

    /// <summary>Returns the first <paramref name="length"/> code points.</summary>
    public static string Cut(string text, int length) =>
        text.Length <= length ? text : string.Concat(text.EnumerateRunes().Take(length));

    /// <summary>Replaces each character that matches <paramref name="kind"/> with a space.</summary>
    public static string Blank(string text, Func<char, bool> kind) =>
        string.Concat(text.Select(c => kind(c) ? ' ' : c));

    /// <summary>
    /// Makes a text one line: control characters and line breaks become spaces, and bidirectional control characters,
    /// which would reorder the text that follows, are removed.
    /// </summary>
    public static string OneLine(string text) => Clean(text, keepLines: false);

    /// <summary>
    /// Cleans a text of several lines: line breaks become LF, tabs stay, other control characters become spaces, and
    /// bidirectional control characters are removed.
    /// </summary>
    public static string Lines(string text) => Clean(text.ReplaceLineEndings("\n"), keepLines: true);

    private static string Clean(string text, bool keepLines)
    {
        if (text.All(c => c is >= ' ' and <= '~'))
        {
            return text;
        }

        var clean = new StringBuilder(text.Length);

        // Enumerating runes turns unpaired surrogates, which cannot be displayed, into U+FFFD.
        foreach (var rune in text.EnumerateRunes())
        {
            if (keepLines && rune.Value is ('\n' or '\t'))
            {
                clean.Append(rune);
            }
            else if (Rune.GetUnicodeCategory(rune)
                is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
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

    /// <summary>
    /// Unicode's explicit embeddings, overrides and isolates (UAX #9, section 2). The implicit marks are kept because
    /// words need them.
    /// </summary>
    private static bool TurnsDirection(Rune rune) =>
        rune.Value is (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);

    /// <summary>
    /// The two characters, besides controls and surrogates, that XML 1.0 (section 2.2) does not allow even when
    /// escaped.
    /// </summary>
    private static bool IsInNoDocument(Rune rune) => rune.Value is 0xFFFE or 0xFFFF;
}
