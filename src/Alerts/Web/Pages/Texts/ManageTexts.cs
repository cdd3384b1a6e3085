using Alerts.Due;
using Alerts.Ledger;
using Alerts.Subscriptions;

namespace Alerts.Web.Pages.Texts;

/// <summary>What the pages say with which one looks after a subscription.</summary>
internal static class ManageTexts
{
    public const string Title = "Your subscription";
    public const string LostTitle = "Manage your subscriptions";
    public const string LostLead = "Every mail has a link to its subscription at its foot. If you have none at hand, write your address here and the links come by mail.";
    public const string LostButton = "Mail me the links";
    public const string Lost = "Get your links by mail";
    public const string LostWebhooks = "For a webhook there is nowhere to send a link to: it was shown once, when the subscription was made.";
    public const string LostDoneTitle = "Check your mail";
    public const string LostDone = "If that address has subscriptions, a mail with a link to each is on its way (at most three an hour).";
    public const string BadLink = "This link is not valid; take the one at the foot of a newer mail, or get one by mail.";

    public const string NoSuchDelivery = "This subscription has no such delivery.";
    public const string Erased = "an address that was erased";
    public const string Coming = "What is coming";
    public const string Change = "Change it";
    public const string Calendar = "Your dates as a calendar";
    public const string CalendarHint = "Give its address to any calendar program; whoever has it can read it.";
    public const string Save = "Save";
    public const string Log = "Sent so far";
    public const string LogNone = "Nothing yet.";
    public const string Older = "Older ones";
    public const string Due = "Due";
    public const string What = "What";
    public const string Date = "Date";
    public const string State = "State";
    public const string Attempts = "Attempts";
    public const string NoAnswer = "no answer";
    public const string Resend = "Send again";
    public const string Next = "next attempt";
    public const string Test = "Send a test";
    public const string TestLead = "Sends one message at once, so that you see it arrive.";
    public const string VerifyAgain = "Send the verification again";
    public const string ConfirmAgain = "Send the confirmation again";
    public const string Check = "Check it";
    public const string Secret = "Signing secret";
    public const string Rotate = "Make a new secret";
    public const string RotateLead = "Messages are then signed with both the new one and the old one for 24 hours, so that you can change over without losing any.";
    public const string RotatedTitle = "Your new secret";
    public const string RotatedLead = "It signs from now on. It is shown this once and never again.";
    public const string Overlap = "Still signing besides the newest, so that both are accepted:";
    public const string BackToManage = "Back to the subscription";
    public const string Recover = "Send what was missed";
    public const string RecoverLead = "What fell due while the endpoint was disabled is kept for 14 days. This sends what is still of use.";
    public const string EndTitle = "End it";
    public const string EndLead = "Nothing more is sent from then on. The address is erased after 30 days.";
    public const string EndButton = "End the subscription";
    public const string EndedNote = "This subscription has ended. Nothing is sent for it any more.";
    public const string PendingMail = "Not confirmed yet: open the mail that was sent to you and press the button in the page it leads to.";
    public const string PendingWebhook =
        """
        Your endpoint has not consented yet: answer the message of type webhook.verification with 2xx and the value of
        data.challenge alone as the body, or with {"challenge": "<that value>"}. Sending the message back is no consent.
        What it answered is below.
        """;
    public const string DisabledNote = "Your endpoint was switched off after failing for days, or because it answered 410. Repair it, then send the verification again: when it answers, alerts go out again.";

    public static string Superseded { get; } = "The date has changed since: that alert says what is no longer true, so it is not sent again.";

    public static string StillUnderWay { get; } = "That alert is still under way; only what was delivered, failed or expired can be sent again.";

    public const string NotAnAlert = "That is no alert; use the button below to send a test or a verification again.";
    public const string Waiting =
        "A verification is still waiting to be sent; see below when. One host gets only a few at a time.";

    public static string OldSecret(string until) => $"one that is replaced and signs until {until}";

    /// <summary>What was just done, by the word in the address; null for a word that is none.</summary>
    public static string? Done(string? word) => word switch
    {
        "saved" => "Saved.",
        "tested" => "A message is on its way.",
        "resent" => "It is sent again.",
        "recovered" => "What is still of use is sent again.",
        "superseded" => Superseded,
        "underway" => StillUnderWay,
        "service" => NotAnAlert,
        "waiting" => Waiting,
        _ => null,
    };

    public static string Channel(string channel) => channel == "webhook" ? "Webhook to" : "Email to";

    public static string Kind(AlertKind kind) => kind switch
    {
        AlertKind.Reminder => "reminder",
        AlertKind.Rescheduled => "date moved",
        AlertKind.Cancelled => "called off",
        _ => kind.Word(),
    };

    public static string Pending(string channel) => channel == "webhook" ? PendingWebhook : PendingMail;

    public static string TestButton(SubscriptionStatus status, string channel) =>
        status == SubscriptionStatus.Active ? Test : channel == "webhook" ? VerifyAgain : ConfirmAgain;
}
