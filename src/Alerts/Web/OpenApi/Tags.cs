namespace Alerts.Web.OpenApi;

/// <summary>
/// The groups in which the API document lists its operations. A route with a tag is part of the document.
/// </summary>
internal static class Tags
{
    public const string Dates = "Key dates";
    public const string Sources = "Sources";
    public const string Subscriptions = "Subscriptions";
    public const string Deliveries = "Deliveries";
    public const string Feeds = "Calendars and feeds";
    public const string Links = "Links in emails";
    public const string Webhooks = "Webhooks";
    public const string Service = "Service";

    public static readonly (string Name, string Description)[] All =
    [
        (Dates, "Events and their dates."),
        (Sources, "Calendars and registers that key dates are read from, and proposed changes."),
        (Subscriptions, "Who is notified, of which key dates, and when."),
        (Deliveries, "Messages and their delivery state."),
        (Feeds, "For calendar apps and feed readers."),
        (Links, "Targets of the links in emails."),
        (Webhooks, "Signed requests to the endpoints of webhook subscriptions."),
        (Service, "The state of the service."),
    ];
}
