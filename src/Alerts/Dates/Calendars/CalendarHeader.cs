namespace Alerts.Dates.Calendars;

/// <summary>How every calendar of ours begins and ends (<c>VCALENDAR</c>, RFC 5545, section 3.4).</summary>
internal static class CalendarHeader
{
    /// <summary>
    /// How often subscribed programs should read a feed again, as RFC 7986 (section 5.7) and Outlook name it.
    /// </summary>
    private const string RefreshEvery = "PT1H";

    /// <summary><c>PRODID</c> of calendars that this service writes; the reader knows them by it.</summary>
    public const string ProductId = "-//Alerts//Alerts//EN";

    /// <summary>A calendar that comes by mail: what it holds is published (RFC 5546, section 3.2.1).</summary>
    public static void BeginPublished(ContentLineWriter text)
    {
        Begin(text);
        text.Line("METHOD", "PUBLISH");
    }

    /// <summary>A calendar to subscribe to.</summary>
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
