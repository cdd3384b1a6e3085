namespace Alerts.Senders.Email;

/// <summary>The kind of news in an email; it sets the colour.</summary>
internal enum MailTone
{
    /// <summary>A date is coming up.</summary>
    Reminder,

    /// <summary>Something has changed, or needs attention.</summary>
    Changed,

    /// <summary>Something has been cancelled.</summary>
    Ended,

    /// <summary>About the subscription itself.</summary>
    Service,
}

/// <summary>
/// The layout shared by all emails: a card of at most 600 px that fills a narrow screen. It uses tables and inline
/// styles, because mail programs support little else; classes serve only dark mode and narrow screens. It has no
/// images, scripts or external resources. All texts must be passed HTML-encoded.
/// </summary>
internal static class MailFrame
{
    private const string Font =
        "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;";

    private const string ButtonCell = """<td class="button" style="border-radius:6px;background-color:#0b5cad">""";

    private const string Push =
        "display:inline-block;padding:12px 22px;font-size:16px;line-height:22px;font-weight:600;color:#ffffff;"
        + "text-decoration:none";

    private const string Address = "margin:0 0 16px;font-size:13px;line-height:18px;color:#56606c;word-break:break-all";

    private const string WithoutButton = "If the button does nothing, open this address: ";

    private const string Ground =
        """<table role="presentation" class="ground" width="100%" cellpadding="0" cellspacing="0" border="0" """
        + """style="background-color:#f3f5f7"><tr><td class="outer" align="center" style="padding:24px 12px">""";

    /// <summary>Outlook for Windows ignores max-width: it gets a table of that width.</summary>
    private const string OutlookBegin =
        """<!--[if mso]><table role="presentation" width="600" cellpadding="0" cellspacing="0" border="0">"""
        + "<tr><td><![endif]-->";

    private const string Breaks = "overflow-wrap:anywhere;word-break:break-word";

    private const string FootTable =
        """<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" """
        + """style="max-width:600px">""";

    private const string DarkBorder =
        "border-right-color: #333b45 !important; border-bottom-color: #333b45 !important; "
        + "border-left-color: #333b45 !important;";

    private const string FootText = "font-size:13px;line-height:21px;color:#56606c";

    /// <summary>
    /// Styles for dark mode and narrow screens. Light mode: ground #f3f5f7, card #ffffff, text #1c2024, soft #56606c
    /// (contrast 6.3:1 on the card), links #0b5cad.
    /// </summary>
    private const string Styles =
        $$"""
        :root { color-scheme: light dark; supported-color-schemes: light dark; }
        @media (max-width: 480px) {
          .outer { padding: 0 0 16px !important; }
          .card { border-radius: 0 !important; border-left-width: 0 !important; border-right-width: 0 !important; }
          .inner { padding: 20px 18px 12px !important; }
          .foot { padding: 14px 18px !important; }
        }
        @media (prefers-color-scheme: dark) {
          .ground { background-color: #101317 !important; }
          .card { background-color: #1a1e24 !important; {{DarkBorder}} }
          .text { color: #e7eaee !important; }
          .soft { color: #a9b3bf !important; }
          .link { color: #8cc0f7 !important; }
          .button { background-color: #8cc0f7 !important; }
          .push { color: #10151b !important; }
          .notice { background-color: #33270f !important; color: #f5d09a !important; }
          .reminder { color: #8cc0f7 !important; } .changed { color: #f0b25c !important; }
          .ended { color: #ff9298 !important; } .service { color: #a9b3bf !important; }
        }
        """;

    public static string Label(MailTone tone, string text) =>
        $"""<p class="{tone.Word()}" style="margin:0 0 6px;font-size:13px;line-height:18px;font-weight:600;"""
        + $"""letter-spacing:.02em;color:{Colour(tone)}">{text}</p>"""
        + "\n";

    public static string Heading(string text) =>
        """<h1 class="text" dir="auto" style="margin:0 0 18px;font-size:22px;line-height:29px;font-weight:700;"""
        + $"""color:#1c2024">{text}</h1>"""
        + "\n";

    /// <summary>Heading of a section. Its line is visible on light and dark cards.</summary>
    public static string Section(string text) =>
        """<h2 class="text" dir="auto" style="margin:22px 0 14px;padding:18px 0 0;border-top:1px solid #8e98a3;"""
        + $"""font-size:18px;line-height:25px;font-weight:700;color:#1c2024">{text}</h2>"""
        + "\n";

    public static string Paragraph(string markup) =>
        """<p class="text" dir="auto" style="margin:0 0 16px;font-size:16px;line-height:24px;"""
        + $"""color:#1c2024">{markup}</p>"""
        + "\n";

    public static string Notice(string markup) =>
        """<p class="notice" style="margin:0 0 16px;padding:10px 14px;border-left:4px solid #d98500;"""
        + $"""font-size:16px;line-height:24px;background-color:#fff3dc;color:#5f3b00">{markup}</p>"""
        + "\n";

    public static string Fact(string name, string markup) =>
        $"""
        <p class="soft" style="margin:0;font-size:13px;line-height:18px;color:#56606c">{name}</p>
        <p class="text" dir="auto" style="margin:0 0 14px;font-size:16px;line-height:24px;color:#1c2024">{markup}</p>

        """;

    public static string Link(string name, string url) =>
        $"""<a class="link" href="{url}" style="color:#0b5cad">{name}</a>""";

    /// <summary>
    /// A button made of a coloured table cell, because Outlook ignores padding on links. The address follows below it,
    /// for mail programs in which the button does not work.
    /// </summary>
    public static string Button(string name, string url) =>
        $"""
        <table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:4px 0 12px"><tr>
        {ButtonCell}<a class="push" href="{url}" style="{Push}">{name}</a></td>
        </tr></table>
        <p class="soft" style="{Address}">{WithoutButton}{Link(url, url)}</p>

        """;

    public static string Whole(MailTone tone, string title, string preview, string content, string footer) =>
        $$"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="supported-color-schemes" content="light dark">
        <meta name="format-detection" content="telephone=no, date=no, address=no, email=no">
        <title>{{title}}</title>
        <style>
        {{Styles}}
        </style>
        </head>
        <body class="ground" style="margin:0;padding:0;background-color:#f3f5f7">
        <div style="display:none;max-height:0;overflow:hidden;mso-hide:all">{{preview}}</div>
        {{Ground}}
        {{OutlookBegin}}
        {{Card(tone)}}
        <tr><td class="inner" align="left" style="padding:24px 28px 14px;{{Font}}{{Breaks}}">
        {{content}}</td></tr>
        </table>
        {{Foot(footer)}}<!--[if mso]></td></tr></table><![endif]-->
        </td></tr></table>
        </body>
        </html>

        """;

    private static string Card(MailTone tone) =>
        """<table role="presentation" class="card" width="100%" cellpadding="0" cellspacing="0" border="0" """
        + """style="max-width:600px;border-collapse:separate;border:1px solid #d9dde2;border-top:4px solid """
        + $"{Colour(tone)};border-radius:8px;background-color:#ffffff\">";

    private static string Foot(string footer) => footer == "" ? "" :
        $"""
        {FootTable}
        <tr><td class="foot soft" align="left" style="padding:14px 28px;{Font}{FootText}">{footer}</td></tr>
        </table>

        """;

    private static string Colour(MailTone tone) => tone switch
    {
        MailTone.Reminder => "#0b5cad",
        MailTone.Changed => "#955800",
        MailTone.Ended => "#a3242b",
        MailTone.Service => "#56606c",
        _ => throw new ArgumentOutOfRangeException(nameof(tone)),
    };
}
