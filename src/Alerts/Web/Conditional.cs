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
