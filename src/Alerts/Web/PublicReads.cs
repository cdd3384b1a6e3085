namespace Alerts.Web;

/// <summary>
/// Reads that any web page may make in its visitor's browser (CORS, section 3.2 of the Fetch standard): they need no token, and none is
/// taken along. Requests that come from no other page's script pass it by.
/// </summary>
internal sealed class PublicReads(RequestDelegate next)
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public Task InvokeAsync(HttpContext context)
    {
        if (context.Request.Headers.Origin.Count == 0 || context.GetEndpoint()?.Metadata.GetMetadata<Mark>() is null)
        {
            return next(context);
        }

        var headers = context.Response.Headers;
        headers.AccessControlAllowOrigin = "*";
        if (!HttpMethods.IsOptions(context.Request.Method))
        {
            headers.AccessControlExposeHeaders = "ETag, Retry-After";
            return next(context);
        }

        // Asked beforehand, since the page's script sets headers: it may set any.
        headers.AccessControlAllowMethods = "GET, HEAD";
        headers.AccessControlAllowHeaders = context.Request.Headers.AccessControlRequestHeaders;
        headers.AccessControlMaxAge = "86400"; // a day in seconds
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    public static Route Open(Route route) => route.WithMetadata(new Mark(), new HttpMethodMetadata(Methods, acceptCorsPreflight: true));

    /// <summary>On the endpoints of public reads.</summary>
    private sealed class Mark;
}

internal static class PublicReadRoutes
{
    /// <summary>A public read: see <see cref="Routes"/> and <see cref="PublicReads"/>.</summary>
    public static Route MapPublicRead<T>(this IEndpointRouteBuilder app, string pattern, Func<T, HttpContext, Task<IResult>> handler)
        where T : class => PublicReads.Open(app.MapRead(pattern, handler));
}
