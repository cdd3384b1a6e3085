using Alerts.Core;
using Alerts.Ledger;
using MailKit.Net.Smtp;
using MimeKit;

namespace Alerts.Senders.Email;

/// <summary>What a mail server's refusal means for the delivery (RFC 5321, section 4.2.1: 5yz is for ever, 4yz for now).</summary>
internal static class SmtpRefusal
{
    /// <summary>
    /// Given up: 5xx for the recipient, the sender or the content. Everything else may be otherwise next time,
    /// also 530 to 538: they are about our sign-in (RFC 4954, section 6), which the operator can mend.
    /// </summary>
    public static SendResult Judge(SmtpCommandException refusal, MimeMessage mail)
    {
        var status = (int)refusal.StatusCode;
        var answer = WithoutAddresses($"{status} {refusal.Message}", mail);
        return (refusal.ErrorCode, status) switch
        {
            // The server takes no mail from us at all: closing (RFC 5321, section 3.8) or our sign-in (RFC 4954,
            // section 6).
            (_, 421 or (>= 530 and <= 538)) => new TryAgain(status, answer) { ChannelFailure = answer },
            (_, < 500) or (SmtpErrorCode.UnexpectedStatusCode, _) => new TryAgain(status, answer),
            (SmtpErrorCode.RecipientNotAccepted, _) => new GaveUp(status, answer, "mailbox refused: " + answer),
            _ => new GaveUp(status, answer, "mail refused: " + answer),
        };
    }

    /// <summary>Servers like to repeat the address; the ledger outlives it. Control characters and length are bounded too.</summary>
    private static string WithoutAddresses(string answer, MimeMessage mail)
    {
        foreach (var mailbox in mail.To.Mailboxes)
        {
            answer = answer.Replace(mailbox.Address, "(address)", StringComparison.OrdinalIgnoreCase);
        }

        return PlainText.Cut(PlainText.OneLine(answer), 500);
    }
}
