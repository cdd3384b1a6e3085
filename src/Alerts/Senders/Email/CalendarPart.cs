using System.Text;
using Alerts.Dates;
using Alerts.Dates.Calendars;
using MimeKit;

namespace Alerts.Senders.Email;

/// <summary>
/// The date as an attached calendar entry (RFC 5545, published by RFC 5546 section 3.2.1): a later one of the same UID takes
/// the place of an earlier.
/// </summary>
internal static class CalendarPart
{
    /// <param name="version">The newest: its recording is the <c>DTSTAMP</c>, its revision less one the <c>SEQUENCE</c>.</param>
    /// <param name="page">The date's own page, for <c>URL</c> where it has no source.</param>
    /// <param name="organizer">A mail address; RFC 5546 wants one in what is published.</param>
    public static MimePart Of(DateVersion version, string page, string organizer)
    {
        var text = new TextPart("calendar") { Text = Text(version, page, organizer), ContentTransferEncoding = ContentEncoding.Base64 };
        text.ContentType.Parameters.Add("method", "PUBLISH");
        text.ContentType.Name = version.KeyDate.Id + ".ics";
        text.ContentDisposition = new ContentDisposition(ContentDisposition.Attachment) { FileName = version.KeyDate.Id + ".ics" };
        return text;
    }

    /// <summary>The entry alone, as RFC 5545 writes it.</summary>
    public static string Text(DateVersion version, string page, string organizer)
    {
        var text = new ContentLineWriter();
        var zones = new TimeZoneWriter();
        zones.Add(version.KeyDate);
        CalendarHeader.BeginPublished(text);
        zones.Write(text);
        EventWriter.Write(text, version, page, zones, organizer);
        CalendarHeader.End(text);
        return Encoding.UTF8.GetString(text.Written.Span);
    }
}
