using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace Alerts.Senders.Email;

/// <summary>Subject and body of one mail.</summary>
internal sealed record MailText(string Subject, MailBody Body);

/// <summary>
/// A mail's body, said once and kept twice: as plain text and as HTML for narrow and dark screens alike.
/// Whatever is handed in is text, never markup.
/// </summary>
internal sealed class MailBody
{
    // Mails are UTF-8: letters of all scripts may stand as they are.
    private static readonly HtmlEncoder Html = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly StringBuilder plain = new();
    private readonly StringBuilder html = new();

    public MailBody Heading(string text) => Add($"{text}\n\n", "h1", text);

    public MailBody Paragraph(string text) => Add($"{text}\n\n", "p", text);

    /// <summary>Something to be seen before the rest.</summary>
    public MailBody Notice(string text) => Add($"! {text}\n\n", "p class=\"notice\"", text);

    /// <summary>A name and its value, over as many lines as there are.</summary>
    public MailBody Fact(string name, IReadOnlyList<string> lines) => Fact(name, lines, "span");

    /// <summary>What no longer holds: struck through.</summary>
    public MailBody Old(string name, IReadOnlyList<string> lines) => Fact(name, lines, "s");

    /// <summary>What holds now: bold.</summary>
    public MailBody New(string name, IReadOnlyList<string> lines) => Fact(name, lines, "b");

    /// <summary>An empty line after facts; in HTML they stand apart anyway.</summary>
    public MailBody Gap()
    {
        plain.Append('\n');
        return this;
    }

    public MailBody Link(string name, string url)
    {
        plain.Append(name).Append(": ").Append(url).Append('\n');
        html.Append("<p><a href=\"").Append(Encode(url)).Append("\">").Append(Encode(name)).Append("</a></p>\n");
        return this;
    }

    /// <summary>The one thing the reader is asked to do.</summary>
    public MailBody Button(string name, string url)
    {
        plain.Append(name).Append(":\n").Append(url).Append("\n\n");
        html.Append("<p><a class=\"button\" href=\"").Append(Encode(url)).Append("\">").Append(Encode(name)).Append("</a></p>\n");
        return this;
    }

    /// <summary>Why it came, and how to change or end that.</summary>
    public MailBody Footer(MailLinks links)
    {
        plain.Append("\n-- \nYou get this mail because you subscribed to these alerts.\n")
            .Append("Manage: ").Append(links.Manage).Append("\nUnsubscribe: ").Append(links.Unsubscribe).Append('\n');
        html.Append("<p class=\"footer\">You get this mail because you subscribed to these alerts.<br>")
            .Append("<a href=\"").Append(Encode(links.Manage)).Append("\">Manage</a> &middot; ")
            .Append("<a href=\"").Append(Encode(links.Unsubscribe)).Append("\">Unsubscribe</a></p>\n");
        return this;
    }

    public string ToPlainText() => plain.ToString();

    /// <summary>One column of at most 36 em, colours that follow the reader's light or dark; no picture, no script, nothing loaded.</summary>
    public string ToHtml(string title) =>
        $$"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{{Encode(title)}}</title>
        <style>
        :root { color-scheme: light dark }
        body { margin: 0; padding: 1.5em 1em; font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere }
        main { max-width: 36em; margin: 0 auto }
        h1 { font-size: 1.3em; line-height: 1.3 }
        p { white-space: pre-line }
        .name, .footer { font-size: .85em; opacity: .75 }
        .notice { border-left: 4px solid #d97706; padding-left: .75em }
        .button { display: inline-block; padding: .6em 1.2em; border-radius: .4em; background: #1d4ed8; color: #fff; text-decoration: none }
        .footer { margin-top: 2em; border-top: 1px solid; padding-top: 1em }
        </style>
        </head>
        <body><main>
        {{html}}</main></body>
        </html>

        """;

    private MailBody Fact(string name, IReadOnlyList<string> lines, string element)
    {
        plain.Append(name).Append(": ").AppendJoin("\n" + new string(' ', name.Length + 2), lines).Append('\n');
        html.Append("<p><span class=\"name\">").Append(Encode(name)).Append("</span>");
        foreach (var line in lines)
        {
            html.Append("<br><").Append(element).Append('>').Append(Encode(line)).Append("</").Append(element).Append('>');
        }

        html.Append("</p>\n");
        return this;
    }

    private MailBody Add(string asPlain, string element, string text)
    {
        var name = element.Split(' ')[0];
        plain.Append(asPlain);
        html.Append('<').Append(element).Append(" dir=\"auto\">").Append(Encode(text)).Append("</").Append(name).Append(">\n");
        return this;
    }

    private static string Encode(string text) => Html.Encode(text);
}
