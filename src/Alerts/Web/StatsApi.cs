using Alerts.Sources;
using Alerts.Web.OpenApi;

namespace Alerts.Web;

/// <summary><c>GET /api/stats</c>: the service's statistics, for operators.</summary>
internal sealed class StatsApi(Stats stats, SourceFailures failures)
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapRead<StatsApi>("/api/stats", (api, context) => api.GetAsync(context.RequestAborted))
            .ForOperators()
            .Described(DeliveryDocs.Stats);

    private async Task<IResult> GetAsync(CancellationToken cancel)
    {
        var figures = await stats.FiguresAsync(cancel);
        var failing = await failures.AllAsync(cancel);
        return new JsonResult(StatusCodes.Status200OK, StatsResponse.Of(figures, failing));
    }
}
