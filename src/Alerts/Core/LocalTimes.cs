using NodaTime;
using NodaTime.TimeZones;

namespace Alerts.Core;

/// <summary>
/// The one place where a local time becomes an instant, and back. What lies outside the calendar (31 December 9999 in a zone
/// west of Greenwich ends in the year 10000) is its last or first instant, or local time: it never throws.
/// </summary>
internal static class LocalTimes
{
    private static readonly ZoneLocalMappingResolver Resolver =
        Resolvers.CreateMappingResolver(Resolvers.ReturnEarlier, Resolvers.ReturnForwardShifted);

    private static readonly LocalDateTime First = LocalDate.MinIsoValue.AtMidnight();
    private static readonly LocalDateTime Last = LocalDate.MaxIsoValue + LocalTime.MaxValue;

    /// <summary>A time that does not exist moves forward by the length of the gap; one that exists twice means the earlier.</summary>
    public static Instant ToInstant(LocalDateTime local, DateTimeZone zone) => Of(zone.ResolveLocal(local, Resolver));

    /// <summary>What the clocks of a zone show at an instant.</summary>
    public static LocalDateTime ToLocal(Instant at, DateTimeZone zone)
    {
        var ahead = Duration.FromSeconds(zone.GetUtcOffset(at).Seconds);
        if (ahead > Duration.Zero && at > Instant.MaxValue - ahead)
        {
            return Last;
        }

        return ahead < Duration.Zero && at < Instant.MinValue - ahead ? First : at.InZone(zone).LocalDateTime;
    }

    /// <summary>
    /// The first instant of a day. Where midnight is skipped that is the end of the gap, which need not be a whole hour later
    /// (Toronto, 31 March 1919, began at 00:30); a midnight that comes twice (Havana in autumn) means the earlier; a day that a
    /// zone skipped whole (30 December 2011 in Apia) begins where it would have: at the start of the next.
    /// </summary>
    public static Instant StartOfDay(LocalDate on, DateTimeZone zone)
    {
        var midnight = zone.MapLocal(on.AtMidnight());
        return midnight.Count > 0 ? Of(midnight.First()) : midnight.EarlyInterval.End;
    }

    /// <summary>The instant at which a day is over: the first of the next.</summary>
    public static Instant EndOfDay(LocalDate on, DateTimeZone zone) =>
        on < LocalDate.MaxIsoValue ? StartOfDay(on.PlusDays(1), zone) : Instant.MaxValue;

    private static Instant Of(ZonedDateTime time)
    {
        var local = time.LocalDateTime;
        if (
            local.Date == LocalDate.MaxIsoValue
            && time.Offset < Offset.Zero
            && local > Last.PlusSeconds(time.Offset.Seconds))
        {
            return Instant.MaxValue;
        }

        return
            local.Date == LocalDate.MinIsoValue
            && time.Offset > Offset.Zero
            && local < First.PlusSeconds(time.Offset.Seconds)
            ? Instant.MinValue
            : time.ToInstant();
    }
}
