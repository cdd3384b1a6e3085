namespace Alerts.Web;

/// <summary>Maps routes. A handler is called with its service and the request.</summary>
internal static class Routes
{
    private static readonly string[] ReadMethods = [HttpMethods.Get, HttpMethods.Head];
    private static readonly string[] PostMethods = [HttpMethods.Post];
    private static readonly string[] PutMethods = [HttpMethods.Put];
    private static readonly string[] PatchMethods = [HttpMethods.Patch];
    private static readonly string[] DeleteMethods = [HttpMethods.Delete];

    /// <summary>Maps a route that only reads: GET, and HEAD, which mail scanners and monitors use.</summary>
    public static Route MapRead<T>(
        this IEndpointRouteBuilder app,
        string pattern,
        Func<T, HttpContext, Task<IResult>> handler)
        where T : class => Route.To(app, pattern, ReadMethods, handler);

    /// <summary>Maps a route that only reads (GET and HEAD) and whose handler needs no service.</summary>
    public static Route MapRead(this IEndpointRouteBuilder app, string pattern, Handler handler) =>
        new(app, pattern, ReadMethods, handler, handler);

    public static Route MapPost<T>(
        this IEndpointRouteBuilder app,
        string pattern,
        Func<T, HttpContext, Task<IResult>> handler)
        where T : class => Route.To(app, pattern, PostMethods, handler);

    public static Route MapPut<T>(
        this IEndpointRouteBuilder app,
        string pattern,
        Func<T, HttpContext, Task<IResult>> handler)
        where T : class => Route.To(app, pattern, PutMethods, handler);

    public static Route MapPatch<T>(
        this IEndpointRouteBuilder app,
        string pattern,
        Func<T, HttpContext, Task<IResult>> handler)
        where T : class => Route.To(app, pattern, PatchMethods, handler);

    public static Route MapDelete<T>(
        this IEndpointRouteBuilder app,
        string pattern,
        Func<T, HttpContext, Task<IResult>> handler)
        where T : class => Route.To(app, pattern, DeleteMethods, handler);

    /// <summary>Maps a route for every method.</summary>
    public static Route MapAny<T>(
        this IEndpointRouteBuilder app,
        string pattern,
        Func<T, HttpContext, Task<IResult>> handler)
        where T : class => Route.To(app, pattern, null, handler);

    /// <summary>The value of a parameter in the route's pattern.</summary>
    /// <exception cref="InvalidOperationException">The pattern has no parameter of this name.</exception>
    public static string InPath(this HttpContext context, string name) =>
        context.Request.RouteValues[name] as string
        ?? throw new InvalidOperationException($"The route has no {{{name}}}.");
}
