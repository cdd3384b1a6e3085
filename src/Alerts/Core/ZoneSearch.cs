using System.Collections.Frozen;
using NodaTime.TimeZones;

namespace Alerts.Core;

/// <summary>Finds the time zone for a city that a user types into a form.</summary>
internal static class ZoneSearch
{
    /// <summary>Large cities that no IANA zone is named after, grouped by their zone.</summary>
    private static readonly (string Zone, string[] Cities)[] Others =
    [
        ("Africa/Casablanca", ["Rabat"]),
        ("Africa/Johannesburg", ["Cape Town", "Durban", "Pretoria"]),
        ("Africa/Lagos", ["Abuja"]),
        ("America/Argentina/Buenos_Aires", ["Buenos Aires"]),
        ("America/Chicago", ["Austin", "Dallas", "Houston", "Minneapolis", "New Orleans"]),
        ("America/Los_Angeles", ["Las Vegas", "Portland", "San Diego", "San Francisco", "Seattle"]),
        ("America/New_York", ["Atlanta", "Boston", "Miami", "Philadelphia", "Washington", "Washington DC"]),
        ("America/Sao_Paulo", ["Brasilia", "Rio de Janeiro"]),
        ("America/Toronto", ["Montreal", "Ottawa"]),
        ("Asia/Dubai", ["Abu Dhabi"]),
        ("Asia/Ho_Chi_Minh", ["Hanoi", "Saigon"]),
        ("Asia/Karachi", ["Islamabad", "Lahore"]),
        ("Asia/Kolkata", ["Bangalore", "Chennai", "Delhi", "Hyderabad", "Mumbai", "New Delhi"]),
        ("Asia/Riyadh", ["Jeddah", "Mecca"]),
        ("Asia/Seoul", ["Busan", "Gyeongju"]),
        ("Asia/Shanghai", ["Beijing", "Guangzhou", "Shenzhen", "Wuhan"]),
        ("Asia/Tokyo", ["Kyoto", "Osaka", "Yokohama"]),
        ("Australia/Sydney", ["Canberra"]),
        ("Europe/Amsterdam", ["Rotterdam", "The Hague"]),
        ("Europe/Berlin", ["Cologne", "Frankfurt", "Hamburg", "Munich", "Stuttgart"]),
        ("Europe/Brussels", ["Antwerp"]),
        ("Europe/Istanbul", ["Ankara"]),
        ("Europe/London", ["Birmingham", "Cardiff", "Edinburgh", "Glasgow", "Manchester"]),
        ("Europe/Madrid", ["Barcelona", "Valencia"]),
        ("Europe/Moscow", ["Saint Petersburg"]),
        ("Europe/Paris", ["Lyon", "Marseille", "Strasbourg"]),
        ("Europe/Rome", ["Florence", "Milan", "Naples", "Turin"]),
        ("Europe/Warsaw", ["Gdansk", "Krakow"]),
        ("Europe/Zurich", ["Basel", "Bern", "Geneva"]),
        ("Pacific/Auckland", ["Wellington"]),
    ];

    /// <summary>
    /// The suggestions in a form: all canonical zone ids with their city, and the additional cities with their zone.
    /// </summary>
    public static IReadOnlyList<(string Name, string Zone)> Offered { get; } =
    [
        .. TzdbDateTimeZoneSource.Default.CanonicalIdMap.Where(pair => pair.Key == pair.Value)
            .Select(pair => pair.Key).Order(StringComparer.Ordinal).Select(id => (id, Zones.Place(id))),
        .. Others.SelectMany(other => other.Cities.Select(city => (city, other.Zone)))
            .OrderBy(pair => pair.city, StringComparer.Ordinal),
    ];

    /// <summary>
    /// Zone ids by city and by id, ignoring case. An alias entered as an id resolves to itself, not to its canonical
    /// zone.
    /// </summary>
    private static readonly FrozenDictionary<string, string> ByName = Names();

    /// <summary>The id of the zone that a text names; the text itself when none is found.</summary>
    public static string Resolve(string text) =>
        Zones.Find(text) is not null ? text
        : ByName.GetValueOrDefault(text.Trim().Replace('_', ' ').TrimEnd('.')) ?? text;

    private static FrozenDictionary<string, string> Names()
    {
        var names = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var ids = TzdbDateTimeZoneSource.Default.CanonicalIdMap;
        // Canonical ids first: when two zones share a city, the canonical zone wins.
        foreach (var id in ids.OrderBy(pair => pair.Key == pair.Value ? 0 : 1)
                .ThenBy(pair => pair.Key, StringComparer.Ordinal))
        {
            names.TryAdd(id.Key.Replace('_', ' '), id.Key);
            if (id.Key.Contains('/', StringComparison.Ordinal) && !id.Key.StartsWith("Etc/", StringComparison.Ordinal))
            {
                names.TryAdd(Zones.Place(id.Key), id.Value);
            }
        }

        foreach (var (zone, cities) in Others)
        {
            foreach (var city in cities)
            {
                names[city] = zone;
            }
        }

        return names.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }
}
