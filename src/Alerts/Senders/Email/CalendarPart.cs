using Alerts.Dates;
using Ical.Net.CalendarComponents;
using Ical.Net.DataTypes;
using Ical.Net.Serialization;
using MimeKit;
using NodaTime;
using Calendar = Ical.Net.Calendar;

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
        var calendar = new Calendar { Method = "PUBLISH", ProductId = "-//Alerts//Alerts//EN" };
        calendar.Events.Add(Event(version, page, organizer));
        var text = new CalendarSerializer().SerializeToString(calendar)
            ?? throw new InvalidOperationException("a calendar with an event has a text");
        return CalendarLines.FoldedAgain(text);
    }

    private static CalendarEvent Event(DateVersion version, string page, string organizer)
    {
        var date = version.KeyDate;
        return new CalendarEvent
        {
            Uid = date.Id,
            Sequence = date.Revision - 1,
            DtStamp = Utc(version.RecordedAt),
            Organizer = new Organizer("mailto:" + organizer),
            Status = date.Status switch
            {
                DateStatus.Tentative => "TENTATIVE",
                DateStatus.Confirmed => "CONFIRMED",
                DateStatus.Cancelled => "CANCELLED",
                _ => throw new ArgumentOutOfRangeException(nameof(version), date.Status, "not a status"),
            },

            // A deadline takes nobody's time: it must not make its readers look busy.
            Transparency = "TRANSPARENT",
            Summary = PlainText.OneLine(date.Title),
            Description = date.Summary is { } summary ? PlainText.Lines(summary) : null,
            Categories = [.. date.Topics],
            Url = new Uri(date.Source ?? page),
            DtStart = date.When.IsAllDay ? Day(date.When.On) : Utc(date.Start),
            DtEnd = End(date),
        };
    }

    /// <summary>
    /// All-day: the day after the last, since it is exclusive. Timed: only where it ends later than it begins (RFC 5545,
    /// section 3.8.2.2).
    /// </summary>
    private static CalDateTime? End(KeyDate date) =>
        date.When.IsAllDay ? Day((date.End ?? date.When).On.PlusDays(1))
        : date.End is { } end && end.Start > date.Start ? Utc(end.Start)
        : null;

    private static CalDateTime Day(LocalDate on) => new(on.Year, on.Month, on.Day);

    /// <summary>
    /// Timed ones are written in UTC: an instant, so no reader's zone table can move it, and a time that a clock change
    /// makes twice stays the one that is meant.
    /// </summary>
    private static CalDateTime Utc(Instant instant) => new(instant.ToDateTimeUtc());
}
