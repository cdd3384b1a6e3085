using NodaTime.Text;
using NodaTime.TimeZones;

namespace Alerts.Dates.Calendars;

/// <summary>
/// Collects and writes the time zones of a calendar (<c>VTIMEZONE</c>, RFC 5545, section 3.6.5). For each zone it
/// writes only the periods of constant offset that contain the calendar's moments, and no recurrence rules for other
/// years.
/// </summary>
internal sealed class TimeZoneWriter
{
    /// <summary>
    /// The start of a zone's first period: before all dates. Calendar programs commonly write this year.
    /// </summary>
    private const string SinceEver = "16010101T000000";

    private static readonly InstantPattern Utc = InstantPattern.CreateWithInvariantCulture("uuuuMMdd'T'HHmmss'Z'");

    private readonly SortedDictionary<string, Dictionary<ZoneInterval,
        DateTimeZone>> stretches = new(StringComparer.Ordinal);

    public static string Write(Instant instant) => Utc.Format(instant);

    public void Add(KeyDate date)
    {
        Add(date.When);
        if (date.End is { } end)
        {
            Add(end);
        }
    }

    /// <summary>
    /// Writes a property with a timed moment, in its zone. It is written in UTC if the calendar does not contain that
    /// period of the zone, or if the local time occurs twice: RFC 5545 (section 3.3.5) means the earlier one, but not
    /// all programs follow it.
    /// </summary>
    /// <returns>Whether the written value names the moment's zone.</returns>
    public bool Write(ContentLineWriter text, string name, Moment moment)
    {
        var zone = moment.Zone;
        var local = moment.Start.InZone(zone).LocalDateTime;
        if (stretches.TryGetValue(zone.Id, out var known) && known.ContainsKey(zone.GetZoneInterval(moment.Start))
            && zone.MapLocal(local).Count == 1)
        {
            text.Line($"{name};TZID={zone.Id}", CalendarTime.TimeForm.Format(local));
            return true;
        }

        text.Line(name, Write(moment.Start));
        return zone.Id == "UTC";
    }

    public void Write(ContentLineWriter text)
    {
        foreach (var (id, known) in stretches)
        {
            text.Line("BEGIN", "VTIMEZONE");
            text.Line("TZID", id);
            foreach (var (stretch, zone) in known.OrderBy(one => one.Key.HasStart ? one.Key.Start : Instant.MinValue))
            {
                Write(text, stretch, zone);
            }

            text.Line("END", "VTIMEZONE");
        }
    }

    private static void Write(ContentLineWriter text, ZoneInterval stretch, DateTimeZone zone)
    {
        var before = stretch.HasStart ? zone.GetUtcOffset(stretch.Start - Duration.Epsilon) : stretch.WallOffset;
        var kind = stretch.Savings == Offset.Zero ? "STANDARD" : "DAYLIGHT";
        text.Line("BEGIN", kind);
        text.Line("DTSTART", stretch.HasStart
            ? CalendarTime.TimeForm.Format(stretch.Start.WithOffset(before).LocalDateTime) : SinceEver);
        text.Line("TZOFFSETFROM", Write(before));
        text.Line("TZOFFSETTO", Write(stretch.WallOffset));
        text.Text("TZNAME", stretch.Name);
        text.Line("END", kind);
    }

    private static string Write(Offset offset)
    {
        var seconds = Math.Abs(offset.Seconds);
        var sign = offset.Seconds < 0 ? '-' : '+';
        return $"{sign}{seconds / 3600:00}{seconds / 60 % 60:00}"
            + (seconds % 60 == 0 ? "" : $"{seconds % 60:00}");
    }

    private void Add(Moment moment)
    {
        if (moment.IsAllDay || moment.Zone.Id == "UTC")
        {
            return;
        }

        if (!stretches.TryGetValue(moment.Zone.Id, out var known))
        {
            stretches[moment.Zone.Id] = known = [];
        }

        known[moment.Zone.GetZoneInterval(moment.Start)] = moment.Zone;
    }
}
