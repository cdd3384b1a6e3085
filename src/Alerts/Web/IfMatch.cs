using System.Globalization;
using Alerts.Dates;

namespace Alerts.Web;

/// <summary>The ETag of a key date (its version number) and the <c>If-Match</c> of those who saw it (RFC 9110, section 13.1.1).</summary>
internal static class IfMatch
{
    public static string Tag(DateVersion version) => string.Create(CultureInfo.InvariantCulture, $"\"{version.Number}\"");

    public static bool IsGiven(HttpRequest request) => request.Headers.IfMatch.Count > 0;

    /// <summary>
    /// Whether the caller may go on: without the header always; with <c>*</c> when the date exists; else when one of the tags is its own.
    /// A weak tag counts as its strong form, since proxies that compress make weak ones of ours.
    /// </summary>
    public static bool Allows(HttpRequest request, DateVersion? current) =>
        !IsGiven(request)
        || (current is not null && request.Headers.IfMatch
            .SelectMany(header => (header ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .Any(tag => tag == "*" || (tag.StartsWith("W/", StringComparison.Ordinal) ? tag[2..] : tag) == Tag(current)));
}
