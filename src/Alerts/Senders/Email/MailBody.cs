using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace Alerts.Senders.Email;

/// <summary>Subject and body of one email.</summary>
internal sealed record MailText(string Subject, MailBody Body);

/// <summary>
/// Builds an email's body in two forms at once: as plain text that reads well alone, and as HTML in the layout of all
/// emails (<see cref="MailFrame"/>). All arguments are plain text, never markup.
/// </summary>
/// <param name="tone">The kind of news; it sets the colour of the layout.</param>
/// <param name="kind">
/// The kind in a word, shown above the heading in HTML, where the subject may not be visible.
/// </param>
internal sealed class MailBody(MailTone tone, string kind)
{
    // Emails are UTF-8, so letters of all scripts need no encoding.
    private static readonly HtmlEncoder Html = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly StringBuilder plain = new();
    private readonly StringBuilder html = new();
    private readonly StringBuilder footer = new();
    private string preview = "";

    /// <summary>Sets the preview that mail programs show after the subject; it is not visible in the body.</summary>
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

    /// <summary>Begins the section about one of several dates.</summary>
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

    /// <summary>Adds a highlighted notice.</summary>
    public MailBody Notice(string text)
    {
        plain.Append("! ").Append(text).Append("\n\n");
        html.Append(MailFrame.Notice(Lines(text)));
        return this;
    }

    /// <summary>Adds a name and its value, which may have several lines.</summary>
    public MailBody Fact(string name, IReadOnlyList<string> lines) => Fact(name, lines, line => line);

    /// <summary>Adds a value that no longer holds, struck through.</summary>
    public MailBody Was(IReadOnlyList<string> lines) => Fact("Was", lines, line => $"<s>{line}</s>");

    /// <summary>Adds a value that holds now, in bold.</summary>
    public MailBody New(string name, IReadOnlyList<string> lines) => Fact(name, lines, line => $"<b>{line}</b>");

    /// <summary>Adds an empty line after facts to the plain text; HTML has the space anyway.</summary>
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

    /// <summary>Adds a button for the one thing the reader is asked to do.</summary>
    public MailBody Button(string name, string url)
    {
        plain.Append(name).Append(":\n").Append(url).Append("\n\n");
        html.Append(MailFrame.Button(Encode(name), Encode(url)));
        return this;
    }

    /// <summary>Adds the footer: why the email was sent, and how to change or stop that.</summary>
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

    /// <summary>Encodes text with line breaks as tags: not every mail program can preserve them by style.</summary>
    private static string Lines(string text) => string.Join("<br>", text.Split('\n').Select(Encode));
}
