using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Alerts.Dates;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Alerts.Web;

/// <summary>ETags of reads, and <c>If-None-Match</c> (RFC 9110, sections 8.8.3 and 13.1.2).</summary>
internal static class Conditional
{
    /// <summary>Number of hash bytes in an ETag. Two contents do not share 16 bytes by chance.</summary>
    private const int HashBytes = 16;

    /// <summary>The ETag of a content.</summary>
    public static string TagOf(ReadOnlySpan<byte> content) =>
        $"\"{Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, HashBytes))}\"";

    /// <summary>
    /// Whether a GET or HEAD says that the client already has the content of this tag. The comparison is weak,
    /// because proxies that compress turn our tags into weak ones.
    /// </summary>
    public static bool Knows(HttpRequest request, string tag) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        && request.Headers.IfNoneMatch.Count > 0
        && EntityTagHeaderValue.TryParseList([.. request.Headers.IfNoneMatch.OfType<string>()], out var known)
        && known.Any(one => one == EntityTagHeaderValue.Any
            || one.Compare(EntityTagHeaderValue.Parse(tag), useStrongComparison: false));
}

/// <summary>A response held as bytes, which can be sent repeatedly.</summary>
/// <param name="tag">
/// Its ETag; null for none. A GET or HEAD whose <c>If-None-Match</c> names it is answered 304.
/// </param>
internal sealed class BufferedResult(int status, string contentType, ReadOnlyMemory<byte> content, string? tag)
    : IResult
{
    public string? Tag => tag;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        if (tag is not null)
        {
            response.Headers.ETag = tag;
            response.Headers.CacheControl = "no-cache"; // may be stored, but must be revalidated each time
            if (status == StatusCodes.Status200OK && Conditional.Knows(httpContext.Request, tag))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }
        }

        response.StatusCode = status;
        response.ContentType = contentType;
        response.ContentLength = content.Length;
        await response.Body.WriteAsync(content, httpContext.RequestAborted);
    }
}

/// <summary>
/// The ETag of a key date, made from its version number, and the <c>If-Match</c> and <c>If-None-Match</c> of clients
/// that change it (RFC 9110, sections 13.1.1 and 13.1.2).
/// </summary>
internal static partial class IfMatch
{
    /// <summary>
    /// The suffix of the ETag once the date has occurred: the response's <c>phase</c> differs then, without an edit.
    /// </summary>
    private const string Occurred = "-occurred";

    public static string Tag(DateVersion version, Instant now) => string.Create(
        CultureInfo.InvariantCulture, $"\"{version.Number}{(now >= version.KeyDate.Over ? Occurred : "")}\"");

    /// <summary>The request's precondition on the current version; null for none.</summary>
    public static Func<DateVersion?, bool>? Of(HttpRequest request) =>
        request.Headers.IfMatch.Count > 0 || request.Headers.IfNoneMatch.Count > 0
            ? current => Allows(request, current) : null;

    /// <summary>
    /// Whether the request may proceed: always without the headers; with <c>If-Match</c> if it names the date, with
    /// <c>If-None-Match</c> if it does not. <c>*</c> names every date that exists. A weak tag counts as its strong
    /// form, because proxies that compress turn our tags into weak ones. A date that has occurred since it was read
    /// does not count as edited.
    /// </summary>
    public static bool Allows(HttpRequest request, DateVersion? current) =>
        (request.Headers.IfMatch.Count == 0 || Names(request.Headers.IfMatch, current))
        && (request.Headers.IfNoneMatch.Count == 0 || !Names(request.Headers.IfNoneMatch, current));

    private static bool Names(StringValues header, DateVersion? current) =>
        current is not null
        && header.SelectMany(line =>
                (line ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .Any(tag => tag == "*" || Number(tag) == current.Number);

    private static int? Number(string tag) =>
        Form().Match(tag) is { Success: true } match
        && int.TryParse(match.Groups[1].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number : null;

    [GeneratedRegex("^(?:W/)?\"([0-9]+)(?:" + Occurred + ")?\"$")]
    private static partial Regex Form();
}
