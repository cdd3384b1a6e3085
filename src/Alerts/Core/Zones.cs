using System.Collections.Frozen;
using NodaTime;
using NodaTime.TimeZones;

namespace Alerts.Core;

/// <summary>
/// The time zones one may name: the ids of the IANA database, exactly. (NodaTime's provider would also make zones of
/// <c>UTC+05</c>; those are no IANA ids and other programs do not know them.)
/// </summary>
internal static class Zones
{
    private static readonly FrozenSet<string> Ids = DateTimeZoneProviders.Tzdb.Ids.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> AnyCase =
        DateTimeZoneProviders.Tzdb.Ids.ToFrozenDictionary(id => id, StringComparer.OrdinalIgnoreCase);

    /// <summary>Windows' name of a zone to its IANA id, by the mapping of Unicode's CLDR (territory 001).</summary>
    private static readonly FrozenDictionary<string, string> Windows =
        TzdbDateTimeZoneSource.Default.WindowsMapping.PrimaryMapping.ToFrozenDictionary(
            StringComparer.OrdinalIgnoreCase);

    public static DateTimeZone? Find(string id) => Ids.Contains(id) ? DateTimeZoneProviders.Tzdb[id] : null;

    /// <summary>As <see cref="Find"/>, and by its Windows name or in another case too: what calendar programs write.</summary>
    public static DateTimeZone? FindLoosely(string name) => Guess(name) is { } id ? Find(id) : null;

    /// <summary>A sentence for a name that is no zone.</summary>
    public static string Refusal(string id) =>
        Guess(id) is { } guess
            ? $"{Problem.Quote(id)} is not the id of a time zone; write '{guess}'."
            : $"{Problem.Quote(id)} is not a time zone of the IANA database; write an id such as 'America/New_York' or 'UTC'.";

    private static string? Guess(string name) =>
        AnyCase.TryGetValue(name, out var id) || Windows.TryGetValue(name, out id) ? id : null;
}
