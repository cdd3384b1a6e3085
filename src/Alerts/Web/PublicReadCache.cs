using System.Collections.Concurrent;
using Alerts.Dates;
using Alerts.Sources;
using Alerts.Web.Pages;

namespace Alerts.Web;

/// <summary>
/// Caches responses to public reads until a date changes or a source has been read. A cached response, or a 304, is
/// sent without reading the store.
/// </summary>
internal sealed class PublicReadCache(IKeyDates dates, SourceReads sources, ServiceClock clock)
{
    /// <summary>
    /// Maximum number of responses, and of bytes of one: 64 MB in total. A full cache is cleared; a response that is
    /// too large is not cached.
    /// </summary>
    private const int MaxAnswers = 256;
    private const int MaxBytes = 256 * 1024;

    /// <summary>
    /// How long a page is valid by the service's clock. Its countdowns depend on the current time, to the second at
    /// the finest.
    /// </summary>
    private static readonly Duration PagesHold = Duration.FromSeconds(1);

    private readonly ConcurrentDictionary<string, Kept> kept = new(StringComparer.Ordinal);

    public async ValueTask<object?> AnswerAsync(
        EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var context = invocation.HttpContext;
        var request = context.Request;
        var now = clock.Now;
        var cancel = context.RequestAborted;
        // Read before the response is made. A change in between makes the response newer than its stamp, so that it
        // is never cached too long.
        var stamp = new Stamp(await dates.StampAsync(now, cancel), sources.Finished);
        var address = request.Path + request.QueryString.Value;
        if (kept.TryGetValue(address, out var known) && known.Stamp == stamp && now < known.Until)
        {
            return known.Answer ?? await next(invocation);
        }

        var made = await next(invocation);
        var written = made switch
        {
            JsonResult { IsOk: true } answer => answer.Written(MaxBytes),
            FeedResult feed => await feed.WrittenAsync(MaxBytes, cancel),
            Page { IsOk: true } page => page.Written(context),
            _ => null,
        };
        if (made is not (JsonResult { IsOk: true } or FeedResult or Page { IsOk: true }))
        {
            return made;
        }

        if (kept.Count >= MaxAnswers)
        {
            kept.Clear();
        }

        kept[address] = new Kept(stamp, made is Page or JsonResult { IsBrief: true } ? now + PagesHold
            : Instant.MaxValue, written);
        return written ?? made;
    }

    /// <param name="Until">When the response expires even if no date has changed.</param>
    /// <param name="Answer">The response; null if it is too large.</param>
    private sealed record Kept(Stamp Stamp, Instant Until, BufferedResult? Answer);

    /// <param name="SourceReads">See <see cref="SourceReads.Finished"/>.</param>
    private sealed record Stamp(DatesVersion Dates, long SourceReads);
}

internal static class CachedReadRoutes
{
    /// <summary>Caches public reads that show nothing but key dates: see <see cref="PublicReadCache"/>.</summary>
    public static TBuilder CachedUntilDatesChange<TBuilder>(this TBuilder routes)
        where TBuilder : IEndpointConventionBuilder =>
        routes.AddEndpointFilter((invocation, next) => invocation.HttpContext.RequestServices
            .GetRequiredService<PublicReadCache>().AnswerAsync(invocation, next));
}

/// <summary>
/// Reads that any web page may make in its visitor's browser (CORS). They need no token, and none is sent along.
/// </summary>
internal static class PublicReads
{
    private const string Policy = "public reads";

    public static IServiceCollection AddPublicReads(this IServiceCollection services) =>
        services
            .AddCors(cors => cors.AddPolicy(Policy, policy => policy
                .AllowAnyOrigin()
                .WithMethods(HttpMethods.Get, HttpMethods.Head)
                .AllowAnyHeader()
                .WithExposedHeaders("ETag", "Retry-After")
                .SetPreflightMaxAge(TimeSpan.FromHours(24))))
            // Suppresses the check that every endpoint with a CORS policy has passed the middleware: requests without
            // an Origin header bypass it.
            .Configure<RouteOptions>(routing => routing.SuppressCheckForUnhandledSecurityMetadata = true);

    public static void UsePublicReads(this IApplicationBuilder app) =>
        app.Use(next =>
        {
            // Made at the first such request: the framework compiles code for this middleware, which slows the start.
            var withCors = new Lazy<RequestDelegate>(() =>
            {
                var branch = app.New();
                branch.UseCors().Run(next);
                return branch.Build();
            });
            return context => (context.Request.Headers.Origin.Count > 0 ? withCors.Value : next)(context);
        });

    /// <summary>Allows the web pages of every origin to read.</summary>
    public static TBuilder AllowAnyOrigin<TBuilder>(this TBuilder routes)
        where TBuilder : IEndpointConventionBuilder => routes.RequireCors(Policy);
}
