using System.Globalization;
using System.Text.RegularExpressions;
using Alerts.Dates;
using NodaTime;

namespace Alerts.Web;

/// <summary>The ETag of a key date (its version number) and the <c>If-Match</c> of those who saw it (RFC 9110, section 13.1.1).</summary>
internal static partial class IfMatch
{
    /// <summary>What follows the number once the date has occurred: the answer's <c>phase</c> is another then, though nobody edited.</summary>
    private const string Occurred = "-occurred";

    public static string Tag(DateVersion version, Instant now) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"\"{version.Number}{(now >= version.KeyDate.Over ? Occurred : "")}\"");

    public static bool IsGiven(HttpRequest request) => request.Headers.IfMatch.Count > 0;

    /// <summary>
    /// Whether the caller may go on: without the header always; with <c>*</c> when the date exists; else when one of the tags is its own.
    /// A weak tag counts as its strong form, since proxies that compress make weak ones of ours; that a date has occurred since it
    /// was read is no edit.
    /// </summary>
    public static bool Allows(HttpRequest request, DateVersion? current) =>
        !IsGiven(request)
        || (
            current is not null
            && request
                .Headers.IfMatch.SelectMany(header =>
                    (header ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                .Any(tag => tag == "*" || Number(tag) == current.Number));

    private static int? Number(string tag) =>
        Form().Match(tag) is { Success: true } match
        && int.TryParse(match.Groups[1].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    [GeneratedRegex("^(?:W/)?\"([0-9]+)(?:" + Occurred + ")?\"$")]
    private static partial Regex Form();
}
