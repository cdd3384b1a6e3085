using NodaTime;

namespace Alerts.Senders;

/// <summary>How long until a key date begins, counted from the moment of sending.</summary>
internal static class Remaining
{
    private const int MinutesPerDay = 24 * 60;

    /// <summary>An ISO 8601 duration of days, hours and minutes, to the nearest minute (<c>PT15H1M</c>, <c>P1DT2H3M</c>); <c>PT0S</c> once begun.</summary>
    public static string Iso(Instant at, Instant start)
    {
        var minutes = (long)Math.Round((start - at).TotalMinutes, MidpointRounding.AwayFromZero);
        if (minutes <= 0)
        {
            return "PT0S";
        }

        var (days, rest) = Math.DivRem(minutes, MinutesPerDay);
        var (hours, left) = Math.DivRem(rest, 60);
        var time = Part(hours, 'H') + Part(left, 'M');
        return "P" + Part(days, 'D') + (time.Length == 0 ? "" : "T" + time);
    }

    private static string Part(long number, char unit) => number == 0 ? "" : FormattableString.Invariant($"{number}{unit}");
}
