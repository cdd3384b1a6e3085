using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Alerts.Subscriptions;

/// <summary>
/// Reads leads written in English: <c>2 weeks</c>, <c>90 minutes</c>, <c>1 day 2 hours</c>, <c>5 business days</c>;
/// singular or plural, in any case, optionally followed by <c>before</c>.
/// </summary>
internal static partial class LeadWords
{
    /// <summary>Converts words to an ISO 8601 duration or business days; null when the text is not in words.</summary>
    public static string? ToIso(string text)
    {
        if (BusinessDays().Match(text) is { Success: true } business)
        {
            return business.Groups["number"].Value + "BD";
        }

        if (Parts().Match(text) is not { Success: true } match)
        {
            return null;
        }

        var (date, time) = (new StringBuilder("P"), new StringBuilder());
        foreach (var (number, unit) in match.Groups["number"].Captures.Zip(match.Groups["unit"].Captures))
        {
            var name = unit.Value.ToLowerInvariant();
            var part = name is "hour" or "minute" or "second" ? time : date;
            part.Append(CultureInfo.InvariantCulture, $"{number.Value}{char.ToUpperInvariant(name[0])}");
        }

        return time.Length == 0 ? date.ToString() : $"{date}T{time}";
    }

    /// <summary>Writes an ISO 8601 duration or business days unit by unit: <c>PT90M</c> is 90 minutes.</summary>
    public static string FromIso(string lead) => string.Join(' ', IsoParts().Matches(lead).Select(part =>
    {
        var (number, isTime) = (part.Groups["number"].Value, lead.IndexOf('T') is >= 0 and var t && t < part.Index);
        var unit = part.Groups["unit"].Value switch
        {
            "BD" => "business day",
            "Y" => "year",
            "M" => isTime ? "minute" : "month",
            "W" => "week",
            "D" => "day",
            "H" => "hour",
            _ => "second",
        };
        return number == "1" ? $"1 {unit}" : $"{number} {unit}s";
    }));

    /// <summary>
    /// Splits the text of one input field into leads: at commas, semicolons and "and". Leads in short form (<c>P2W
    /// PT90M</c>) are also split at spaces; leads in words are not, because they contain spaces.
    /// </summary>
    public static IEnumerable<string> Split(string text) =>
        Separators()
            .Split(text)
            .SelectMany(part =>
                ShortForms().IsMatch(part)
                    ? part.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
                    : [part.Trim()])
            .Where(part => part.Length > 0);

    [GeneratedRegex(
        @"^\s*(?<number>[0-9]+)\s+business\s+days?(\s+before)?\s*\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex BusinessDays();

    [GeneratedRegex(
        @"^\s*((?<number>[0-9]+)\s+(?<unit>year|month|week|day|hour|minute|second)s?\b\s*)+(before\s*)?\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Parts();

    [GeneratedRegex("(?<number>[0-9]+)(?<unit>BD|[YMWDHS])")]
    private static partial Regex IsoParts();

    [GeneratedRegex(@"[,;]|\s+and\s+", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Separators();

    [GeneratedRegex(@"^\s*((P|[0-9]+BD)\S*\s*)+\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ShortForms();
}
