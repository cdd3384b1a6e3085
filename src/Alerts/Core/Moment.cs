using NodaTime.TimeZones;

namespace Alerts.Core;

/// <summary>A day, or a time on a day, in a zone: the <c>when</c> or <c>end</c> of a key date.</summary>
/// <param name="On">The calendar day in <paramref name="Zone"/>.</param>
/// <param name="At">The local time of day, to the minute; null for an all-day moment.</param>
/// <param name="Zone">A zone of the IANA database.</param>
internal sealed record Moment(LocalDate On, LocalTime? At, DateTimeZone Zone)
{
    public bool IsAllDay => At is null;

    /// <summary>
    /// The instant at which it starts: the local time, or the start of the day for an all-day moment.
    /// </summary>
    public Instant Start => At is { } at ? LocalTimes.ToInstant(On + at, Zone) : LocalTimes.StartOfDay(On, Zone);

    /// <summary>
    /// The instant from which it counts as past: <see cref="Start"/> for a timed moment, the end of the day for an
    /// all-day one.
    /// </summary>
    public Instant Over => At is null ? LocalTimes.EndOfDay(On, Zone) : Start;

    /// <summary>
    /// Whether two moments are the same to readers: the same instant when both are timed, the same day in the same zone
    /// when both are all-day. Aliases of a zone count as the same zone.
    /// </summary>
    public bool IsSameAs(Moment other) => (At, other.At) switch
    {
        (null, null) => On == other.On && CanonicalId(Zone) == CanonicalId(other.Zone),
        ({ }, { }) => Start == other.Start,
        (null, { }) or ({ }, null) => false,
    };

    private static string CanonicalId(DateTimeZone zone) =>
        TzdbDateTimeZoneSource.Default.CanonicalIdMap.TryGetValue(zone.Id, out var id) ? id : zone.Id;
}
