namespace Alerts.Web;

/// <summary>Answers one request of a route.</summary>
internal delegate Task<IResult> Handler(HttpContext context);

/// <summary>Answers one request of a route with the help of a service.</summary>
internal delegate Task<IResult> Handler<T>(T service, HttpContext context);

/// <summary>Maps routes. A handler is called with its service, a singleton, and the request.</summary>
internal static class Routes
{
    private static readonly string[] ReadMethods = [HttpMethods.Get, HttpMethods.Head];

    extension(IEndpointRouteBuilder app)
    {
        /// <summary>Maps a route that only reads: GET, and HEAD, which mail scanners and monitors use.</summary>
        public Route MapRead<T>(string pattern, Handler<T> handler)
            where T : class => Route.To(app, pattern, ReadMethods, handler);

        /// <summary>Maps a route that only reads (GET and HEAD) and whose handler needs no service.</summary>
        public Route MapRead(string pattern, Handler handler) => new(app, pattern, ReadMethods, handler, handler);

        public Route MapPost<T>(string pattern, Handler<T> handler)
            where T : class => Route.To(app, pattern, [HttpMethods.Post], handler);

        public Route MapPut<T>(string pattern, Handler<T> handler)
            where T : class => Route.To(app, pattern, [HttpMethods.Put], handler);

        public Route MapPatch<T>(string pattern, Handler<T> handler)
            where T : class => Route.To(app, pattern, [HttpMethods.Patch], handler);

        public Route MapDelete<T>(string pattern, Handler<T> handler)
            where T : class => Route.To(app, pattern, [HttpMethods.Delete], handler);
    }

    /// <summary>The value of a parameter in the route's pattern.</summary>
    /// <exception cref="InvalidOperationException">The pattern has no parameter of this name.</exception>
    public static string InPath(this HttpContext context, string name) =>
        context.Request.RouteValues[name] as string
        ?? throw new InvalidOperationException($"The route has no {{{name}}}.");
}

/// <summary>
/// One route while it is mapped. Its handler is called directly. The framework's own route handlers read each
/// handler's signature by reflection and compile code for all of them at the first request, which took a fifth of the
/// startup time.
/// </summary>
internal sealed class Route : IEndpointConventionBuilder
{
    private readonly IServiceProvider services;
    private readonly IEndpointConventionBuilder endpoint;
    private Handler handler;

    /// <param name="written">
    /// The handler as declared: the API document lists only endpoints with the metadata of a handler method.
    /// </param>
    public Route(
        IEndpointRouteBuilder app, string pattern, IEnumerable<string> methods, Delegate written, Handler handler)
    {
        services = app.ServiceProvider;
        this.handler = handler;
        endpoint = app.MapMethods(pattern, methods, AnswerAsync);
        this.WithMetadata(written.Method);
    }

    /// <summary>Maps a route whose handler uses the singleton <typeparamref name="T"/>.</summary>
    public static Route To<T>(
        IEndpointRouteBuilder app, string pattern, IEnumerable<string> methods, Handler<T> handler)
        where T : class
    {
        var service = AtFirstUse<T>(app.ServiceProvider);
        return new Route(app, pattern, methods, handler, context => handler(service.Value, context));
    }

    /// <summary>Adds a filter before the handler, which answers itself or calls the handler.</summary>
    public Route Behind<T>(Func<T, HttpContext, Handler, Task<IResult>> filter)
        where T : class
    {
        var (service, inner) = (AtFirstUse<T>(services), handler);
        handler = context => filter(service.Value, context, inner);
        return this;
    }

    public void Add(Action<EndpointBuilder> convention) => endpoint.Add(convention);

    public void Finally(Action<EndpointBuilder> finallyConvention) => endpoint.Finally(finallyConvention);

    private async Task AnswerAsync(HttpContext context)
    {
        var result = await handler(context);
        await result.ExecuteAsync(context);
    }

    /// <summary>Resolves a service at the first request that needs it, not at startup; again if that failed.</summary>
    private static Lazy<T> AtFirstUse<T>(IServiceProvider services)
        where T : class => new(services.GetRequiredService<T>, LazyThreadSafetyMode.PublicationOnly);
}
