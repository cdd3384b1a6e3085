using Alerts.Core;
using Alerts.Ledger;
using MailKit.Net.Smtp;
using MimeKit;

namespace Alerts.Senders.Email;

/// <summary>
/// Determines the result from a mail server's refusal (RFC 5321, section 4.2.1: 5yz is permanent, 4yz is transient).
/// </summary>
internal static class SmtpRefusal
{
    /// <summary>
    /// Gives up on a 5xx for the recipient, the sender or the content. Everything else is retried, including 530 to
    /// 538: they concern our sign-in (RFC 4954, section 6), which the operator can fix.
    /// </summary>
    public static SendResult Judge(SmtpCommandException refusal, MimeMessage mail)
    {
        var status = (int)refusal.StatusCode;
        var answer = WithoutAddresses($"{status} {refusal.Message}", mail);
        return (refusal.ErrorCode, status) switch
        {
            // The server accepts no email from us: it is closing (RFC 5321, section 3.8), or rejects our
            // sign-in (RFC 4954, section 6).
            (_, 421 or (>= 530 and <= 538)) => new TryAgain(status, answer) { ChannelFailure = answer },
            (_, < 500) or (SmtpErrorCode.UnexpectedStatusCode, _) => new TryAgain(status, answer),
            (SmtpErrorCode.RecipientNotAccepted, _) => new GaveUp(status, answer, "mailbox refused: " + answer),
            _ => new GaveUp(status, answer, "email refused: " + answer),
        };
    }

    /// <summary>
    /// Removes addresses, which servers often repeat, because the ledger is kept longer than addresses. Also removes
    /// control characters and limits the length to 500.
    /// </summary>
    private static string WithoutAddresses(string answer, MimeMessage mail)
    {
        foreach (var mailbox in mail.To.Mailboxes)
        {
            answer = answer.Replace(mailbox.Address, "(address)", StringComparison.OrdinalIgnoreCase);
        }

        return PlainText.Cut(PlainText.OneLine(answer), 500);
    }
}
