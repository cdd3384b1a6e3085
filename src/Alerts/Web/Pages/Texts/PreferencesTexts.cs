namespace Alerts.Web.Pages.Texts;

/// <summary>Texts of the forms to subscribe and to change a subscription.</summary>
internal static class PreferencesTexts
{
    public const string Address = "Your email address";
    public const string AddressHint = "We first send an email to confirm your address. Alerts start once you confirm.";
    public const string UrlHint =
        "An https address on the internet. It gets signed messages (Standard Webhooks); "
        + "the first one asks for its consent.";
    public const string Contact = "Email address to warn when it keeps failing (optional)";
    public const string What = "Which dates";
    public const string WhatHint =
        "Choose topics, single dates or both. Choose nothing to follow every date, including future ones.";
    public const string MoreLeadsHint =
        "For example: 2 weeks, 90 minutes, 5 business days. To skip US federal holidays too, write 5BD/us-federal.";
    public const string When = "At what time";
    public const string ZoneHint = "Type a city, such as Berlin or New York.";
    public const string Quiet = "Quiet hours";
    public const string QuietHint =
        "Alerts due in these hours wait until they end, unless the date begins before then. Leave both empty for none.";

    /// <summary>The leads offered as chips. Any other lead can be typed.</summary>
    public static readonly string[] UsualLeads = ["P30D", "P14D", "P7D", "P3D", "P1D", "3BD", "P0D", "PT1H", "PT0S"];

    public const string Preview = "What you will get";
    public const string PreviewButton = "Preview";

    public static string PreviewCount(int count) =>
        count == 1
            ? "1 alert for the dates known today."
            : FormattableString.Invariant($"{count} alerts for the dates known today.");

    public static string PreviewMore(int count) => FormattableString.Invariant($"and {count} more");

    public static string UnreadableLead(string typed) => $"We cannot read “{typed}”.";

    public static string UnusableLead(string typed) =>
        $"“{typed}” is not possible. Choose at most 2 years or 500 business days, "
        + "and do not join months or years with hours.";

    public static string UnknownZone(string typed) =>
        typed.Length == 0 ? "Choose your time zone: type a city, such as Berlin or New York."
        : IsOffset(typed) ? $"“{typed}” does not say when the clocks change. "
            + "Type a city in that time zone, such as Berlin or New York."
        : $"We do not know the time zone “{typed}”. Type a large city by its English name, such as Munich or New York.";

    /// <summary>Whether a text is like <c>GMT+1</c>, <c>UTC -05:00</c> or <c>+2</c>.</summary>
    private static bool IsOffset(string typed) =>
        typed.IndexOfAny(['+', '-']) is >= 0 and var sign
        && typed[..sign].Trim().ToUpperInvariant() is "" or "GMT" or "UTC"
        && typed[(sign + 1)..].Trim() is { Length: > 0 } hours && hours.All(c => char.IsAsciiDigit(c) || c == ':');
}
