using MimeKit;

namespace Alerts.Tests.Support;

/// <summary>One mail as the SMTP server received it.</summary>
/// <param name="Id">The id the server gave it.</param>
/// <param name="Recipients">The envelope's addresses (<c>RCPT TO</c>).</param>
/// <param name="Message">Parsed from the raw source: headers, parts and attachments as they were transmitted.</param>
internal sealed record ReceivedMail(string Id, IReadOnlyList<string> Recipients, MimeMessage Message)
{
    public string Subject => Message.Subject ?? "";

    public string? Text => Message.TextBody;

    public string? Html => Message.HtmlBody;

    /// <summary>Returns a header's unfolded value; null when the mail lacks it.</summary>
    public string? Header(string name) => Message.Headers[name];
}
