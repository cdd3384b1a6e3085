using System.Globalization;
using System.Text;

namespace Alerts.Dates;

/// <summary>What may stand in titles and summaries. Lengths count characters (Unicode code points), as JSON Schema's <c>maxLength</c> does.</summary>
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
        char.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

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
}
