using Alerts.Queue;
using Alerts.Subscriptions;
namespace Alerts.Web.Pages.Texts;

/// <summary>What the ways in and out say: subscribing, confirming, unsubscribing.</summary>
internal static class SubscribeTexts
{
    public const string Title = "Get alerts";
    public const string Lead = "Be told ahead of key dates, as early as you like, at your own hour. Free of accounts and passwords: every mail has links to change it or to stop.";
    public const string Button = "Subscribe";

    public const string TooOften = "That was asked for too often from where you are; wait an hour and try again. Nothing was sent.";

    public const string MailTitle = "Check your mail";
    public const string MailNext = "Open it and press the button in the page it leads to. The link lapses after 7 days.";
    public const string MailMissing = "Nothing there after some minutes? SendDecision into the spam folder, or subscribe again with the same choices: the mail is sent once more.";
    public const string OutboxHint = "This service writes its mails to a folder instead of sending them.";
    public const string OutboxLink = "Open the outbox";

    public const string SentBefore =
        "This form was sent before with something else in it. Send it again to make another subscription.";

    public static string MailSent(string address) => $"A mail is on its way to {address}.";

    public const string WebhookTitle = "Almost done: three steps";
    public const string SecretTitle = "1. Keep the secret";
    public const string SecretLead = "Your endpoint checks signatures with it. It is shown this once and never again; you can make a new one later.";
    public const string ManageTitle = "2. Keep the link to this subscription";
    public const string ManageLead = "Whoever has it can change or end the subscription. It is how you come back.";
    public const string VerifyTitle = "3. Let your endpoint answer";
    public const string VerifyLead =
        """
        It gets a signed message of type webhook.verification. JsonResult it with a status of 2xx and the value of
        data.challenge alone as the body, or with {"challenge": "<that value>"}. Sending the message back is no consent.
        Until then the subscription is pending, for 7 days at most. The message is sent up to four times within about
        half an hour, and again when you ask for it on the page of the subscription.
        """;
    public const string Copy = "Copy";
    public const string Copied = "Copied";
    public const string OpenManage = "Open the page of the subscription";

    public const string ConfirmTitle = "Confirm your subscription";
    public const string ConfirmButton = "Confirm";
    public const string ConfirmedTitle = "Confirmed";
    public const string Confirmed = "The subscription is active.";
    public const string ConfirmedNext = "Every mail has a link to change or end it.";
    public const string ConfirmVoid = "This link is not valid (any more): it lapses after 7 days, and when the subscription ends. Subscribe again to get a new one.";
    public const string SubscribeAgain = "Subscribe again";

    public static string ConfirmAsk(string address) =>
        $"{address} asked to be told ahead of these dates. If that was you, press the button; if not, close this page and nothing will be sent.";

    public const string VoidTitle = "This link does not work";

    public const string UnsubscribeTitle = "Unsubscribe";
    public const string UnsubscribeButton = "Unsubscribe";
    public const string UnsubscribedTitle = "Unsubscribed";
    public const string Unsubscribed = "The subscription has ended. Nothing more will be sent for it.";
    public const string UnsubscribedNext = "If that was a slip of the hand, make a new one; it takes half a minute.";
    public const string UnsubscribeVoid = "This link is not valid; take the one at the foot of a newer mail.";

    public static string UnsubscribeAsk(string address) => $"End this subscription of {address}? Nothing more will be sent for it.";
}
