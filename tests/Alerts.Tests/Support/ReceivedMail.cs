using MimeKit;

namespace Alerts.Tests.Support;

/// <summary>One mail as the SMTP server took it.</summary>
/// <param name="Id">The server's own id of it.</param>
/// <param name="Recipients">The addresses of the envelope (<c>RCPT TO</c>).</param>
/// <param name="Message">Read from the raw source: headers, parts and attachments as they were on the wire.</param>
internal sealed record ReceivedMail(string Id, IReadOnlyList<string> Recipients, MimeMessage Message)
{
    public string Subject => Message.Subject ?? "";

    public string? Text => Message.TextBody;

    public string? Html => Message.HtmlBody;

    /// <summary>A header's unfolded value; null when the mail does not carry it.</summary>
    public string? Header(string name) => Message.Headers[name];
}
