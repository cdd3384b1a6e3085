using System.Text;
using Alerts.Dates;
using Alerts.Dates.Calendars;
using CsCheck;
using Ical.Net.CalendarComponents;
using Ical.Net.DataTypes;
using Ical.Net.Serialization;

namespace Alerts.Tests.Dates.Calendars;

/// <summary>
/// Calendars written by a published library, with its folding, escapes and zones, are read as intended.
/// </summary>
public sealed class CalendarsOfIcalNetTests
{
    [Fact]
    public void What_ical_net_writes_is_read_as_meant() => AnyKeyDate.Any.Sample(date =>
    {
        var file = CalendarFile.Read(Encoding.UTF8.GetBytes(Written(date)), zone: null);
        Assert.Empty(file.Errors);
        var read = Assert.Single(file.Dates).Against(null, null).OrThrow().Wanted!; // the event is not cancelled
        Assert.Equal(date.Id, read.Id);
        Assert.Equal(date.Title, read.Title);
        // RFC 5545 has one kind of line break and no separate carriage return. Everything else except blank topics is
        // kept.
        Assert.Equal(date.Summary?.Replace("\r\n", "\n", StringComparison.Ordinal),
            read.Summary?.Replace("\r\n", "\n", StringComparison.Ordinal));
        Assert.Equal(date.Topics.Order(StringComparer.Ordinal), read.Topics.Order(StringComparer.Ordinal));
        Assert.Equal(date.When, read.When);
        Assert.Equal(date.End is { } end && end.On > date.When.On ? end : null, read.End);
        Assert.Equal(date.Status, read.Status);
    }, iter: 300);

    private static string Written(KeyDate date)
    {
        var calendar = new Ical.Net.Calendar();
        calendar.AddProperty("X-WR-TIMEZONE", date.When.Zone.Id);
        var item = new CalendarEvent
        {
            Uid = date.Id,
            Summary = date.Title,
            Description = date.Summary,
            Categories = [.. date.Topics],
            Status = date.Status.Word().ToUpperInvariant(),
            DtStamp = new CalDateTime(2025, 10, 25, 12, 0, 0, "UTC"),
            Start = Time(date.When, date.When.On),
            End = date.End is { } end ? Time(end, end.IsAllDay ? end.On.PlusDays(1) : end.On) : null,
        };
        calendar.Events.Add(item);
        return new CalendarSerializer().SerializeToString(calendar)!;
    }

    private static CalDateTime Time(Moment moment, LocalDate on) => moment.At is { } at
        ? new CalDateTime(on.Year, on.Month, on.Day, at.Hour, at.Minute, 0, moment.Zone.Id)
        : new CalDateTime(on.Year, on.Month, on.Day);
}
