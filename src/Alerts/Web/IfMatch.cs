using System.Globalization;
using System.Text.RegularExpressions;
using Alerts.Dates;
using NodaTime;

namespace Alerts.Web;

/// <summary>
/// The ETag of a key date, made from its version number, and the <c>If-Match</c> of clients that have seen it (RFC
/// 9110, section 13.1.1).
/// </summary>
internal static partial class IfMatch
{
    /// <summary>
    /// The suffix of the ETag once the date has occurred: the response's <c>phase</c> differs then, without an edit.
    /// </summary>
    private const string Occurred = "-occurred";

    public static string Tag(DateVersion version, Instant now) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"\"{version.Number}{(now >= version.KeyDate.Over ? Occurred : "")}\"");

    public static bool IsGiven(HttpRequest request) => request.Headers.IfMatch.Count > 0;

    /// <summary>
    /// Whether the request may proceed: always without the header; with <c>*</c> if the date exists; otherwise if one
    /// of the tags is the date's own. A weak tag counts as its strong form, because proxies that compress turn our
    /// tags into weak ones. A date that has occurred since it was read does not count as edited.
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
