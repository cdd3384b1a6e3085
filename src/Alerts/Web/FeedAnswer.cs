using System.Security.Cryptography;
using Alerts.Ledger;
using Microsoft.Net.Http.Headers;

namespace Alerts.Web;

/// <summary>A document that readers fetch again and again: with an ETag, and 304 without a body for those who have it.</summary>
/// <param name="isPrivate">Whether it is for its owner only, so that no shared cache keeps it.</param>
internal sealed class FeedAnswer(string contentType, byte[] content, bool isPrivate = false) : IResult
{
    private const int TagLength = 26;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var tag = new EntityTagHeaderValue($"\"{Base32.LowerCase(SHA256.HashData(content), TagLength)}\"");
        var response = httpContext.Response;
        response.Headers.ETag = tag.ToString();
        response.Headers.CacheControl = isPrivate ? "private, no-cache" : "no-cache"; // may be kept, but asked for each time
        if (IsKnown(httpContext.Request, tag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        response.ContentType = contentType;
        response.ContentLength = content.Length;
        return response.Body.WriteAsync(content, httpContext.RequestAborted).AsTask();
    }

    /// <summary><c>If-None-Match</c> (RFC 9110, section 13.1.2): any of its tags, or <c>*</c>, compared weakly.</summary>
    private static bool IsKnown(HttpRequest request, EntityTagHeaderValue tag) =>
        request.GetTypedHeaders().IfNoneMatch.Any(known => known.Equals(EntityTagHeaderValue.Any) || known.Compare(tag, useStrongComparison: false));
}
