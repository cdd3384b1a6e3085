using System.Text;
using Alerts.Subscriptions;
using SendGrid.Helpers.Mail;

namespace Alerts.Senders.Email;

/// <summary>
/// Builds one request for up to 1,000 emails of one text. The text is sent once, with substitution tags for the tokens
/// in links. Each reader has a personalization with address, headers, tokens and <c>alert_key</c> or <c>alert_keys</c>.
/// </summary>
internal static class SendGridMail
{
    /// <summary>Argument that SendGrid returns with each event of an email: its alert key, or <c>msg_…</c>.</summary>
    public const string KeyArgument = "alert_key";

    /// <summary>Argument for events of an email with several alerts: their keys, joined by commas.</summary>
    public const string KeysArgument = "alert_keys";

    /// <summary>Argument that SendGrid returns with each event of an email: the id of its subscription.</summary>
    public const string SubscriptionArgument = "subscription_id";

    /// <param name="messages">One or more messages with the same <see cref="OutboundMessage.Text"/>.</param>
    public static SendGridMessage Of(IReadOnlyList<OutboundMessage> messages, MailComposer composer, Tokens tokens)
    {
        var (text, calendar) = composer.Shared(messages[0], Tag);
        var plain = text.Body.ToPlainText();
        var html = text.Body.ToHtml(text.Subject);
        var both = plain + html;
        var used = Enum.GetValues<TokenPurpose>()
            .Where(purpose => both.Contains(Tag(purpose), StringComparison.Ordinal)).ToList();
        var mail = new SendGridMessage
        {
            From = new EmailAddress(composer.Sender.GetAddress(idnEncode: true), composer.Sender.Name),
            Subject = text.Subject,
            Contents = [new Content("text/plain", plain), new Content("text/html", html)],
            Personalizations = [.. messages.Select(message => Own(message, composer, tokens, used))],

            // Keep our own links: a tracked link hides its target, and we would not hear of SendGrid's unsubscribes.
            TrackingSettings = new TrackingSettings
            {
                ClickTracking = new ClickTracking { Enable = false, EnableText = false },
                OpenTracking = new OpenTracking { Enable = false },
                SubscriptionTracking = new SubscriptionTracking { Enable = false },
            },
        };
        if (calendar is not null)
        {
            // SendGrid accepts no parameters in the content type; METHOD is in the calendar itself.
            mail.AddAttachment(
                calendar.FileName, Convert.ToBase64String(Encoding.UTF8.GetBytes(calendar.Text)), "text/calendar",
                "attachment");
        }

        return mail;
    }

    private static Personalization Own(
        OutboundMessage message, MailComposer composer, Tokens tokens, List<TokenPurpose> used)
    {
        var several = message as OutboundDigest;
        return new Personalization
        {
            Tos = [new EmailAddress(message.To)],
            Headers = composer.Headers(message).ToDictionary(StringComparer.Ordinal),
            Substitutions = used.ToDictionary(
                Tag, purpose => tokens.Make(purpose, message.Subscription), StringComparer.Ordinal),
            CustomArgs = new Dictionary<string, string>
            {
                [several is null ? KeyArgument : KeysArgument] =
                    several is null ? message.Id : string.Join(',', several.Keys),
                [SubscriptionArgument] = message.Subscription.Id,
            },
        };
    }

    /// <summary>
    /// The substitution tag of a token. It replaces the token only, not a whole link, because a token needs no
    /// encoding in text or HTML.
    /// </summary>
    private static string Tag(TokenPurpose purpose) => $"-alerts-{purpose.ToString().ToLowerInvariant()}-token-";
}
