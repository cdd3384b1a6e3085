namespace Alerts.Web;

/// <summary>
/// A document that clients fetch repeatedly. It has an ETag, and is answered 304 without a body if the client
/// has it already.
/// </summary>
/// <param name="tag">Its ETag.</param>
/// <param name="isPrivate">Whether it is for its owner only and must not be stored by shared caches.</param>
internal sealed class FeedResult(
    string contentType, string tag, Func<Stream, CancellationToken, Task> write, bool isPrivate = false) : IResult
{
    public static FeedResult Of(string contentType, byte[] content) =>
        new(contentType, Conditional.TagOf(content), async (stream, cancel) =>
            await stream.WriteAsync(content, cancel));

    /// <summary>
    /// Writes a public document into memory; null if it is longer than <paramref name="atMost"/> bytes. Never holds
    /// more than that.
    /// </summary>
    public async Task<BufferedResult?> WrittenAsync(int atMost, CancellationToken cancel)
    {
        var buffer = new byte[atMost];
        using var content = new MemoryStream(buffer);
        try
        {
            await write(content, cancel);
        }
        catch (NotSupportedException)
        {
            return null; // too long: a MemoryStream over an array cannot grow
        }

        return new BufferedResult(
            StatusCodes.Status200OK, contentType, buffer.AsSpan(0, checked((int)content.Position)).ToArray(), tag);
    }

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.Headers.ETag = tag;
        // May be stored, but must be revalidated each time.
        response.Headers.CacheControl = isPrivate ? "private, no-cache" : "no-cache";
        if (Conditional.Knows(httpContext.Request, tag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        response.ContentType = contentType;
        return HttpMethods.IsHead(httpContext.Request.Method)
            ? Task.CompletedTask : write(response.Body, httpContext.RequestAborted);
    }
}
