namespace Alerts.Web;

/// <summary>Answers one request of a route.</summary>
internal delegate Task<IResult> Handler(HttpContext context);

/// <summary>
/// One route while it is mapped. Its handler is called as it stands: the framework's own route handlers read each handler's signature by
/// reflection and compile code for all of them at the first request, which took a fifth of a start.
/// </summary>
internal sealed class Route : IEndpointConventionBuilder
{
    private readonly IServiceProvider services;
    private readonly IEndpointConventionBuilder endpoint;
    private Handler handler;

    /// <param name="methods">The HTTP methods; null for any.</param>
    /// <param name="written">The handler as its room wrote it: the API's document lists only endpoints that name a method behind them.</param>
    public Route(
        IEndpointRouteBuilder app,
        string pattern,
        IEnumerable<string>? methods,
        Delegate written,
        Handler handler)
    {
        services = app.ServiceProvider;
        this.handler = handler;
        endpoint = methods is null ? app.Map(pattern, AnswerAsync) : app.MapMethods(pattern, methods, AnswerAsync);
        this.WithMetadata(written.Method);
    }

    /// <summary>A route whose handler works with <typeparamref name="T"/>, of which there is one in the whole process.</summary>
    public static Route To<T>(
        IEndpointRouteBuilder app,
        string pattern,
        IEnumerable<string>? methods,
        Func<T, HttpContext, Task<IResult>> handler)
        where T : class
    {
        var room = new Lazily<T>(app.ServiceProvider);
        return new Route(app, pattern, methods, handler, context => handler(room.Value, context));
    }

    /// <summary>Puts something before the handler, which answers in its place or lets it answer.</summary>
    public Route Behind<T>(Func<T, HttpContext, Handler, Task<IResult>> gate)
        where T : class
    {
        var (keeper, inner) = (new Lazily<T>(services), handler);
        handler = context => gate(keeper.Value, context, inner);
        return this;
    }

    public void Add(Action<EndpointBuilder> convention) => endpoint.Add(convention);

    public void Finally(Action<EndpointBuilder> finallyConvention) => endpoint.Finally(finallyConvention);

    private async Task AnswerAsync(HttpContext context)
    {
        var result = await handler(context);
        await result.ExecuteAsync(context);
    }

    /// <summary>Made by the first request that needs it, not by the start, and for no request again.</summary>
    private sealed class Lazily<T>(IServiceProvider services)
        where T : class
    {
        private T? made;

        public T Value => made ??= services.GetRequiredService<T>();
    }
}
