using System.Text;
using Alerts.Dates;
using Alerts.Dates.Calendars;
using MimeKit;

namespace Alerts.Senders.Email;

/// <summary>
/// Attaches the dates of alerts as a calendar (RFC 5545, published as in RFC 5546, section 3.2.1) with one event per
/// date. A later event with the same UID replaces an earlier one.
/// </summary>
internal static class CalendarPart
{
    public static MimePart Of(AttachedCalendar calendar)
    {
        var text = new TextPart("calendar") { Text = calendar.Text, ContentTransferEncoding = ContentEncoding.Base64 };
        text.ContentType.Parameters.Add("method", "PUBLISH");
        text.ContentType.Name = calendar.FileName;
        text.ContentDisposition = new ContentDisposition(ContentDisposition.Attachment)
        {
            FileName = calendar.FileName,
        };
        return text;
    }

    /// <summary>Writes the calendar in RFC 5545 format.</summary>
    /// <param name="versions">
    /// The newest version of each date. When it was recorded is the <c>DTSTAMP</c>; its revision minus
    /// one is the <c>SEQUENCE</c>.
    /// </param>
    /// <param name="page">The date's own page, used as <c>URL</c> if the date has no source.</param>
    /// <param name="organizer">An email address, which RFC 5546 requires in a published calendar.</param>
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

/// <summary>A calendar attachment and its file name.</summary>
internal sealed record AttachedCalendar(string FileName, string Text);
