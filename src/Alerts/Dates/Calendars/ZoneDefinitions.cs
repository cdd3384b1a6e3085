namespace Alerts.Dates.Calendars;

/// <summary>The time zones that the calendars of a file define, read when they are first asked for.</summary>
internal sealed class ZoneDefinitions(IReadOnlyList<CalendarObject> calendars)
{
    private readonly Dictionary<CalendarComponent,
        (TimeZoneDefinition? Zone, string? Broken)> read = new(ReferenceEqualityComparer.Instance);

    /// <summary>
    /// The definition of an id: the calendar's own, else that of another calendar of the file; null when there is none.
    /// </summary>
    /// <param name="broken">Why the definition cannot be read; null when it can, or when there is none.</param>
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
