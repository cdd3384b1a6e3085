namespace Alerts.Dates.Calendars;

/// <summary>
/// Reads all-day events as Outlook writes them: from midnight to midnight of a zone, with a property that says so.
/// </summary>
internal static class OutlookAllDay
{
    private static readonly string[] Flags = ["X-MICROSOFT-CDO-ALLDAYEVENT", "X-MICROSOFT-MSNCALENDAR-ALLDAYEVENT"];

    /// <summary>
    /// Turns DTSTART and DTEND of such an event into days, or DTSTART alone when it has a DURATION of days. An event
    /// that has the property but other times keeps them; so does one in UTC, whose midnight is hardly that of its
    /// organizer.
    /// </summary>
    public static void Apply(CalendarComponent item)
    {
        List<CalendarProperty> times = [.. item.All("DTSTART"), .. item.All("DTEND")];
        if (Flags.Any(flag => item.First(flag)?.Trimmed.Equals("TRUE", StringComparison.OrdinalIgnoreCase) == true)
            && item.First("DTSTART") is { } start && times.All(IsMidnight)
            && (item.First("DTEND") is { } end ? ZoneOf(start) == ZoneOf(end)
                : item.Filled("DURATION") is { } length && EventTimes.IsInDays(length.Trimmed)))
        {
            times.ForEach(time => item.Replace(time, AsDay(time)));
        }
    }

    private static bool IsMidnight(CalendarProperty time) =>
        CalendarTime.Parse(time.Trimmed) is { IsDay: false, IsUtc: false } at
        && at.Local.TimeOfDay == LocalTime.Midnight;

    private static string ZoneOf(CalendarProperty time) => time.Parameters.GetValueOrDefault("TZID", "");

    private static CalendarProperty AsDay(CalendarProperty time) => time with
    {
        Parameters = new Dictionary<string, string>(time.Parameters, StringComparer.Ordinal) { ["VALUE"] = "DATE" },
    };
}
