using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Alerts.Dates.Calendars;

/// <summary>Maps the time zone names used in calendar files to IANA zones.</summary>
internal static partial class ZoneNames
{
    /// <summary>Hours with a sign, and minutes or a fraction: <c>+5</c>, <c>+05:30</c>, <c>+5.5</c>.</summary>
    private const string SignedHours =
        """(?<s>[+\-\u2212])(?<h>\d{1,2})(?:\.(?<f>5|25|50|75)(?!\d)|[:.]?(?<m>\d{2}))?""";

    /// <summary>
    /// Windows display names that contain no city of the IANA database, without their <c>(UTC±hh:mm)</c>.
    /// </summary>
    private static readonly FrozenDictionary<string, string> DisplayNames = new Dictionary<string, string>
    {
        ["Eastern Time (US & Canada)"] = "America/New_York",
        ["Central Time (US & Canada)"] = "America/Chicago",
        ["Mountain Time (US & Canada)"] = "America/Denver",
        ["Pacific Time (US & Canada)"] = "America/Los_Angeles",
        ["Atlantic Time (Canada)"] = "America/Halifax",
        ["Indiana (East)"] = "America/Indianapolis",
        ["Baja California"] = "America/Tijuana",
        ["Central America"] = "America/Guatemala",
        ["Haiti"] = "America/Port-au-Prince",
        ["Turks and Caicos"] = "America/Grand_Turk",
        ["Coordinated Universal Time"] = "UTC",
        ["Greenwich Mean Time"] = "Europe/London",
        ["West Central Africa"] = "Africa/Lagos",
        ["Abu Dhabi, Muscat"] = "Asia/Dubai",
        ["Beijing, Chongqing, Hong Kong, Urumqi"] = "Asia/Shanghai",
        ["Chennai, Kolkata, Mumbai, New Delhi"] = "Asia/Kolkata",
        ["Sri Jayawardenepura"] = "Asia/Colombo",
        ["Osaka, Sapporo, Tokyo"] = "Asia/Tokyo",
        ["Kuwait, Riyadh"] = "Asia/Riyadh",
        ["Islamabad, Karachi"] = "Asia/Karachi",
        ["Georgetown, La Paz, Manaus, San Juan"] = "America/La_Paz",
        ["Guadalajara, Mexico City, Monterrey"] = "America/Mexico_City",
        ["Solomon Is., New Caledonia"] = "Pacific/Guadalcanal",
        ["Cabo Verde Is."] = "Atlantic/Cape_Verde",
        ["Cape Verde Is."] = "Atlantic/Cape_Verde",
        ["Nuku'alofa"] = "Pacific/Tongatapu",
        ["Samoa"] = "Pacific/Apia",
        ["Kiritimati Island"] = "Pacific/Kiritimati",
        ["Marquesas Islands"] = "Pacific/Marquesas",
        ["Chatham Islands"] = "Pacific/Chatham",
        ["Aleutian Islands"] = "America/Adak",
        ["International Date Line West"] = "Etc/GMT+12",
        ["Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna"] = "Europe/Berlin",
        ["Belgrade, Bratislava, Budapest, Ljubljana, Prague"] = "Europe/Budapest",
        ["Sarajevo, Skopje, Warsaw, Zagreb"] = "Europe/Warsaw",
        ["Brussels, Copenhagen, Madrid, Paris"] = "Europe/Paris",
        ["Dublin, Edinburgh, Lisbon, London"] = "Europe/London",
        ["Helsinki, Kyiv, Riga, Sofia, Tallinn, Vilnius"] = "Europe/Kiev",
        ["Athens, Bucharest"] = "Europe/Bucharest",
        ["Moscow, St. Petersburg"] = "Europe/Moscow",
        ["Canberra, Melbourne, Sydney"] = "Australia/Sydney",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// IANA ids by the plain name of their city or region: <c>New York</c> for <c>America/New_York</c>.
    /// </summary>
    private static readonly Lazy<ILookup<string, string>> Places = new(() => DateTimeZoneProviders.Tzdb.Ids
        .Where(id => id.Contains('/', StringComparison.Ordinal) && !id.StartsWith("Etc/", StringComparison.Ordinal))
        .ToLookup(Zones.Place, StringComparer.OrdinalIgnoreCase));

    /// <summary>
    /// Returns the zone of an id of the form <c>Area/Location</c>, optionally with a prefix as in
    /// <c>/mozilla.org/20070129_1/Europe/Berlin</c> and with blanks for underscores; null when there is none.
    /// </summary>
    public static DateTimeZone? Location(string id)
    {
        for (var rest = id.Trim(); rest.Contains('/',
            StringComparison.Ordinal); rest = rest[(rest.IndexOf('/', StringComparison.Ordinal) + 1)..])
        {
            if ((Zones.FindLoosely(rest) ?? Zones.FindLoosely(rest.Replace(' ', '_'))) is { } zone)
            {
                return zone;
            }
        }

        return null;
    }

    /// <summary>
    /// Returns the zone of any other name; null when it is unknown. Known names are IANA ids without a slash, Windows
    /// names (Outlook appends a number to those it has changed) and display names.
    /// </summary>
    public static DateTimeZone? Named(string name)
    {
        var plain = name.Trim();
        if (Zones.FindLoosely(plain) is { } zone)
        {
            return zone;
        }

        return Zones.FindLoosely(Variant().Replace(plain, "$1 Standard Time")) ?? Displayed(plain)
            ?? (plain is "Z" ? DateTimeZone.Utc : null)
            ?? (plain.StartsWith('/') || plain.StartsWith("tzone://Microsoft/", StringComparison.OrdinalIgnoreCase)
                ? Zones.FindLoosely(plain[(plain.LastIndexOf('/') + 1)..]) : null);
    }

    /// <summary>
    /// Returns the fixed offset that a name states, such as <c>UTC+01:00</c> or <c>GMT-5</c>; null when it states none.
    /// </summary>
    public static Offset? FixedOffset(string name) =>
        Fixed().Match(name.Trim()) is { Success: true } match ? OffsetOf(match) : null;

    /// <summary>
    /// Returns the standard offset at the start of a display name, such as <c>(UTC+01:00) …</c>; null when there is
    /// none.
    /// </summary>
    public static Offset? DisplayedOffset(string name) =>
        Display().Match(name.Trim()) is { Success: true } match ? OffsetOf(match) : null;

    /// <summary>Returns the current offset of a zone outside daylight saving time.</summary>
    public static Offset StandardOffset(DateTimeZone zone)
    {
        // Uses a recent year, because display names describe current rules.
        var (winter, summer) = (zone.GetUtcOffset(Instant.FromUtc(2026, 1, 1, 0, 0)),
            zone.GetUtcOffset(Instant.FromUtc(2026, 7, 1, 0, 0)));
        return Offset.Min(winter, summer);
    }

    /// <summary>
    /// Returns the Etc/GMT zone of an offset in whole hours; null for other offsets, or when no such zone exists.
    /// </summary>
    public static DateTimeZone? OfWholeHours(Offset offset)
    {
        var hours = offset.Seconds / 3600;
        return offset.Seconds % 3600 != 0 ? null
            : Zones.Find(hours == 0 ? "Etc/GMT"
                : string.Create(CultureInfo.InvariantCulture, $"Etc/GMT{(hours > 0 ? '-' : '+')}{Math.Abs(hours)}"));
    }

    private static DateTimeZone? Displayed(string name)
    {
        var match = Display().Match(name);
        var words = match.Success ? name[match.Length..].Trim() : name;
        if (DisplayNames.TryGetValue(words, out var id))
        {
            return Zones.Find(id);
        }

        if (!match.Success || OffsetOf(match) is not { } offset)
        {
            return null;
        }

        // For names in other languages or of older versions, take the first known city with that offset.
        return words.Split([',', ';', '/', ':']).Select(word => word.Trim()).SelectMany(word => Places.Value[word])
            .Select(place => DateTimeZoneProviders.Tzdb[place]).FirstOrDefault(zone => StandardOffset(zone) == offset);
    }

    private static Offset? OffsetOf(Match match)
    {
        var hours = match.Groups["h"] is { Success: true } h ? int.Parse(h.Value, CultureInfo.InvariantCulture) : 0;
        var minutes = match.Groups["f"] is { Success: true } f ? MinutesOf(f.Value)
            : match.Groups["m"] is { Success: true } m ? int.Parse(m.Value, CultureInfo.InvariantCulture) : 0;
        var seconds = ((hours * 60) + minutes) * 60 * (match.Groups["s"].Value is "-" or "\u2212" ? -1 : 1);
        return hours > 18 || minutes > 59 || Math.Abs(seconds) > 18 * 3600 ? null : Offset.FromSeconds(seconds);
    }

    /// <summary>Returns the minutes of a fraction of an hour: 5 and 50 are a half, 25 and 75 quarters.</summary>
    private static int MinutesOf(string fraction) => fraction switch { "25" => 15, "75" => 45, _ => 30 };

    [GeneratedRegex("""^\((?:UTC|GMT)(?:""" + SignedHours + """)?\)""", RegexOptions.IgnoreCase)]
    private static partial Regex Display();

    [GeneratedRegex("^(?:UTC|GMT)?" + SignedHours + "$", RegexOptions.IgnoreCase)]
    private static partial Regex Fixed();

    [GeneratedRegex("""^(.+?) (?:Standard|Daylight|Summer) Time(?: \d+)?$""", RegexOptions.IgnoreCase)]
    private static partial Regex Variant();
}
