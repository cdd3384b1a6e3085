
namespace Alerts.Dates.Calendars;

/// <summary>
/// Custom properties in the calendars we write, for what iCalendar cannot express: the zone of an all-day date, an end
/// on the start day, a date without a source. With them, importing <c>/calendar.ics</c> gives the dates that were
/// written. Other programs keep these properties when they edit an event, so each one counts only if the standard
/// property it belongs to still agrees with it.
/// </summary>
internal static class OurMarks
{
    private const string Zone = "X-ALERTS-TIMEZONE";
    private const string Start = "X-ALERTS-START";
    private const string Last = "X-ALERTS-END";
    private const string Origin = "X-ALERTS-SOURCE";

    /// <summary>Writes what DTSTART and DTEND of a date cannot express.</summary>
    public static void WriteTimes(ContentLineWriter text, KeyDate date, bool namesZone)
    {
        var when = date.When;
        if (when.IsAllDay || !namesZone)
        {
            text.Line(Zone, when.Zone.Id);
        }

        if (when.At is { } at && when.Start.InZone(when.Zone).LocalDateTime != when.On + at)
        {
            text.Line(Start, Written(when)); // a local time that does not exist
        }

        if (date.End is { } end
            && (end.On == when.On || (end.At is { } last && end.Start.InZone(end.Zone).LocalDateTime != end.On + last)))
        {
            text.Line(Last, Written(end));
        }
    }

    /// <summary>
    /// Writes the source if URL does not hold it exactly: there is no source, or it contains characters not allowed in
    /// a URI.
    /// </summary>
    public static void WriteSource(ContentLineWriter text, string? source, string url)
    {
        if (source != url)
        {
            text.Line(Origin, source ?? "");
        }
    }

    /// <summary>Returns the zone that our property names; null when there is none.</summary>
    public static DateTimeZone? ZoneOf(CalendarComponent of) =>
        of.Filled(Zone)?.Trimmed is { } id ? Zones.Find(id) : null;

    /// <summary>Returns the start of an event, with the zone and local time that our properties name.</summary>
    public static Moment When(CalendarComponent of, ResolvedTime begins, List<string> notes)
    {
        var when = begins.Moment;
        if (of.Filled(Zone)?.Trimmed is { } id)
        {
            if (Zones.Find(id) is not { } zone)
            {
                notes.Add($"has an {Zone} that is no time zone, {Problem.Quote(id)}; {when.Zone.Id} was taken.");
            }
            else
            {
                when = when.IsAllDay ? when with { Zone = zone }
                    : Same(ResolvedTime.ToMoment(LocalTimes.ToLocal(begins.At, zone), zone), when);
            }
        }

        return Local(of, Start, when) is { } local && local.Start == when.Start ? local : when;
    }

    /// <summary>Returns the end when DTEND alone does not express it; null otherwise.</summary>
    public static Moment? End(CalendarComponent of, Moment when, ResolvedTime ends)
    {
        if (Local(of, Last, when) is not { } end || MomentJson.IsBefore(end, when))
        {
            return null;
        }

        var isSame = when.IsAllDay ? end.On.PlusDays(1) == ends.Moment.On || end.On == ends.Moment.On
            : end.Start == ends.Moment.Start;
        return isSame ? end : null;
    }

    /// <summary>
    /// Whether our property states the source; <paramref name="source"/> is null when it states that there is none.
    /// </summary>
    /// <param name="url">The value of URL.</param>
    public static bool SaysSource(CalendarComponent of, string url, out string? source)
    {
        source = null;
        if (of.First(Origin)?.Trimmed is not { } mark)
        {
            return false;
        }

        source = mark.Length == 0 ? null : mark;
        return source is null
            ? url.EndsWith("/dates/" + of.First("UID")?.Text.Trim(), StringComparison.Ordinal)
            : Uri.TryCreate(source, UriKind.Absolute, out var uri) && uri.AbsoluteUri == url
                && PlainText.IsWebAddress(source);
    }

    private static Moment Same(Moment found, Moment written) => found.Start == written.Start ? found : written;

    private static string Written(Moment moment) =>
        moment.At is { } at ? CalendarTime.TimeForm.Format(moment.On + at) : CalendarTime.DayForm.Format(moment.On);

    private static Moment? Local(CalendarComponent of, string name, Moment when) =>
        of.Filled(name) is { } property && CalendarTime.Parse(property.Trimmed) is { IsUtc: false } time
            && time.IsDay == when.IsAllDay && TimeText.IsInRange(time.Local.Date)
            ? new Moment(time.Local.Date, time.IsDay ? null : time.Local.TimeOfDay, when.Zone)
            : null;
}
