using System.Text;
using Alerts.Dates;
using Alerts.Dates.Calendars;

namespace Alerts.Tests.Support;

/// <summary>Writes dates as the product's calendar feeds do.</summary>
internal static class OurFeed
{
    public static string Of(IEnumerable<KeyDate> dates)
    {
        var all = dates.ToList();
        var text = new ContentLineWriter();
        var zones = new TimeZoneWriter();
        all.ForEach(zones.Add);
        CalendarHeader.BeginFeed(text, "All");
        zones.Write(text);
        all.ForEach(date =>
            EventWriter.Write(text, Version(date), "https://alerts.example.com/dates/" + date.Id, zones));
        CalendarHeader.End(text);
        return Encoding.UTF8.GetString(text.Written.Span);
    }

    private static DateVersion Version(KeyDate date) =>
        new(1, Instant.FromUtc(2026, 1, 1, 0, 0), Instant.FromUtc(2026, 1, 1, 0, 0), DateChange.Added, null, date);
}
