namespace Alerts.Web;

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
