namespace Alerts.Web.Pages.Texts;

/// <summary>Texts for the contact of a webhook, who is warned when its endpoint keeps failing.</summary>
internal static class ContactTexts
{
    public const string ConfirmTitle = "Confirm these warnings";
    public const string ConfirmButton = "Confirm";
    public const string ConfirmedTitle = "Confirmed";
    public const string Confirmed =
        "We email this address when the endpoint has failed for 6 hours. Every warning has a link to stop them.";
    public const string StopTitle = "Stop these warnings";
    public const string StopButton = "Stop the warnings";
    public const string StoppedTitle = "Warnings stopped";
    public const string Stopped = "No more warnings are sent to this address.";

    /// <param name="endpoint">Scheme and host only, because paths often contain secrets.</param>
    public static string ConfirmAsk(string address, string endpoint) =>
        $"{address} was named to be warned when the webhook endpoint {endpoint} keeps failing. "
        + "Confirm to get these warnings. If you do not want them, close this page; nothing will be sent.";

    /// <param name="endpoint">Scheme and host only, because paths often contain secrets.</param>
    public static string StopAsk(string address, string endpoint) =>
        $"Send no more warnings about the webhook endpoint {endpoint} to {address}? Its subscription goes on.";
}
