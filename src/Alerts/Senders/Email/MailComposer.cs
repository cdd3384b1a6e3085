using System.Text;
using Alerts.Core;
using Alerts.Senders.Email.Texts;
using Alerts.Subscriptions;
using MimeKit;
using MimeKit.Encodings;
using MimeKit.Text;

namespace Alerts.Senders.Email;

/// <summary>Makes the mail of a message: headers, text, HTML and, for an alert, the calendar entry.</summary>
/// <param name="from">
/// The sender (<c>Alerts:Email:From</c>): <c>alerts@example.com</c> or <c>Name &lt;alerts@example.com&gt;</c>; null for the
/// outbox's own. Throws <see cref="ParseException"/> when it is neither.
/// </param>
internal sealed class MailComposer(PublicUrl url, Tokens tokens, string? from)
{
    /// <summary>Of the outbox, which sends nothing.</summary>
    private const string DefaultSender = "alerts@localhost";

    /// <summary>The encoder goes up to two characters beyond it.</summary>
    private const int LongestQuotedLine = 74;

    /// <summary>What <c>List-Id</c> ends in: the host in its ASCII form, an IPv6 one in its brackets.</summary>
    private readonly string host = url.Value.HostNameType == UriHostNameType.IPv6 ? url.Value.Host : url.Value.IdnHost;

    public MailboxAddress Sender { get; } = Parse(from ?? DefaultSender);

    /// <summary>What <c>Message-ID</c> ends in: the sender's domain, or the service's host without a sender.</summary>
    private string IdDomain => from is null ? host : MailboxAddress.EncodeAddrspec(Sender.Address).Split('@')[^1];

    /// <summary>The mail as its bytes go to a mail server. Throws for <see cref="ServiceMessage.Verification"/>, which webhooks are asked, not people.</summary>
    public MimeMessage Compose(OutboundMessage message)
    {
        var links = new MailLinks(url, tokens, message.Subscription);
        var text = Text(message, links);
        var mail = new MimeMessage { Date = message.At.ToDateTimeOffset() };
        mail.Headers.Replace(EncodedWords.Mailbox(HeaderId.From, Sender));
        mail.Headers.Replace(EncodedWords.Text(HeaderId.Subject, text.Subject));
        mail.To.Add(new MailboxAddress(null, message.To));
        foreach (var (name, value) in Headers(message, links))
        {
            mail.Headers.Replace(name, value); // MimeKit makes a Message-ID of its own
        }

        var parts = new MultipartAlternative
        {
            Part(TextFormat.Plain, text.Body.ToPlainText()),
            Part(TextFormat.Html, text.Body.ToHtml(text.Subject)),
        };
        mail.Body = Calendar(message, links) is { } calendar
            ? new Multipart("mixed") { parts, CalendarPart.Of(calendar) }
            : parts;
        return mail;
    }

    /// <summary>The text of all messages with the same <see cref="OutboundMessage.Text"/>, and the calendar entry that goes with an alert.</summary>
    /// <param name="placeholder">What stands where each reader's token for a purpose belongs.</param>
    public (MailText Text, AttachedCalendar? Calendar) Shared(
        OutboundMessage message, Func<TokenPurpose, string> placeholder)
    {
        var links = new MailLinks(url, placeholder);
        return (Text(message, links), Calendar(message, links));
    }

    /// <summary>What is each mail's own: its id, and the links by which mail programs unsubscribe.</summary>
    public IEnumerable<(string Name, string Value)> Headers(OutboundMessage message) =>
        Headers(message, new MailLinks(url, tokens, message.Subscription));

    private IEnumerable<(string Name, string Value)> Headers(OutboundMessage message, MailLinks links)
    {
        yield return ("Message-ID", $"<{message.Id}@{IdDomain}>");

        // RFC 3834, section 5: keeps holiday replies away.
        yield return ("Auto-Submitted", "auto-generated");
        if (message is SettingsTest or OperatorNotice
            or SystemNotification { Message: ServiceMessage.Confirmation or ServiceMessage.ContactConfirmation })
        {
            yield break;
        }

        // RFC 8058 and RFC 2919: one-click unsubscribing, and a name by which mail programs group and filter.
        yield return ("List-Id", $"Alerts <alerts.{host}>");
        yield return (
            "List-Unsubscribe",
            $"<{(message is SystemNotification { Message: ServiceMessage.Warning } ? links.StopWarnings : links.Unsubscribe)}>"
        );
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
            SystemNotification service => ServiceText(service, links),
            SettingsTest test => SettingsTestText.Of(test),
            OperatorNotice notice => OperatorNoticeText.Of(notice),
            _ => throw new ArgumentOutOfRangeException(
                nameof(message),
                message.GetType().Name,
                "not a message that is mailed"),
        };
        return text with { Subject = Literal(text.Subject) };
    }

    private static MailText AlertText(OutboundAlert alert, MailLinks links) =>
        alert.Kind switch
        {
            Due.AlertKind.Reminder => ReminderText.Of(alert, links),
            Due.AlertKind.Rescheduled => RescheduledText.Of(alert, links),
            Due.AlertKind.Cancelled => CancelledText.Of(alert, links),
            Due.AlertKind.Service or _ => throw new ArgumentOutOfRangeException(
                nameof(alert),
                alert.Kind,
                "not the kind of an alert"),
        };

    private static MailText ServiceText(SystemNotification service, MailLinks links) =>
        service.Message switch
        {
            ServiceMessage.Confirmation => ConfirmationText.Of(service, links),
            ServiceMessage.ManageLink => ManageLinkText.Of(service, links),
            ServiceMessage.Welcome => WelcomeText.Of(service, links),
            ServiceMessage.Test => TestText.Of(service, links),
            ServiceMessage.ContactConfirmation => ContactConfirmationText.Of(service, links),
            ServiceMessage.Warning => WarningText.Of(service, links),
            ServiceMessage.Verification or _ => throw new ArgumentOutOfRangeException(
                nameof(service),
                service.Message,
                "not a message that is mailed"),
        };

    /// <summary>
    /// MimeKit leaves ASCII as it is, and what looks like an encoded word (RFC 2047) would be decoded by the reader: a way
    /// around <see cref="Core.PlainText"/>. A word joiner, which shows as nothing, keeps it from looking like one.
    /// </summary>
    private static string Literal(string subject) => subject.Replace("=?", "=\u2060?", StringComparison.Ordinal);

    /// <summary>
    /// Encoded here: MimeKit by itself writes lines of up to 78 characters, and RFC 2045 (section 6.7) allows 76.
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
