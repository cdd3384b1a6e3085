using Alerts.Web;

namespace Alerts.App.Functions;

/// <summary>
/// The pages and the API as the stand-alone service maps them, for requests that the Functions host hands over.
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
        // The worker's own route, {*path}, has matched; ours are looked up anew.
        context.SetEndpoint(null);
        context.Request.RouteValues.Clear();
        context.Features.Set(client);
        return pipeline(context);
    }
}
