namespace Alerts.Web;

/// <summary>A document that readers fetch again and again: with an ETag, and 304 without a body for those who have it.</summary>
/// <param name="isPrivate">Whether it is for its owner only, so that no shared cache keeps it.</param>
internal sealed class FeedAnswer(string contentType, byte[] content, bool isPrivate = false) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var tag = Conditional.TagOf(content);
        var response = httpContext.Response;
        response.Headers.ETag = tag;
        response.Headers.CacheControl = isPrivate ? "private, no-cache" : "no-cache"; // may be kept, but asked for each time
        if (Conditional.Knows(httpContext.Request, tag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        response.ContentType = contentType;
        response.ContentLength = content.Length;
        return response.Body.WriteAsync(content, httpContext.RequestAborted).AsTask();
    }
}
