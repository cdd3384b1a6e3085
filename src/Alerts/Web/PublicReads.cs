namespace Alerts.Web;

/// <summary>Reads that any web page may make in its visitor's browser (CORS): they need no token, and none is taken along.</summary>
internal static class PublicReads
{
    private const string Policy = "public reads";

    public static IServiceCollection AddPublicReads(this IServiceCollection services) =>
        services
            .AddCors(cors =>
                cors.AddPolicy(Policy, policy =>
                    policy
                        .AllowAnyOrigin()
                        .WithMethods(HttpMethods.Get, HttpMethods.Head)
                        .AllowAnyHeader()
                        .WithExposedHeaders("ETag", "Retry-After")
                        .SetPreflightMaxAge(TimeSpan.FromHours(24))))
            // The check that every endpoint with a policy went through the middleware: those who are not another page's script pass it by.
            .Configure<RouteOptions>(routing => routing.SuppressCheckForUnhandledSecurityMetadata = true);

    public static void UsePublicReads(this IApplicationBuilder app) =>
        app.UseWhen(context => context.Request.Headers.Origin.Count > 0, fromOtherPages => fromOtherPages.UseCors());

    /// <summary>A public read: see <see cref="Routes"/>.</summary>
    public static Route MapPublicRead<T>(
        this IEndpointRouteBuilder app,
        string pattern,
        Func<T, HttpContext, Task<IResult>> handler)
        where T : class => app.MapRead(pattern, handler).RequireCors(Policy);
}
