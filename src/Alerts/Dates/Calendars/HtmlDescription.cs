using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using MimeKit.Text;

namespace Alerts.Dates.Calendars;

/// <summary>Converts an HTML description, as calendar programs write it, to plain text.</summary>
internal static partial class HtmlDescription
{
    private static readonly HashSet<string> Blocks = new(StringComparer.OrdinalIgnoreCase)
    {
        "p", "div", "li", "ul", "ol", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "hr",
            "section", "article", "header", "footer",
    };

    private static readonly HashSet<string> Unseen = new(StringComparer.OrdinalIgnoreCase) { "script", "style", "head",
        "title" };

    /// <summary>Whether a text contains HTML tags or character references.</summary>
    public static bool IsLikely(string text) => Tags().IsMatch(text) || References().IsMatch(text);

    /// <summary>Whether a text is HTML without tags: it contains character references and no <c>&lt;</c>.</summary>
    public static bool IsEscaped(string text) =>
        !text.Contains('<', StringComparison.Ordinal) && References().IsMatch(text);

    /// <summary>
    /// Returns the text of the HTML, with one line per block and the address after each link whose text does not show
    /// it.
    /// </summary>
    public static string Of(string html)
    {
        if (!Tags().IsMatch(html))
        {
            return WebUtility.HtmlDecode(html).Replace('\u00A0', ' ');
        }

        // If no element breaks lines, the line breaks of the source text are significant.
        var keepsLines = !LineBreaks().IsMatch(html);
        var text = new StringBuilder();
        (string Address, int From)? link = null;
        var unseen = 0;
        var tokenizer = new HtmlTokenizer(new StringReader(html));
        while (tokenizer.ReadNextToken(out var token))
        {
            if (token is HtmlTagToken tag)
            {
                unseen += Unseen.Contains(tag.Name) && !tag.IsEmptyElement ? (tag.IsEndTag ? -Math.Min(unseen, 1) : 1)
                    : 0;
                Take(tag, text, ref link);
            }
            else if (token is HtmlDataToken data && token.Kind == HtmlTokenKind.Data && unseen == 0)
            {
                Add(text, data.Data.Replace('\u00A0', ' '), keepsLines);
            }
        }

        return ManyBlanks().Replace(BlanksAtEnds().Replace(text.ToString(), "\n"), "\n\n").Trim();
    }

    private static void Take(HtmlTagToken tag, StringBuilder text, ref (string Address, int From)? link)
    {
        if (tag.Name.Equals("br", StringComparison.OrdinalIgnoreCase))
        {
            text.Append('\n');
        }
        else if (Blocks.Contains(tag.Name))
        {
            if (text.Length > 0 && text[^1] != '\n')
            {
                text.Append('\n');
            }

            text.Append(!tag.IsEndTag && tag.Name.Equals("li", StringComparison.OrdinalIgnoreCase) ? "- " : "");
        }
        else if (tag.Name.Equals("td", StringComparison.OrdinalIgnoreCase)
            || tag.Name.Equals("th", StringComparison.OrdinalIgnoreCase))
        {
            text.Append(tag.IsEndTag ? " " : "");
        }
        else if (tag.Name.Equals("a", StringComparison.OrdinalIgnoreCase))
        {
            EndLink(text, link); // links are not nested: a link ends where the next one begins, as in browsers
            var address = tag.IsEndTag ? null : tag.Attributes.FirstOrDefault(one =>
                one.Name.Equals("href", StringComparison.OrdinalIgnoreCase))?.Value;
            link = address is null ? null : (address, text.Length);
        }
    }

    private static void EndLink(StringBuilder text, (string Address, int From)? link)
    {
        if (link is var (address, from) && PlainText.IsWebAddress(address)
            && !text.ToString(from, text.Length - from)
                .Contains(address.TrimEnd('/'), StringComparison.OrdinalIgnoreCase))
        {
            text.Append(" (").Append(address).Append(')');
        }
    }

    /// <summary>Appends text. White space is collapsed to one space, as in browsers.</summary>
    private static void Add(StringBuilder text, string data, bool keepsLines)
    {
        foreach (var c in data)
        {
            if (c == '\n' && keepsLines)
            {
                text.Append('\n');
            }
            else if (c is ' ' or '\t' or '\n' or '\r' or '\f')
            {
                text.Append(text.Length == 0 || text[^1] is ' ' or '\n' ? "" : " ");
            }
            else
            {
                text.Append(c);
            }
        }
    }

    // What follows the name is empty, one word or an attribute with a value: "if a <b and c> d" is no HTML.
    [GeneratedRegex(
        "</?(?:a|abbr|b|big|blockquote|body|br|center|code|dd|div|dl|dt|em|font|h[1-6]|head|hr|html|html-blob|i|img"
        + "|li|meta|ol|p|pre|s|small|span|strike|strong|style|sub|sup|table|tbody|td|th|thead|tr|tt|u|ul)"
        + "(?:\\s+(?:[a-z]+\\s*)?|\\s[^<>=]*=[^<>]*)?/?>|<!doctype html|<!--",
        RegexOptions.IgnoreCase)]
    private static partial Regex Tags();

    [GeneratedRegex("&(?:amp|lt|gt|quot|apos|nbsp|#[0-9]{1,7}|#x[0-9a-f]{1,6});", RegexOptions.IgnoreCase)]
    private static partial Regex References();

    [GeneratedRegex("<(?:br|p|div|li|tr|h[1-6]|table|ul|ol|html|body)[\\s/>]", RegexOptions.IgnoreCase)]
    private static partial Regex LineBreaks();

    [GeneratedRegex("[ \t]*\n[ \t]*")]
    private static partial Regex BlanksAtEnds();

    [GeneratedRegex("\n{3,}")]
    private static partial Regex ManyBlanks();
}
