using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace Alerts.Senders.Email;

/// <summary>Subject and body of one mail.</summary>
internal sealed record MailText(string Subject, MailBody Body);

/// <summary>
/// A mail's body, said once and kept twice: as plain text that reads well alone and as HTML in the one frame of all mails
/// (<see cref="MailFrame"/>). Whatever is handed in is text, never markup.
/// </summary>
/// <param name="tone">What kind of news it is: the colour of the frame.</param>
/// <param name="kind">The kind in a word, above the heading; only in HTML, where the subject may be out of sight.</param>
internal sealed class MailBody(MailTone tone, string kind)
{
    // Mails are UTF-8: letters of all scripts may stand as they are.
    private static readonly HtmlEncoder Html = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly StringBuilder plain = new();
    private readonly StringBuilder html = new();
    private readonly StringBuilder footer = new();
    private string preview = "";

    /// <summary>What a list of mails shows after the subject; seen nowhere else.</summary>
    public MailBody Preview(string text)
    {
        preview = text;
        return this;
    }

    public MailBody Heading(string text)
    {
        plain.Append(text).Append("\n\n");
        html.Append(MailFrame.Label(tone, Encode(kind))).Append(MailFrame.Heading(Encode(text)));
        return this;
    }

    /// <summary>Begins the part about one date of several.</summary>
    public MailBody Section(string text)
    {
        plain.Append('\n').Append(text).Append('\n').Append('-', Math.Clamp(text.Length, 3, 72)).Append("\n\n");
        html.Append(MailFrame.Section(Encode(text)));
        return this;
    }

    public MailBody Paragraph(string text)
    {
        plain.Append(text).Append("\n\n");
        html.Append(MailFrame.Paragraph(Lines(text)));
        return this;
    }

    /// <summary>Something to be seen before the rest.</summary>
    public MailBody Notice(string text)
    {
        plain.Append("! ").Append(text).Append("\n\n");
        html.Append(MailFrame.Notice(Lines(text)));
        return this;
    }

    /// <summary>A name and its value, over as many lines as there are.</summary>
    public MailBody Fact(string name, IReadOnlyList<string> lines) => Fact(name, lines, line => line);

    /// <summary>What no longer holds: struck through.</summary>
    public MailBody Old(string name, IReadOnlyList<string> lines) => Fact(name, lines, line => $"<s>{line}</s>");

    /// <summary>What holds now: bold.</summary>
    public MailBody New(string name, IReadOnlyList<string> lines) => Fact(name, lines, line => $"<b>{line}</b>");

    /// <summary>An empty line after facts; in HTML they stand apart anyway.</summary>
    public MailBody Gap()
    {
        plain.Append('\n');
        return this;
    }

    public MailBody Link(string name, string url)
    {
        plain.Append(name).Append(": ").Append(url).Append('\n');
        html.Append(MailFrame.Paragraph(MailFrame.Link(Encode(name), Encode(url))));
        return this;
    }

    /// <summary>The one thing the reader is asked to do.</summary>
    public MailBody Button(string name, string url)
    {
        plain.Append(name).Append(":\n").Append(url).Append("\n\n");
        html.Append(MailFrame.Button(Encode(name), Encode(url)));
        return this;
    }

    /// <summary>Why it came, and how to change or end that.</summary>
    public MailBody Footer(string because, params IReadOnlyList<(string Name, string Url)> links)
    {
        plain.Append("\n-- \n").Append(because).Append('\n');
        footer.Append(Encode(because));
        foreach (var (name, url) in links)
        {
            plain.Append(name).Append(": ").Append(url).Append('\n');
        }

        footer
            .Append("<br>")
            .AppendJoin(" &middot; ", links.Select(link => MailFrame.Link(Encode(link.Name), Encode(link.Url))));
        return this;
    }

    public string ToPlainText() => plain.ToString();

    public string ToHtml(string title) =>
        MailFrame.Whole(tone, Encode(title), Encode(preview), html.ToString(), footer.ToString());

    private MailBody Fact(string name, IReadOnlyList<string> lines, Func<string, string> marked)
    {
        plain.Append(name).Append(": ").AppendJoin("\n" + new string(' ', name.Length + 2), lines).Append('\n');
        html.Append(MailFrame.Fact(Encode(name), string.Join("<br>", lines.Select(line => marked(Encode(line))))));
        return this;
    }

    private static string Encode(string text) => Html.Encode(text);

    /// <summary>Line breaks as such: not every mail program knows a style that keeps them.</summary>
    private static string Lines(string text) => string.Join("<br>", text.Split('\n').Select(Encode));
}
