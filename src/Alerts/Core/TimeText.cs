using NodaTime.Text;

namespace Alerts.Core;

/// <summary>Reads and writes days, times of day, instants and durations in their exact formats.</summary>
internal static class TimeText
{
    /// <summary>
    /// First year accepted for days and instants. The limits are far enough from the ends of the calendar that no lead
    /// or zone offset can leave it.
    /// </summary>
    public const int FirstYear = 1900;
    public const int LastYear = 9998;

    /// <summary>The form of a time of day, <c>HH:MM</c>.</summary>
    public static readonly LocalTimePattern Minutes = LocalTimePattern.CreateWithInvariantCulture("HH':'mm");

    public static string Write(LocalDate on) => LocalDatePattern.Iso.Format(on);

    public static string Write(LocalTime at) => Minutes.Format(at);

    /// <summary>Formats an instant as RFC 3339 in UTC, with fractions only when they are not zero.</summary>
    public static string Write(Instant instant) => InstantPattern.ExtendedIso.Format(instant);

    /// <summary>Formats a duration in ISO 8601, in seconds at the finest, such as <c>PT6H</c> or <c>P1D</c>.</summary>
    public static string Write(Duration span) =>
        PeriodPattern.NormalizingIso.Format(Period.FromSeconds((long)span.TotalSeconds).Normalize());

    /// <summary>
    /// Parses an ISO 8601 duration of weeks, days, hours, minutes and seconds; null when it is none, or out of range.
    /// </summary>
    public static Duration? Span(string text, Duration atLeast, Duration atMost)
    {
        try
        {
            return PeriodPattern.NormalizingIso.Parse(text) is { Success: true, Value: { Years: 0, Months: 0 } period }
                && period.ToDuration() is var span && span >= atLeast && span <= atMost ? span : null;
        }
        catch (OverflowException)
        {
            return null; // thousands of years
        }
    }

    public static bool IsInRange(LocalDate on) => on.Year is >= FirstYear and <= LastYear;

    /// <summary>A day; null when absent or (with a problem) invalid.</summary>
    public static LocalDate? Day(JsonObjectReader fields, string name) =>
        Read(fields, name, LocalDatePattern.Iso, IsInRange, NotADay);

    /// <summary>What is wrong with a text that is not a day in range, and what to write instead.</summary>
    public static string NotADay(string text) =>
        LocalDatePattern.Iso.Parse(text).Success || HasDayForm(text)
            ? $"{Problem.Quote(text)} is not a day of the calendar between {FirstYear} and {LastYear}; "
                + "write one as YYYY-MM-DD."
            : $"{Problem.Quote(text)} is not a date; write it as YYYY-MM-DD, such as 2025-11-10.";

    /// <summary>A time of day; null when absent or (with a problem) invalid.</summary>
    public static LocalTime? Time(JsonObjectReader fields, string name) => Read(
        fields, name, Minutes, _ => true,
        text => $"{Problem.Quote(text)} is not a time of day; write it as HH:MM, from 00:00 to 23:59.");

    /// <summary>An instant with an offset (RFC 3339); null when absent or (with a problem) invalid.</summary>
    public static Instant? Moment(JsonObjectReader fields, string name) => Read(
        fields, name, OffsetDateTimePattern.Rfc3339, moment => IsInRange(moment.Date),
        text => $"{Problem.Quote(text)} is not an instant; write it as 2025-11-10T05:01:00Z.")?.ToInstant();

    private static T? Read<T>(
        JsonObjectReader fields, string name, IPattern<T> pattern, Func<T, bool> isInRange, Func<string, string> wrong)
        where T : struct
    {
        if (fields.Text(name) is not { } text)
        {
            return null;
        }

        if (pattern.Parse(text) is { Success: true, Value: var value } && isInRange(value))
        {
            return value;
        }

        fields.Refuse(name, wrong(text));
        return null;
    }

    private static bool HasDayForm(string text) =>
        text.Length == 10 && text.Index().All(c => c.Index is 4 or 7 ? c.Item == '-' : char.IsAsciiDigit(c.Item));
}
