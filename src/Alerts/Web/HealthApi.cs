using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Alerts.Watch;
using Alerts.Web.OpenApi;

namespace Alerts.Web;

/// <summary>
/// <c>/healthz</c>: whether the process responds. <c>/readyz</c>: whether the store can be read and the
/// watcher is running.
/// </summary>
internal sealed class HealthApi(IWatch watch, WatchOptions options, ServiceClock clock, ServiceHealth health)
    : IEndpoints
{
    /// <summary>
    /// A watch run is recent if it began within this time, or within three watch intervals if that is longer.
    /// </summary>
    private static readonly Duration RecentAtLeast = Duration.FromMinutes(5);

    public void Map(IEndpointRouteBuilder app)
    {
        var routes = app.MapGroup("").WithTags(Tags.Service).DisableRateLimiting();
        routes.MapMethods("/healthz", Verbs.Read, Health).WithName("health")
            .ProducesJson<HealthResponse>(200, """{"status":"ok","version":"0.1.0","tzdb":"2026f"}""");
        routes.MapMethods("/readyz", Verbs.Read, ReadinessAsync).WithName("readiness")
            .ProducesJson<ReadyResponse>(200, """{"status":"ready"}""").ProducesProblem(503);
    }

    /// <summary>The product's version, without the commit it was built from.</summary>
    public static string Version =>
        typeof(HealthApi)
            .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            ?.InformationalVersion.Split('+')[0]
        ?? "";

    /// <summary>Check that the process is alive.</summary>
    /// <remarks>Responds while the process runs, whatever else fails.</remarks>
    /// <response code="200">Alive.</response>
    internal static JsonResult Health() => new(
        StatusCodes.Status200OK, new HealthResponse("ok", Version, Zones.Version));

    /// <summary>Check that the service is ready.</summary>
    /// <remarks>Checks that the store can be read and the watcher ran recently.</remarks>
    /// <response code="200">The service is ready.</response>
    internal async Task<IResult> ReadinessAsync()
    {
        if (!health.IsReady)
        {
            // Causes name hosts, so only operators see them: on their page and in the log.
            var failing = health.Failures.Where(one => one.Kind != PartKind.Source).Select(failure =>
                $"{failure.Part} {failure.Kind.Fails()}");
            return NotReady($"{string.Join(", ", failing)}; the service's log tells more.");
        }

        try
        {
            var recent = Duration.Max(options.Every * 3, RecentAtLeast);
            return await watch.LastRunAsync(CancellationToken.None) is { } run && clock.Now - run.StartedAt <= recent
                ? new JsonResult(StatusCodes.Status200OK, new ReadyResponse("ready"))
                : NotReady("The watcher has not finished a run lately; the service's log tells more.");
        }
        catch (Exception e) when (Outage.CauseOf(e) is not null)
        {
            // An outage is an expected result here: it means "not ready".
            return NotReady("The store cannot be read; the service's log tells more.");
        }
    }

    private static IResult NotReady(string detail) => Problems.Of(StatusCodes.Status503ServiceUnavailable, detail);
}

/// <summary>Health of the process.</summary>
/// <param name="Status">Always <c>ok</c>.</param>
/// <param name="Version">Version of the product.</param>
/// <param name="Tzdb">Version of the time zone data.</param>
internal sealed record HealthResponse(
    [property: AllowedValues("ok")] string Status,
    [property: MinLength(1)] string Version,
    [property: MinLength(1)] string Tzdb);

/// <summary>Readiness of the service.</summary>
/// <param name="Status">Always <c>ready</c>.</param>
internal sealed record ReadyResponse([property: AllowedValues("ready")] string Status);
