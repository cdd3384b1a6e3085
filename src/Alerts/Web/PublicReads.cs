namespace Alerts.Web;

/// <summary>
/// Reads that any web page may make in its visitor's browser (CORS). They need no token, and none is sent along.
/// </summary>
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
            // Suppresses the check that every endpoint with a CORS policy has passed the middleware: requests without
            // an Origin header bypass it.
            .Configure<RouteOptions>(routing => routing.SuppressCheckForUnhandledSecurityMetadata = true);

    public static void UsePublicReads(this IApplicationBuilder app) =>
        app.UseWhen(context => context.Request.Headers.Origin.Count > 0, fromOtherPages => fromOtherPages.UseCors());

    /// <summary>Maps a public read: see <see cref="Routes"/>.</summary>
    public static Route MapPublicRead<T>(
        this IEndpointRouteBuilder app,
        string pattern,
        Func<T, HttpContext, Task<IResult>> handler)
        where T : class => app.MapRead(pattern, handler).RequireCors(Policy);
}
