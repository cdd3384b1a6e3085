namespace Alerts.Dates;

/// <summary>How every calendar of ours begins and ends (<c>VCALENDAR</c>, RFC 5545, section 3.4).</summary>
internal static class ICalendarHead
{
    /// <summary>How often a program that subscribes to a calendar need look; in both of the ways that programs know (RFC 7986, section 5.7).</summary>
    private const string RefreshEvery = "PT1H";

    /// <summary>A calendar that comes by mail: what it holds is published (RFC 5546, section 3.2.1).</summary>
    public static void BeginPublished(ICalendarText text)
    {
        Begin(text);
        text.Line("METHOD", "PUBLISH");
    }

    /// <summary>A calendar to subscribe to.</summary>
    public static void BeginFeed(ICalendarText text, string name)
    {
        Begin(text);
        text.Text("NAME", name);
        text.Text("X-WR-CALNAME", name);
        text.Line("REFRESH-INTERVAL;VALUE=DURATION", RefreshEvery);
        text.Line("X-PUBLISHED-TTL", RefreshEvery);
    }

    public static void End(ICalendarText text) => text.Line("END", "VCALENDAR");

    private static void Begin(ICalendarText text)
    {
        text.Line("BEGIN", "VCALENDAR");
        text.Line("VERSION", "2.0");
        text.Line("PRODID", "-//Alerts//Alerts//EN");
        text.Line("CALSCALE", "GREGORIAN");
    }
}
