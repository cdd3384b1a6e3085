
namespace Alerts.Dates.Calendars;

/// <summary>
/// Writes a key date as a VEVENT (RFC 5545, section 3.6.1) for emails and feeds. The UID never changes, so calendar
/// programs move the existing event.
/// </summary>
internal static class EventWriter
{
    /// <param name="version">
    /// The newest version. Its recording time is the <c>DTSTAMP</c>; its revision minus one is the <c>SEQUENCE</c>.
    /// </param>
    /// <param name="page">The date's own page; it is the <c>URL</c> if the date has no source.</param>
    /// <param name="zones">The time zones of the calendar that contains the event.</param>
    /// <param name="organizer">
    /// An email address; null for none. RFC 5546 requires one in calendars published by email.
    /// </param>
    /// <param name="alarms">The alarms: an id and an instant each.</param>
    public static void Write(
        ContentLineWriter text, DateVersion version, string page, TimeZoneWriter zones, string? organizer = null,
        params IReadOnlyList<(string Id, Instant At)> alarms)
    {
        var date = version.KeyDate;
        text.Line("BEGIN", "VEVENT");
        text.Line("UID", date.Id);
        text.Line("SEQUENCE", $"{date.Revision - 1}");
        text.Line("DTSTAMP", TimeZoneWriter.Write(version.RecordedAt));
        text.Line("LAST-MODIFIED", TimeZoneWriter.Write(version.RecordedAt));
        WriteTimes(text, date, zones);
        text.Text("SUMMARY", PlainText.OneLine(date.Title));
        if (date.Summary is { } summary)
        {
            text.Text("DESCRIPTION", summary);
        }

        if (date.Topics.Count > 0)
        {
            text.Texts("CATEGORIES", date.Topics);
        }

        text.Line("STATUS", Status(date.Status));
        text.Line("TRANSP", "TRANSPARENT"); // a deadline must not make its readers appear busy
        var url = new Uri(date.Source ?? page).AbsoluteUri;
        text.Line("URL", url);
        OurMarks.WriteSource(text, date.Source, url);
        if (organizer is not null)
        {
            text.Line("ORGANIZER", "mailto:" + organizer);
        }

        foreach (var (id, at) in alarms)
        {
            WriteAlarm(text, id, at, date);
        }

        text.Line("END", "VEVENT");
    }

    /// <summary>
    /// Writes the start and end. An all-day end is exclusive: the day after the last day. A timed end is written only
    /// if it is later than the start (RFC 5545, section 3.8.2.2).
    /// </summary>
    private static void WriteTimes(ContentLineWriter text, KeyDate date, TimeZoneWriter zones)
    {
        if (date.When.IsAllDay)
        {
            text.Line("DTSTART;VALUE=DATE", CalendarTime.DayForm.Format(date.When.On));
            text.Line("DTEND;VALUE=DATE", CalendarTime.DayForm.Format((date.End ?? date.When).On.PlusDays(1)));
            OurMarks.WriteTimes(text, date, namesZone: false);
            return;
        }

        var namesZone = zones.Write(text, "DTSTART", date.When);
        if (date.End is { } end && end.Start > date.Start)
        {
            zones.Write(text, "DTEND", end);
        }

        OurMarks.WriteTimes(text, date, namesZone);
    }

    private static void WriteAlarm(ContentLineWriter text, string id, Instant at, KeyDate date)
    {
        text.Line("BEGIN", "VALARM");
        text.Line("UID", id);
        text.Line("ACTION", "DISPLAY");
        text.Text("DESCRIPTION", PlainText.OneLine(date.Title));
        text.Line("TRIGGER;VALUE=DATE-TIME", TimeZoneWriter.Write(at));
        text.Line("END", "VALARM");
    }

    private static string Status(DateStatus status) => status switch
    {
        DateStatus.Tentative => "TENTATIVE",
        DateStatus.Confirmed => "CONFIRMED",
        DateStatus.Cancelled => "CANCELLED",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "not a status"),
    };
}
