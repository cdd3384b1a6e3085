using System.Security.Cryptography;
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
        && known.Any(one =>
            one == EntityTagHeaderValue.Any || one.Compare(EntityTagHeaderValue.Parse(tag), useStrongComparison: false)
        );
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
