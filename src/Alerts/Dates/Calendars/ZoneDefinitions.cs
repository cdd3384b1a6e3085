namespace Alerts.Dates.Calendars;

/// <summary>The time zones that a file's calendars define. Each definition is parsed when it is first needed.</summary>
internal sealed class ZoneDefinitions(IReadOnlyList<CalendarObject> calendars)
{
    private readonly Dictionary<CalendarComponent,
        (TimeZoneDefinition? Zone, string? Broken)> read = new(ReferenceEqualityComparer.Instance);

    /// <summary>
    /// Finds the definition of a TZID: the calendar's own, otherwise that of another calendar in the file; null when
    /// there is none.
    /// </summary>
    /// <param name="broken">Why the definition cannot be read; null when it can be read or does not exist.</param>
    public TimeZoneDefinition? Find(CalendarObject calendar, string id, out string? broken)
    {
        broken = null;
        var found = calendars.Where(one => one != calendar).Prepend(calendar).SelectMany(one => one.TimeZones)
            .FirstOrDefault(zone =>
                (zone.First("TZID")?.Text.Trim().Trim('"') ?? "")
                    .Equals(id.Trim(), StringComparison.OrdinalIgnoreCase));
        if (found is null)
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
