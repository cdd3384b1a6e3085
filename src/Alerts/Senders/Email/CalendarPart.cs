using System.Text;
using Alerts.Dates;
using Alerts.Dates.Calendars;
using MimeKit;

namespace Alerts.Senders.Email;

/// <summary>
/// The dates of alerts as an attached calendar (RFC 5545, published by RFC 5546 section 3.2.1), an event for each: a
/// later one of the same UID takes the place of an earlier.
/// </summary>
internal static class CalendarPart
{
    public static MimePart Of(AttachedCalendar calendar)
    {
        var text = new TextPart("calendar")
        {
            Text = calendar.Text,
            ContentTransferEncoding = ContentEncoding.Base64,
        };
        text.ContentType.Parameters.Add("method", "PUBLISH");
        text.ContentType.Name = calendar.FileName;
        text.ContentDisposition = new ContentDisposition(ContentDisposition.Attachment)
        {
            FileName = calendar.FileName,
        };
        return text;
    }

    /// <summary>The calendar as RFC 5545 writes it.</summary>
    /// <param name="versions">
    /// The newest of each date: its recording is the <c>DTSTAMP</c>, its revision less one the <c>SEQUENCE</c>.
    /// </param>
    /// <param name="page">A date's own page, for <c>URL</c> where it has no source.</param>
    /// <param name="organizer">A mail address; RFC 5546 wants one in what is published.</param>
    public static AttachedCalendar Text(
        IReadOnlyList<DateVersion> versions, Func<KeyDate, string> page, string organizer) => new(
        versions.Count == 1 ? versions[0].KeyDate.Id + ".ics" : "dates.ics", Written(versions, page, organizer));

    private static string Written(IReadOnlyList<DateVersion> versions, Func<KeyDate, string> page, string organizer)
    {
        var text = new ContentLineWriter();
        var zones = new TimeZoneWriter();
        foreach (var version in versions)
        {
            zones.Add(version.KeyDate);
        }

        CalendarHeader.BeginPublished(text);
        zones.Write(text);
        foreach (var version in versions)
        {
            EventWriter.Write(text, version, page(version.KeyDate), zones, organizer);
        }

        CalendarHeader.End(text);
        return Encoding.UTF8.GetString(text.Written.Span);
    }
}

/// <summary>A calendar to attach, under its file name.</summary>
internal sealed record AttachedCalendar(string FileName, string Text);
