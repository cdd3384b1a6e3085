using System.Collections.Frozen;
using NodaTime.TimeZones;

namespace Alerts.Core;

/// <summary>
/// Looks up time zones by exact IANA id. (NodaTime's provider would also accept <c>UTC+05</c>, which is not an IANA id
/// and unknown to other programs.)
/// </summary>
internal static class Zones
{
    private static readonly FrozenSet<string> Ids = DateTimeZoneProviders.Tzdb.Ids.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> AnyCase =
        DateTimeZoneProviders.Tzdb.Ids.ToFrozenDictionary(id => id, StringComparer.OrdinalIgnoreCase);

    /// <summary>Windows zone names to IANA ids, by the mapping of Unicode's CLDR (territory 001).</summary>
    private static readonly FrozenDictionary<string, string> Windows =
        TzdbDateTimeZoneSource.Default.WindowsMapping.PrimaryMapping.ToFrozenDictionary(
            StringComparer.OrdinalIgnoreCase);

    /// <summary>The version of the time zone data, such as <c>2026f</c>.</summary>
    public static string Version => TzdbDateTimeZoneSource.Default.TzdbVersion;

    public static DateTimeZone? Find(string id) => Ids.Contains(id) ? DateTimeZoneProviders.Tzdb[id] : null;

    /// <summary>The place in a zone's id: <c>New York</c> in <c>America/New_York</c>.</summary>
    public static string Place(string id) => id[(id.LastIndexOf('/') + 1)..].Replace('_', ' ');

    /// <summary>
    /// Finds a zone by id or Windows name, ignoring case, because calendar programs write such names.
    /// </summary>
    public static DateTimeZone? FindLoosely(string name) => Guess(name) is { } id ? Find(id) : null;

    /// <summary>A sentence that rejects an unknown zone id and suggests a valid one.</summary>
    public static string Refusal(string id) =>
        Guess(id) is { } guess
            ? $"{Problem.Quote(id)} is not the id of a time zone; write '{guess}'."
            : $"{Problem.Quote(id)} is not a time zone of the IANA database; "
                + "write an id such as 'America/New_York' or 'UTC'.";

    private static string? Guess(string name) =>
        AnyCase.TryGetValue(name, out var id) || Windows.TryGetValue(name, out id) ? id : null;
}
