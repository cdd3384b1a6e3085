namespace Alerts.Web;

/// <summary>A document that readers fetch again and again: with an ETag, and 304 without a body for those who have it.</summary>
/// <param name="tag">Its ETag.</param>
/// <param name="isPrivate">Whether it is for its owner only, so that no shared cache keeps it.</param>
internal sealed class FeedResult(
    string contentType,
    string tag,
    Func<Stream, CancellationToken, Task> write,
    bool isPrivate = false) : IResult
{
    public static FeedResult Of(string contentType, byte[] content) =>
        new(contentType, Conditional.TagOf(content), async (stream, cancel) =>
            await stream.WriteAsync(content, cancel));

    /// <summary>Its bytes, for all to see; null when there are more than <paramref name="atMost"/>, of which no more are held.</summary>
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
            return null; // a stream over an array does not grow
        }

        return new BufferedResult(
            StatusCodes.Status200OK,
            contentType,
            buffer.AsSpan(0, checked((int)content.Position)).ToArray(),
            tag);
    }

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.Headers.ETag = tag;
        response.Headers.CacheControl = isPrivate ? "private, no-cache" : "no-cache"; // may be kept, but asked for each time
        if (Conditional.Knows(httpContext.Request, tag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        response.ContentType = contentType;
        return HttpMethods.IsHead(httpContext.Request.Method)
            ? Task.CompletedTask
            : write(response.Body, httpContext.RequestAborted);
    }
}
