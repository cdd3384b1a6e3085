using Alerts.Dates;
using NodaTime.Text;

namespace Alerts.Senders;

/// <summary>Formats days and times for people, in English on any machine culture.</summary>
internal static class TimeWords
{
    private static readonly LocalDatePattern Day = LocalDatePattern.CreateWithInvariantCulture("d MMM uuuu");
    private static readonly LocalDatePattern DayOfYear = LocalDatePattern.CreateWithInvariantCulture("d MMM");
    private static readonly LocalDatePattern DayOfMonth = LocalDatePattern.CreateWithInvariantCulture("%d");
    private static readonly LocalDatePattern Weekday = LocalDatePattern.CreateWithInvariantCulture("dddd");
    private static readonly OffsetPattern FromUtc = OffsetPattern.CreateWithInvariantCulture("+HH:mm");

    /// <summary>A zone's place name: <c>New York</c> for <c>America/New_York</c>.</summary>
    public static string Place(DateTimeZone zone) => Zones.Place(zone.Id);

    /// <summary>A date: <c>10 Nov 2025</c>.</summary>
    public static string Of(LocalDate on) => Day.Format(on);

    /// <summary>A date without its year: <c>10 Nov</c>.</summary>
    public static string DayAndMonth(LocalDate on) => DayOfYear.Format(on);

    /// <summary>A time of day: <c>09:00</c>.</summary>
    public static string Of(LocalTime time) => TimeText.Write(time);

    /// <summary>An instant in the reader's zone: <c>10 Nov 2025, 00:01 New York</c>.</summary>
    public static string Of(Instant instant, DateTimeZone reader) => $"{Of(Local(instant, reader))} {Place(reader)}";

    /// <summary><c>5 Dec 2026, 12:19 (New York)</c>: the end of a time span, for use in a sentence.</summary>
    public static string Until(Instant instant, DateTimeZone reader) =>
        $"{Of(Local(instant, reader))} ({Place(reader)})";

    /// <summary>
    /// When a key date is, for a subject: <c>10 Nov 2025, 00:01 New York</c> in the reader's zone,
    /// <c>1 Nov 2025</c> for an all-day date (without a zone, because it means that day in every zone),
    /// <c>31 Oct to 1 Nov 2025</c> for several days.
    /// </summary>
    public static string Of(KeyDate date, DateTimeZone reader) =>
        date.When.IsAllDay
            ? Range(date.When.On, (date.End ?? date.When).On)
            : Range(Local(date.Start, reader), Local((date.End ?? date.When).Start, reader)) + " " + Place(reader);

    /// <summary>
    /// When a key date is, for a body: a line in the reader's zone with weekday and UTC offset, and a second line in
    /// the date's own zone if it differs.
    /// </summary>
    public static IReadOnlyList<string> Lines(KeyDate date, DateTimeZone reader)
    {
        var own = date.When.Zone;
        if (date.When.IsAllDay)
        {
            var days = $"{Weekday.Format(date.When.On)}, {Of(date, own)}, all day in {Place(own)}";
            return reader.Id == own.Id
                ? [days] : [days, $"{Range(Local(date.Start, reader), Local(date.Over, reader))} {Place(reader)}"];
        }

        return reader.Id == own.Id ? [Line(date, own)] : [Line(date, reader), Line(date, own)];
    }

    /// <summary>
    /// <c>10 Nov 2025</c>, <c>18 to 19 Nov 2026</c>, <c>31 Oct to 1 Nov 2025</c>, <c>31 Dec 2025 to 1 Jan 2026</c>.
    /// </summary>
    private static string Range(LocalDate first, LocalDate last)
    {
        if (first == last)
        {
            return Of(first);
        }

        var start = first.Year != last.Year ? Day : first.Month != last.Month ? DayOfYear : DayOfMonth;
        return $"{start.Format(first)} to {Of(last)}";
    }

    /// <summary>
    /// <c>10 Nov 2025, 09:00</c>, <c>10 Nov 2025, 09:00 to 17:00</c>, <c>10 Nov 2025, 09:00 to 11 Nov 2025, 17:00</c>.
    /// </summary>
    private static string Range(LocalDateTime first, LocalDateTime last) =>
        first == last ? Of(first)
        : first.Date == last.Date ? $"{Of(first)} to {Of(last.TimeOfDay)}"
        : $"{Of(first)} to {Of(last)}";

    private static string Line(KeyDate date, DateTimeZone zone)
    {
        var start = date.Start.InZone(zone);
        var offset = start.Offset == Offset.Zero ? "" : FromUtc.Format(start.Offset);
        return $"{Weekday.Format(start.Date)}, {Of(date, zone)} (UTC{offset})";
    }

    private static string Of(LocalDateTime local) => $"{Of(local.Date)}, {Of(local.TimeOfDay)}";

    private static LocalDateTime Local(Instant instant, DateTimeZone zone) => instant.InZone(zone).LocalDateTime;
}
