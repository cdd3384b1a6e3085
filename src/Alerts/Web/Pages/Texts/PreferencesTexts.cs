namespace Alerts.Web.Pages.Texts;

/// <summary>Texts of the forms to subscribe and to change a subscription.</summary>
internal static class PreferencesTexts
{
    public const string Channel = "Where to";
    public const string ByMail = "Email";
    public const string ByWebhook = "Webhook";
    public const string Address = "Your email address";
    public const string AddressHint = "We first send an email to confirm your address. Alerts start once you confirm.";
    public const string Url = "Address of your endpoint";
    public const string UrlHint =
        "An https address on the internet. It gets signed messages (Standard Webhooks); "
        + "the first one asks for its consent.";
    public const string Format = "Format";
    public const string Contact = "Email address to warn when it keeps failing (optional)";
    public const string ContactHint = "We ask it to confirm first.";
    public const string What = "Which dates";
    public const string WhatHint =
        "Choose topics, single dates or both. Choose nothing to follow every date, including future ones.";
    public const string EveryDate = "every date";
    public const string Topics = "Topics";
    public const string Dates = "Single dates";
    public const string Leads = "How long before";
    public const string LeadsHint =
        "Choose one or more. When a date moves or is cancelled, we always tell you at once.";
    public const string MoreLeads = "Other times";
    public const string MoreLeadsHint =
        "For example: 2 weeks, 90 minutes, 5 business days. US federal holidays are left out with 3BD/us-federal.";
    public const string When = "At what time";
    public const string Zone = "Time zone";
    public const string ZoneHint = "Type a city, such as Berlin or New York.";
    public const string At = "Hour";
    public const string AtHint = "For alerts that count in days.";
    public const string Quiet = "Quiet hours";
    public const string QuietHint =
        "Alerts due between them wait until they end, unless the date itself comes first. Leave both empty for none.";
    public const string QuietFrom = "From";
    public const string QuietTo = "Until";

    /// <summary>The leads offered as chips. Any other lead can be typed.</summary>
    public static readonly string[] UsualLeads = ["P30D", "P14D", "P7D", "P3D", "P1D", "3BD", "P0D", "PT1H", "PT0S"];

    public const string Preview = "What you will get";
    public const string PreviewButton = "Preview";
    public const string PreviewNone =
        "No alerts for the dates known today. You will hear of new dates as they are added.";
    public const string PreviewWaits = "Fill in the form to see every alert you would get.";
    public const string PreviewWrong = "To see your alerts:";

    public static string PreviewCount(int count) =>
        count == 1
            ? "1 alert for the dates known today."
            : FormattableString.Invariant($"{count} alerts for the dates known today.");

    public static string PreviewMore(int count) => FormattableString.Invariant($"and {count} more");

    public const string Wrong = "Please check the fields marked below.";
}
