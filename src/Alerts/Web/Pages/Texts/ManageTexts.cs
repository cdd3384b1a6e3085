using Alerts.Due;

namespace Alerts.Web.Pages.Texts;

/// <summary>Texts of the pages to manage a subscription.</summary>
internal static class ManageTexts
{
    public const string LostLead =
        "Every email ends with a link to its subscription. If you have none at hand, we can send you the links.";
    public const string Lost = "Get your links by email";
    public const string LostWebhooks =
        "The link of a webhook subscription was shown once, when it was made; it cannot be sent.";
    public const string LostDone =
        "If that address has subscriptions, we are sending it a link to each (at most three times an hour).";
    public const string BadLink =
        "This link is not valid. Use the one at the end of a newer email, or let us send you one.";

    public const string NoSuchDelivery = "This subscription has no such delivery.";
    public const string Calendar = "Your dates as a calendar";
    public const string CalendarHint = "Add this address to any calendar program. Everyone who has it can read it.";
    public const string Older = "Older ones";
    public const string Due = "Due";
    public const string What = "What";
    public const string Date = "Date";
    public const string State = "State";
    public const string Attempts = "Attempts";
    public const string Resend = "Send again";
    public const string RotateLead =
        "After you make a new secret, messages are signed with both for 24 hours, "
        + "so you can switch without losing any.";
    public const string RotatedNext =
        "For 24 hours messages are signed with both the new and the old secret, so you can switch without losing any.";
    public const string RecoverLead =
        "Alerts that fell due while your endpoint was disabled are kept for 14 days. "
        + "You can have those that still matter sent now.";
    public const string EndTitle = "End your alerts";
    public const string EndLead =
        "Nothing more is sent from then on. For 30 days you can undo it; then the address is erased.";
    public const string CancelLead = "If you do not want these alerts, cancel the request. Nothing more is sent.";
    public const string PendingMail =
        "Not confirmed yet. Open the email that we sent you and press Confirm on the page it links to.";
    public const string DisabledNote =
        "Your endpoint is disabled: it failed for days, or it answered 410. "
        + "Repair it, then send the verification again. Once it answers, alerts go out again.";

    public static string Superseded { get; } =
        "The date has changed since. That alert is no longer true, so it is not sent again.";

    public static string StillUnderWay { get; } =
        "That alert is still being sent. Only delivered, failed and expired ones can be sent again.";

    public const string NotAnAlert =
        "That is not an alert. Use the button below to send a test or the verification again.";
    public const string Waiting = "A verification is already waiting to be sent. The list below says when.";

    public const string SentOften =
        "Nothing was sent: the confirmation was sent three times within an hour already. "
        + "Look in the spam folder, or try again later.";

    /// <param name="answer">What came of the last attempt to get consent.</param>
    public static string LastAnswer(string at, int? status, string? answer) => status is { } code
        ? FormattableString.Invariant($"It answered {code} ({at}): {answer}")
        : $"The last attempt failed ({at}): {answer}";

    public static string EndAsk(string address) =>
        $"End this subscription of {address}? Nothing more is sent from then on.";

    public static string OldSecret(string until) => $"a replaced one, until {until}";

    /// <summary>What was just done, by the word in the URL; null for an unknown word.</summary>
    public static string? Done(string? word) => word switch
    {
        "saved" => "Saved.",
        "resumed" => SubscribeTexts.Undone,
        "tested" => "We are sending a message.",
        "resent" => "We are sending it again.",
        "recovered" => "We are sending what still matters.",
        "superseded" => Superseded,
        "underway" => StillUnderWay,
        "service" => NotAnAlert,
        "waiting" => Waiting,
        "often" => SentOften,
        _ => null,
    };

    public static string Kind(AlertKind kind) => kind switch
    {
        AlertKind.Reminder => "reminder",
        AlertKind.Rescheduled => "date moved",
        AlertKind.Cancelled => "date cancelled",
        _ => kind.Word(),
    };
}
