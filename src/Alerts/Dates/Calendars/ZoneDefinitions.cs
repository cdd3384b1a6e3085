namespace Alerts.Dates.Calendars;

/// <summary>The time zones that a file's calendars define. Each definition is parsed when it is first needed.</summary>
internal sealed class ZoneDefinitions
{
    private readonly Dictionary<CalendarObject, Dictionary<string, CalendarComponent>> own =
        new(ReferenceEqualityComparer.Instance);

    private readonly Dictionary<string, CalendarComponent> all = new(StringComparer.OrdinalIgnoreCase);

    private readonly Dictionary<CalendarComponent,
        (TimeZoneDefinition? Zone, string? Broken)> read = new(ReferenceEqualityComparer.Instance);

    public ZoneDefinitions(IEnumerable<CalendarObject> calendars)
    {
        foreach (var calendar in calendars)
        {
            var zones = own[calendar] = new(StringComparer.OrdinalIgnoreCase);
            foreach (var zone in calendar.TimeZones)
            {
                var id = zone.First("TZID")?.Text.Trim().Trim('"') ?? "";
                zones.TryAdd(id, zone);
                all.TryAdd(id, zone);
            }
        }
    }

    /// <summary>
    /// Finds the definition of a TZID: the calendar's own, otherwise that of another calendar in the file; null when
    /// there is none.
    /// </summary>
    /// <param name="broken">Why the definition cannot be read; null when it can be read or does not exist.</param>
    public TimeZoneDefinition? Find(CalendarObject calendar, string id, out string? broken)
    {
        broken = null;
        if (!own[calendar].TryGetValue(id.Trim(), out var found) && !all.TryGetValue(id.Trim(), out found))
        {
            return null;
        }

        if (!read.TryGetValue(found, out var result))
        {
            try
            {
                result = (TimeZoneDefinition.Of(found), null);
            }
            catch (FormatException e)
            {
                result = (null, e.Message);
            }

            read[found] = result;
        }

        broken = result.Broken;
        return result.Zone;
    }
}
