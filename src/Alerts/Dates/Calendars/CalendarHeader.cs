namespace Alerts.Dates.Calendars;

/// <summary>
/// Writes the beginning and end of each calendar we create (<c>VCALENDAR</c>, RFC 5545, section 3.4).
/// </summary>
internal static class CalendarHeader
{
    /// <summary>
    /// How often subscribed programs should refresh a feed, written as REFRESH-INTERVAL (RFC 7986, section 5.7) and as
    /// Outlook's X-PUBLISHED-TTL.
    /// </summary>
    private const string RefreshEvery = "PT1H";

    /// <summary><c>PRODID</c> of calendars that this service writes; our reader recognizes them by it.</summary>
    public const string ProductId = "-//Alerts//Alerts//EN";

    /// <summary>Begins a calendar sent by email, with METHOD:PUBLISH (RFC 5546, section 3.2.1).</summary>
    public static void BeginPublished(ContentLineWriter text)
    {
        Begin(text);
        text.Line("METHOD", "PUBLISH");
    }

    /// <summary>Begins a calendar to subscribe to.</summary>
    public static void BeginFeed(ContentLineWriter text, string name)
    {
        Begin(text);
        text.Text("NAME", name);
        text.Text("X-WR-CALNAME", name);
        text.Line("REFRESH-INTERVAL;VALUE=DURATION", RefreshEvery);
        text.Line("X-PUBLISHED-TTL", RefreshEvery);
    }

    public static void End(ContentLineWriter text) => text.Line("END", "VCALENDAR");

    private static void Begin(ContentLineWriter text)
    {
        text.Line("BEGIN", "VCALENDAR");
        text.Line("VERSION", "2.0");
        text.Line("PRODID", ProductId);
        text.Line("CALSCALE", "GREGORIAN");
    }
}
