using System.Text;
using Alerts.Subscriptions;
using SendGrid.Helpers.Mail;

namespace Alerts.Senders.Email;

/// <summary>
/// One request for up to 1,000 mails of one text: the text once, with substitution tags where a token stands in a link, and for
/// each reader a personalization with address, headers, tokens and <c>alert_key</c> or <c>alert_keys</c>.
/// </summary>
internal static class SendGridMail
{
    /// <summary>What comes back with each event of a mail: its alert key, or <c>msg_…</c>.</summary>
    public const string KeyArgument = "alert_key";

    /// <summary>The same for a mail with several alerts: their keys, joined by commas.</summary>
    public const string KeysArgument = "alert_keys";

    /// <summary>What comes back with each event of a mail: the subscription it went to.</summary>
    public const string SubscriptionArgument = "subscription_id";

    /// <param name="messages">One or more of the same <see cref="OutboundMessage.Text"/>.</param>
    public static SendGridMessage Of(IReadOnlyList<OutboundMessage> messages, MailComposer composer, Tokens tokens)
    {
        var (text, calendar) = composer.Shared(messages[0], Tag);
        var plain = text.Body.ToPlainText();
        var html = text.Body.ToHtml(text.Subject);
        var used = Enum.GetValues<TokenPurpose>()
            .Where(purpose =>
                plain.Contains(Tag(purpose), StringComparison.Ordinal)
                || html.Contains(Tag(purpose), StringComparison.Ordinal))
            .ToList();
        var mail = new SendGridMessage
        {
            From = new EmailAddress(composer.Sender.GetAddress(idnEncode: true), composer.Sender.Name),
            Subject = text.Subject,
            Contents = [new Content("text/plain", plain), new Content("text/html", html)],
            Personalizations = [.. messages.Select(message => Own(message, composer, tokens, used))],

            // Links stay ours: a counted link no longer shows where it leads, and a SendGrid unsubscribe would not reach us.
            TrackingSettings = new TrackingSettings
            {
                ClickTracking = new ClickTracking { Enable = false, EnableText = false },
                OpenTracking = new OpenTracking { Enable = false },
                SubscriptionTracking = new SubscriptionTracking { Enable = false },
            },
        };
        if (calendar is not null)
        {
            // SendGrid takes no parameters in a type; METHOD stands in the entry itself.
            mail.AddAttachment(
                calendar.FileName, Convert.ToBase64String(Encoding.UTF8.GetBytes(calendar.Text)), "text/calendar",
                "attachment");
        }

        return mail;
    }

    private static Personalization Own(
        OutboundMessage message,
        MailComposer composer,
        Tokens tokens,
        List<TokenPurpose> used) =>
        new()
        {
            Tos = [new EmailAddress(message.To)],
            Headers = composer
                .Headers(message)
                .ToDictionary(header => header.Name, header => header.Value, StringComparer.Ordinal),
            Substitutions = used.ToDictionary(
                Tag,
                purpose => tokens.Make(purpose, message.Subscription),
                StringComparer.Ordinal),
            CustomArgs = new Dictionary<string, string>
            {
                [message is OutboundDigest ? KeysArgument : KeyArgument] = message is OutboundDigest several
                    ? string.Join(',', several.Keys)
                    : message.Id,
                [SubscriptionArgument] = message.Subscription.Id,
            },
        };

    /// <summary>Only the token is put in, never a whole link: its letters mean the same in text and in HTML.</summary>
    private static string Tag(TokenPurpose purpose) => $"-alerts-{purpose.ToString().ToLowerInvariant()}-token-";
}
