using NodaTime;
using NodaTime.TimeZones;

namespace Alerts.Dates;

/// <summary>The one place where a local time becomes an instant.</summary>
internal static class LocalTimes
{
    private static readonly ZoneLocalMappingResolver Resolver =
        Resolvers.CreateMappingResolver(Resolvers.ReturnEarlier, Resolvers.ReturnForwardShifted);

    /// <summary>A time that does not exist moves forward by the length of the gap; one that exists twice means the earlier.</summary>
    public static Instant ToInstant(LocalDateTime local, DateTimeZone zone) => zone.ResolveLocal(local, Resolver).ToInstant();

    /// <summary>
    /// The first instant of a day. Where midnight is skipped that is the end of the gap; a day that a zone skipped whole
    /// (30 December 2011 in Apia) begins where it would have: at the start of the next.
    /// </summary>
    public static Instant StartOfDay(LocalDate on, DateTimeZone zone)
    {
        var midnight = zone.MapLocal(on.AtMidnight());
        return midnight.Count > 0 ? midnight.First().ToInstant() : midnight.EarlyInterval.End;
    }
}
