using NodaTime.Text;

namespace Alerts.Dates.Calendars;

/// <summary>
/// A DATE or DATE-TIME value (RFC 5545, sections 3.3.4 and 3.3.5) as written, before a zone is applied.
/// </summary>
/// <param name="IsDay">Whether the value has no time of day; <paramref name="Local"/> is then midnight.</param>
/// <param name="IsUtc">Whether the value ends in <c>Z</c>.</param>
internal sealed record CalendarTime(LocalDateTime Local, bool IsDay, bool IsUtc)
{
    /// <summary>The form of a DATE.</summary>
    public static readonly LocalDatePattern DayForm = LocalDatePattern.CreateWithInvariantCulture("uuuuMMdd");

    /// <summary>The form of a local DATE-TIME.</summary>
    public static readonly LocalDateTimePattern TimeForm =
        LocalDateTimePattern.CreateWithInvariantCulture("uuuuMMdd'T'HHmmss");

    /// <summary>
    /// Parses a value; returns null when it is neither a day nor a time. Second 60 is read as 59 (RFC 5545, section
    /// 3.3.12), missing seconds as 0.
    /// </summary>
    public static CalendarTime? Parse(string text)
    {
        var value = text.Trim().ToUpperInvariant();
        if (DayForm.Parse(value) is { Success: true } day)
        {
            return new CalendarTime(day.Value.AtMidnight(), IsDay: true, IsUtc: false);
        }

        var isUtc = value.EndsWith('Z');
        var time = isUtc ? value[..^1] : value;
        time = time.Length == 13 ? time + "00" : time;
        time = time.Length == 15 && time.EndsWith("60", StringComparison.Ordinal) ? time[..^2] + "59" : time;
        return TimeForm.Parse(time) is { Success: true } local
            ? new CalendarTime(local.Value, IsDay: false, isUtc) : null;
    }

    /// <summary>Returns the instant of a DTSTAMP or LAST-MODIFIED, both in UTC; null when it cannot be read.</summary>
    public static Instant? Stamp(CalendarProperty? property) =>
        property is not null && Parse(property.Trimmed) is { IsDay: false } time ? time.Local.InUtc().ToInstant()
            : null;
}
