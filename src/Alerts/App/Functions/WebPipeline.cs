using Alerts.Web;

namespace Alerts.App.Functions;

/// <summary>
/// Serves requests from the Functions host with the same pages and API as the stand-alone service.
/// </summary>
internal sealed class WebPipeline
{
    private readonly RequestDelegate pipeline;
    private readonly ReportedClient client;

    public WebPipeline(IServiceProvider services, ReportedClient client)
    {
        this.client = client;
        var app = new ApplicationBuilder(services);
        app.UseAlerts();
        app.UseEndpoints(routes => routes.MapAlerts());
        pipeline = app.Build();
    }

    public Task RunAsync(HttpContext context)
    {
        // The worker's own route, {*path}, has already matched; clear it so that our routes are matched.
        context.SetEndpoint(null);
        context.Request.RouteValues.Clear();
        context.Features.Set(client);
        return pipeline(context);
    }
}
