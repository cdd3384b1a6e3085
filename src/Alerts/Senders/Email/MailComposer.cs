using System.Text;
using Alerts.Senders.Email.Texts;
using Alerts.Subscriptions;
using MimeKit;
using MimeKit.Encodings;
using MimeKit.Text;

namespace Alerts.Senders.Email;

/// <summary>Composes the email of a message: headers, text, HTML and, for an alert, the calendar attachment.</summary>
/// <param name="from">
/// The sender (<c>Alerts:Email:From</c>): <c>alerts@example.com</c> or <c>Name &lt;alerts@example.com&gt;</c>; null for
/// the outbox's default. Checked at the start (<see cref="EmailRegistration"/>).
/// </param>
internal sealed class MailComposer(PublicUrl url, Tokens tokens, string? from)
{
    /// <summary>Sender in the outbox, which sends nothing.</summary>
    private const string DefaultSender = "alerts@localhost";

    /// <summary>The encoder exceeds this maximum by up to two characters.</summary>
    private const int LongestQuotedLine = 74;

    /// <summary>Domain of <c>List-Id</c>: the host in its ASCII form, an IPv6 address in brackets.</summary>
    private readonly string host = url.Value.HostNameType == UriHostNameType.IPv6 ? url.Value.Host : url.Value.IdnHost;

    /// <summary>Parsed at each use, so that a start does not load the mail library for it.</summary>
    public MailboxAddress Sender => Parse(from ?? DefaultSender);

    /// <summary>Domain of <c>Message-ID</c>: the sender's domain, or the service's host if no sender is set.</summary>
    private string IdDomain => from is null ? host : MailboxAddress.EncodeAddrspec(Sender.Address).Split('@')[^1];

    /// <summary>
    /// Composes one email for a mail server. Throws for <see cref="ServiceMessage.Verification"/>, which only
    /// webhooks get.
    /// </summary>
    public MimeMessage Compose(OutboundMessage message)
    {
        var links = new MailLinks(url, tokens, message.Subscription);
        var text = Text(message, links);
        var mail = new MimeMessage { Date = message.At.ToDateTimeOffset() };
        mail.Headers.Replace(EncodedWords.From(Sender));
        mail.Headers.Replace(EncodedWords.Subject(text.Subject));
        mail.To.Add(new MailboxAddress(null, message.To));
        foreach (var (name, value) in Headers(message, links))
        {
            mail.Headers.Replace(name, value); // MimeKit adds a Message-ID of its own
        }

        var parts = new MultipartAlternative
        {
            Part(TextFormat.Plain, text.Body.ToPlainText()),
            Part(TextFormat.Html, text.Body.ToHtml(text.Subject)),
        };
        mail.Body = Calendar(message, links) is { } calendar
            ? new Multipart("mixed") { parts, CalendarPart.Of(calendar) } : parts;
        return mail;
    }

    /// <summary>
    /// The text shared by all messages with the same <see cref="OutboundMessage.Text"/>, and an
    /// alert's calendar attachment.
    /// </summary>
    /// <param name="placeholder">The text to insert in place of the reader's token for a purpose.</param>
    public (MailText Text, AttachedCalendar? Calendar) Shared(
        OutboundMessage message, Func<TokenPurpose, string> placeholder)
    {
        var links = new MailLinks(url, placeholder);
        return (Text(message, links), Calendar(message, links));
    }

    /// <summary>The headers that differ between emails: the id, and the unsubscribe links for mail programs.</summary>
    public IEnumerable<(string Name, string Value)> Headers(OutboundMessage message) =>
        Headers(message, new MailLinks(url, tokens, message.Subscription));

    private IEnumerable<(string Name, string Value)> Headers(OutboundMessage message, MailLinks links)
    {
        yield return ("Message-ID", $"<{message.Id}@{IdDomain}>");

        // RFC 3834, section 5: suppresses out-of-office replies.
        yield return ("Auto-Submitted", "auto-generated");
        if (message is SettingsTest or OperatorNotice
            or SystemNotification { Message: ServiceMessage.Confirmation or ServiceMessage.ContactConfirmation })
        {
            yield break;
        }

        // RFC 8058 and RFC 2919: one-click unsubscribe, and a list id by which mail programs group and filter.
        yield return ("List-Id", $"Alerts <alerts.{host}>");
        var isWarning = message is SystemNotification { Message: ServiceMessage.Warning };
        yield return ("List-Unsubscribe", $"<{(isWarning ? links.StopWarnings : links.Unsubscribe)}>");
        yield return ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
        if (message is OutboundDigest several)
        {
            yield return ("X-Alerts-Keys", string.Join(", ", several.Keys));
        }
    }

    private AttachedCalendar? Calendar(OutboundMessage message, MailLinks links) => message switch
    {
        OutboundAlert alert => CalendarPart.Text([alert.Date], links.Date, Sender.Address),
        OutboundDigest several => CalendarPart.Text(
            [.. several.Alerts.Select(alert => alert.Date)], links.Date, Sender.Address),
        _ => null,
    };

    private static MailText Text(OutboundMessage message, MailLinks links)
    {
        var text = message switch
        {
            OutboundAlert alert => AlertText(alert, links),
            OutboundDigest { Alerts: [var only] } => AlertText(only, links),
            OutboundDigest several => DigestText.Of(several, links),
            SystemNotification service => ServiceTexts.Of(service, links),
            SettingsTest test => OperatorTexts.Of(test),
            OperatorNotice notice => OperatorTexts.Of(notice),
            _ => throw new ArgumentOutOfRangeException(
                nameof(message), message.GetType().Name, "not a message that is mailed"),
        };
        return text with { Subject = Literal(text.Subject) };
    }

    private static MailText AlertText(OutboundAlert alert, MailLinks links) => alert.Kind switch
    {
        Due.AlertKind.Reminder => ReminderText.Of(alert, links),
        Due.AlertKind.Rescheduled or Due.AlertKind.Cancelled => CorrectionText.Of(alert, links),
        Due.AlertKind.Service or _ => throw new ArgumentOutOfRangeException(
            nameof(alert), alert.Kind, "not the kind of an alert"),
    };

    /// <summary>
    /// Prevents text that looks like an encoded word (RFC 2047) from being decoded by the reader's mail program, which
    /// would bypass <see cref="Core.PlainText"/>: MimeKit writes ASCII unchanged. Inserts an invisible word joiner.
    /// </summary>
    private static string Literal(string subject) => subject.Replace("=?", "=\u2060?", StringComparison.Ordinal);

    /// <summary>
    /// Encodes the text here, because MimeKit's own lines have up to 78 characters. The limit is 76 (RFC 2045,
    /// section 6.7).
    /// </summary>
    private static TextPart Part(TextFormat format, string text)
    {
        var encoder = new QuotedPrintableEncoder(LongestQuotedLine);
        var bytes = Encoding.UTF8.GetBytes(text);
        var encoded = new byte[encoder.EstimateOutputLength(bytes.Length)];
        var length = encoder.Flush(bytes, 0, bytes.Length, encoded);
        return new TextPart(format)
        {
            Text = text, // sets the charset
            ContentTransferEncoding = ContentEncoding.QuotedPrintable,
            Content = new MimeContent(new MemoryStream(encoded, 0, length), ContentEncoding.QuotedPrintable),
        };
    }

    private static MailboxAddress Parse(string from)
    {
        var parsed = MailboxAddress.Parse(from);
        return string.IsNullOrEmpty(parsed.Name) ? new MailboxAddress("Alerts", parsed.Address) : parsed;
    }
}
