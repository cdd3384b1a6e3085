namespace Alerts.Dates.Calendars;

/// <summary>
/// Resolves the times of a calendar to zones and instants. A TZID of the form Area/Location means the IANA zone. Any
/// other TZID means the file's own definition when there is one, otherwise the zone of that name.
/// </summary>
/// <param name="calendar">The calendar that contains the times.</param>
/// <param name="definitions">The VTIMEZONE definitions of the whole file.</param>
/// <param name="fallback">The zone of times without a zone in a calendar that names none; null when not given.</param>
internal sealed class TimeResolver(CalendarObject calendar, ZoneDefinitions definitions, DateTimeZone? fallback)
{
    private const string Forms = "20251110 (all day), 20251110T000100Z (UTC) or, with TZID, 20251110T000100";

    /// <summary>The zone of times without a zone; takes precedence over the calendar's zone. Null for none.</summary>
    public DateTimeZone? Mark { get; init; }

    /// <summary>Resolves the time of a property.</summary>
    /// <param name="like">
    /// The property whose zone applies when this one names none, such as DTSTART for DTEND; null for none.
    /// </param>
    /// <param name="notes">Receives notes for the user, each as the rest of a sentence.</param>
    /// <exception cref="FormatException">
    /// The time cannot be read; the message gives the reason as the rest of a sentence.
    /// </exception>
    public ResolvedTime Resolve(CalendarProperty property, CalendarProperty? like, List<string> notes)
    {
        if (property.Unreadable is { } reason)
        {
            throw new FormatException($"has a {property.Name} that {reason}.");
        }

        return Resolve(property, property.Trimmed, like, notes);
    }

    /// <summary>Resolves one value of a property that may hold several, such as RDATE.</summary>
    /// <exception cref="FormatException">
    /// The time cannot be read; the message gives the reason as the rest of a sentence.
    /// </exception>
    public ResolvedTime Resolve(CalendarProperty property, string value, CalendarProperty? like, List<string> notes)
    {
        var time = Value(property, value, notes);
        if (time.IsUtc && !time.IsDay)
        {
            if (property.Parameters.TryGetValue("TZID", out var ignored)
                && Zones.FindLoosely(ignored)?.Id is not ("UTC" or "Etc/UTC"))
            {
                notes.Add(
                    $"has a {property.Name} both in UTC and in the zone {Problem.Quote(ignored)}; UTC was taken.");
            }

            return Found(time, DateTimeZone.Utc);
        }

        if ((ZoneIdOf(property) ?? ZoneIdOf(like)) is { } id)
        {
            return InZone(property.Name, time, id, notes);
        }

        return like is not null && Value(like, like.Trimmed, []) is { IsUtc: true, IsDay: false }
            ? Found(time, DateTimeZone.Utc)
            : Floating(property.Name, time, notes);
    }

    private static string? ZoneIdOf(CalendarProperty? property) =>
        property?.Parameters.GetValueOrDefault("TZID") is { Length: > 0 } id ? id : null;

    /// <summary>Whether a property holds a day without a time.</summary>
    public static bool IsDay(CalendarProperty property) => Value(property, property.Trimmed, []).IsDay;

    /// <exception cref="FormatException">
    /// The value is not a date or time, or is outside of the supported years.
    /// </exception>
    private static CalendarTime Value(CalendarProperty property, string value, List<string> notes)
    {
        if (CalendarTime.Parse(value) is not { } time)
        {
            throw new FormatException(
                $"has a {property.Name} that is no date or time, {Problem.Quote(value)}; write it as {Forms}.");
        }

        if (!TimeText.IsInRange(time.Local.Date))
        {
            throw new FormatException(
                $"has a {property.Name} outside of the years {TimeText.FirstYear} to {TimeText.LastYear}, "
                + $"{Problem.Quote(value)}; write a year within them.");
        }

        if (property.Has("VALUE", "DATE"))
        {
            return new CalendarTime(time.Local.Date.AtMidnight(), IsDay: true, IsUtc: false);
        }

        if (time.IsDay && property.Has("VALUE", "DATE-TIME"))
        {
            notes.Add(
                $"has a {property.Name} without a time, {Problem.Quote(value)}, "
                + $"though it says it has one; it was read as all day.");
        }

        return time;
    }

    private ResolvedTime Floating(string name, CalendarTime time, List<string> notes)
    {
        if (Mark is not null)
        {
            return Found(time, Mark);
        }

        if (calendar.FloatingZone is { } floating)
        {
            try
            {
                return InZone(name, time, floating, notes);
            }
            catch (UnknownZoneException) when (fallback is not null)
            {
                notes.Add(
                    $"takes its zone from X-WR-TIMEZONE, which is unknown ({Problem.Quote(floating)}); "
                    + $"{fallback.Id} was taken.");
            }
            catch (UnknownZoneException)
            {
                throw new FormatException(
                    $"takes its zone from X-WR-TIMEZONE, which is unknown: {Zones.Refusal(floating)}");
            }
        }

        return fallback is not null
            ? Found(time, fallback)
            : throw new FormatException(
                $"has a {name} without a time zone; write {name};TZID=America/New_York:…, "
                + $"or X-WR-TIMEZONE:America/New_York at the top of the calendar, or name the zone "
                + "(--zone on the command line, a field on the import page).");
    }

