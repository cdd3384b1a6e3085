namespace Alerts.Web.Pages.Texts;

/// <summary>Texts of the pages to subscribe, confirm and unsubscribe.</summary>
internal static class SubscribeTexts
{
    public const string Lead =
        "Be alerted ahead of key dates, as early as you like, at an hour you choose. "
        + "No account and no password: every email has links to change or end your alerts.";

    public const string TooOften = "Too many requests from your network. Nothing was sent. Try again in an hour.";

    public const string MailMissing =
        "Nothing after a few minutes? Look in the spam folder, or subscribe again with the same choices, "
        + "and we will send it again.";
    public const string OutboxHint = "This service writes its emails to a folder instead of sending them.";
    public const string OutboxLink = "Open the outbox";

    public const string SentBefore =
        "You already sent this form with different choices. Send it again to make another subscription.";

    public static string MailSent(string address) => $"We are sending an email to {address}.";

    public static string MailDelayed(string address) =>
        $"Email is delayed at the moment. We will send it to {address} as soon as we can.";

    public const string SecretLead =
        "Your endpoint checks signatures with it. It is shown only this once; you can make a new one later.";
    public const string ManageLead =
        "Everyone who has this link can change or end the subscription. You need it to come back.";
    public const string VerifyLead =
        """
        Until then the subscription is pending, for at most 7 days. We ask up to four times within about half an hour,
        and again when you want it on the page of the subscription.
        """;
    public const string OpenManage = "See, change or end your alerts";

    public const string ConfirmVoid =
        "This confirmation link no longer works: it is older than 7 days, or the subscription has ended. "
        + "Subscribe again to get a new one.";
    public const string SubscribeAgain = "Subscribe again";

    public static string ConfirmAsk(string address) =>
        $"Confirm to get these alerts at {address}. If you did not ask for them, close this page; "
        + "nothing will be sent.";

    public const string VoidTitle = "This link does not work";

    public const string CancelRequestTitle = "Cancel the request";
    public const string CancelRequestButton = "Cancel the request";
    public const string RequestLapsed =
        "The request was not confirmed within 7 days, so it has ended. You will get no alerts from it.";
    public const string RequestEnded = "The request has ended. You will get no alerts from it.";
    public const string UnsubscribeVoid = "This link is not valid. Use the one at the end of a newer email.";

    public const string UndoLead = "Was that a mistake? For 30 days you can undo it.";
    public const string UndoButton = "Undo";
    public const string Undone = "The subscription is active again. You will get your alerts again from now on.";
    public const string UndoImpossible =
        "This cannot be undone: more than 30 days have passed, the subscription was never confirmed, "
        + "or you have the same subscription again already.";

    public static string CancelRequestAsk(string address) =>
        $"Cancel the request to send these alerts to {address}? It was not confirmed, so no alert has been sent.";

    public static string UnsubscribeAsk(string address) =>
        $"End this subscription of {address}? You will get no more alerts from it.";
}
