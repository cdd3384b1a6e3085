using NodaTime.TimeZones;

namespace Alerts.Core;

/// <summary>
/// The only place that converts local times to instants and back. It never throws: results outside the calendar become
/// its first or last instant or local time. (31 December 9999 in a zone west of Greenwich ends in the year 10000.)
/// </summary>
internal static class LocalTimes
{
    private static readonly ZoneLocalMappingResolver Resolver =
        Resolvers.CreateMappingResolver(Resolvers.ReturnEarlier, Resolvers.ReturnForwardShifted);

    private static readonly LocalDateTime First = LocalDate.MinIsoValue.AtMidnight();
    private static readonly LocalDateTime Last = LocalDate.MaxIsoValue + LocalTime.MaxValue;

    /// <summary>
    /// Converts a local time to an instant. A time skipped by a clock change moves forward by the length of the gap;
    /// for a time that occurs twice, the earlier one is used.
    /// </summary>
    public static Instant ToInstant(LocalDateTime local, DateTimeZone zone) => Of(zone.ResolveLocal(local, Resolver));

    /// <summary>Converts an instant to the local time in a zone.</summary>
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
    /// The first instant of a day. When midnight is skipped, it is the end of the gap, which need not be a whole hour
    /// later (31 March 1919 began at 00:30 in Toronto). When midnight occurs twice (Havana in autumn), it is the
    /// earlier one. A day that a zone skipped entirely (30 December 2011 in Apia) begins at the start of the next day.
    /// </summary>
    public static Instant StartOfDay(LocalDate on, DateTimeZone zone)
    {
        var midnight = zone.MapLocal(on.AtMidnight());
        return midnight.Count > 0 ? Of(midnight.First()) : midnight.EarlyInterval.End;
    }

    /// <summary>The instant at which a day ends, which is the first instant of the next day.</summary>
    public static Instant EndOfDay(LocalDate on, DateTimeZone zone) =>
        on < LocalDate.MaxIsoValue ? StartOfDay(on.PlusDays(1), zone) : Instant.MaxValue;

    private static Instant Of(ZonedDateTime time)
    {
        var local = time.LocalDateTime;
        if (local.Date == LocalDate.MaxIsoValue && time.Offset < Offset.Zero
            && local > Last.PlusSeconds(time.Offset.Seconds))
        {
            return Instant.MaxValue;
        }

        return local.Date == LocalDate.MinIsoValue && time.Offset > Offset.Zero
            && local < First.PlusSeconds(time.Offset.Seconds)
                ? Instant.MinValue : time.ToInstant();
    }
}