    private ResolvedTime InZone(string name, CalendarTime time, string id, List<string> notes)
    {
        var definition = definitions.Find(calendar, id, out var broken);
        if (ZoneNames.Location(id) is { } zone)
        {
            var found = Found(time, zone);
            if (definition is not null && InstantOf(time, definition) is var other && other != found.At)
            {
                notes.Add(
                    $"has a {name} in {zone.Id}, {Utc(found.At)}; "
                    + $"the file's own definition of {Problem.Quote(id)} gives {Utc(other)}. The zone was taken.");
            }

            return found;
        }

        if (definition is not null)
        {
            return ByDefinition(name, time, id, definition, notes);
        }

        var reason = broken is null ? "" : $" (the file's own definition cannot be read: {broken})";
        if (ZoneNames.Named(id) is { } named)
        {
            if (broken is not null)
            {
                notes.Add($"has a {name} in {Problem.Quote(id)}; {named.Id} was taken{reason}.");
            }
            else if (ZoneNames.DisplayedOffset(id) is { } said && said != ZoneNames.StandardOffset(named))
            {
                notes.Add(
                    $"has a {name} in {Problem.Quote(id)}; {named.Id} was taken, "
                    + $"whose standard offset is {ZoneNames.StandardOffset(named)}.");
            }

            return Found(time, named);
        }

        if (broken is null && ZoneNames.FixedOffset(id) is { } offset)
        {
            return ByDefinition(name, time, id, DateTimeZone.ForOffset(offset), notes);
        }

        throw new UnknownZoneException($"has a {name} in an unknown zone{reason}: {Zones.Refusal(id)}");
    }

    /// <summary>
    /// Resolves a time by a definition. The definition gives the instant; the zone is an IANA zone with the same offset
    /// at that instant.
    /// </summary>
    private ResolvedTime ByDefinition(
        string name, CalendarTime time, string id, DateTimeZone definition, List<string> notes)
    {
        var at = InstantOf(time, definition);
        var named = ZoneNames.Named(id);
        var location = (definition as TimeZoneDefinition)?.Location;
        if ((named ?? location) is { } mapped && Fits(time, at, mapped))
        {
            return new ResolvedTime(MomentOf(time, at, mapped), time.Local, definition);
        }

        var floating = calendar.FloatingZone is { } other ? ZoneNames.Location(other) ?? ZoneNames.Named(other) : null;
        var offset = definition.GetUtcOffset(at);
        DateTimeZone?[] candidates = [location, floating, fallback, ZoneNames.OfWholeHours(offset)];
        var zone = candidates.FirstOrDefault(one => one is not null && Fits(time, at, one))
            ?? (time.IsDay
                ? throw new FormatException(
                    $"is all day in the zone {Problem.Quote(id)}, which no zone we know agrees with; "
                    + "name the zone (--zone on the command line, a field on the import page).")
                : ZoneNames.OfWholeHours(offset) ?? DateTimeZone.Utc); // the local time is skipped by the definition
        notes.Add(named is null
            ? $"has a {name} in {Problem.Quote(id)}, {Utc(at)}; it is kept in the zone {zone.Id}."
            : $"has a {name} in {Problem.Quote(id)}: {Utc(at)} by the file's own definition, "
                + $"{Utc(InstantOf(time, named))} in {named.Id}. "
                + $"The file's definition was taken; it is kept in the zone {zone.Id}.");
        return new ResolvedTime(MomentOf(time, at, zone), time.Local, definition);
    }

    private static bool Fits(CalendarTime time, Instant at, DateTimeZone zone) =>
        time.IsDay ? LocalTimes.StartOfDay(time.Local.Date, zone) == at : LocalTimes.ToInstant(time.Local, zone) == at;

    private static Moment MomentOf(CalendarTime time, Instant at, DateTimeZone zone) => time.IsDay
        ? new Moment(time.Local.Date, null, zone)
        : ResolvedTime.ToMoment(LocalTimes.ToInstant(time.Local, zone) == at ? time.Local
            : LocalTimes.ToLocal(at, zone), zone);

    private static ResolvedTime Found(CalendarTime time, DateTimeZone zone) =>
        new(MomentOf(time, InstantOf(time, zone), zone), time.Local, zone);

    private static Instant InstantOf(CalendarTime time, DateTimeZone zone) =>
        time.IsDay ? LocalTimes.StartOfDay(time.Local.Date, zone) : LocalTimes.ToInstant(time.Local, zone);

    private static string Utc(Instant at) => TimeText.Write(at);
}

/// <summary>A resolved time of a calendar.</summary>
/// <param name="Moment">
/// The moment in an IANA zone. Seconds are cut: a moment that is slightly early harms no deadline.
/// </param>
/// <param name="Local">The local time as written in the file.</param>
/// <param name="Rules">
/// The zone whose rules resolve the local time: the file's own definition, or the zone of <paramref name="Moment"/>.
/// </param>
internal sealed record ResolvedTime(Moment Moment, LocalDateTime Local, DateTimeZone Rules)
{
    /// <summary>The instant, including seconds; for a day, the start of the day.</summary>
    public Instant At =>
        Moment.IsAllDay ? LocalTimes.StartOfDay(Local.Date, Rules) : LocalTimes.ToInstant(Local, Rules);

    /// <exception cref="FormatException">The time is outside of the supported years.</exception>
    public static Moment ToMoment(LocalDateTime local, DateTimeZone zone) => TimeText.IsInRange(local.Date)
        ? new Moment(local.Date, new LocalTime(local.Hour, local.Minute), zone)
        : throw new FormatException(
            $"lies outside of the years {TimeText.FirstYear} to {TimeText.LastYear}.");
}

/// <summary>A TZID that is neither defined in the file nor known to this service.</summary>
internal sealed class UnknownZoneException(string message) : FormatException(message);
