using Alerts.Dates;
using Alerts.Queue;
using Alerts.Watch;
using Alerts.Web;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Azure.Functions.Worker.Builder;

namespace Alerts.App.Functions;

/// <summary>
/// Runs the service as an isolated worker of the Azure Functions host, which calls <see cref="Triggers"/>.
/// </summary>
internal static class FunctionsHost
{
    /// <summary>
    /// Whether the Functions host started this process: it passes its own address in a <c>--functions-…</c> argument.
    /// </summary>
    public static bool HasStarted(string[] args) =>
        args.Any(arg => arg.StartsWith("--functions-", StringComparison.Ordinal));

    /// <returns>
    /// The exit code: 0 if the process was asked to stop, 2 for a setting that cannot be used, 1 for anything else. The
    /// Functions host restarts a process only if its exit code is not 0.
    /// </returns>
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            var settings = new Settings(Commands.Configuration());
            // Our own arguments may follow the host's: a simulated clock, and the folder of the file that announces it.
            var own = new ConfigurationBuilder().AddCommandLine(args).Build();
            var clock = ServeCommand.ClockOf(own["clock"], own["speed"]);
            var folder = Commands.FolderOf(own["data"] ?? "data", settings);
            using var host = Build(args, settings, folder, clock);
            host.Services.GetRequiredService<IKeyDates>(); // reads the store's settings
            using var announced = RunningClock.Announce(folder, clock);
            await host.StartAsync();
            await host.WaitForShutdownAsync();
            return host.HasFailed() ? 1 : 0;
        }
        catch (Exception e) when (e is BadSettingException or BadArgumentException)
        {
            return Commands.Refuse(e.Message);
        }
    }

    private static IHost Build(string[] args, Settings settings, DataFolder folder, ServiceClock clock)
    {
        if (!settings.HasSeparateQueue())
        {
            throw settings.Bad("Queue", "under the Functions host write ServiceBus, with Alerts:Store=TableStorage");
        }

        var publicUrl = settings.PublicUrl() ?? throw settings.Bad(
            "PublicUrl",
            "under the Functions host write the address of the service, such as https://alerts.example.com");
        var builder = FunctionsApplication.CreateBuilder(args);
        builder.ConfigureFunctionsWebApplication();
        builder.Services.Configure<KestrelServerOptions>(kestrel => kestrel.AddServerHeader = false);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ServeCommand.StopsWithin);
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddFilter("Alerts", LogLevel.Information);
        builder.AddTelemetry(new ConfigurationBuilder().AddEnvironmentVariables().Build());
        builder.Services.AddAlerts(settings, folder, clock, publicUrl, withCatalogue: true);
        builder.Services.AddAdminAccess(settings.AdminKey(), publicUrl, TimeProvider.System);
        builder.Services.AddAlertsWeb(TrustedProxies.From(settings));
        builder.Services.AddSingleton(new ReportedClient(settings.Text("ClientAddressHeader")));
        builder.Services.AddSingleton<WebPipeline>();
        builder.Services.AddSingleton(QueueHandlerOptions.UnderFunctions);
        builder.Services.AddHostedService<DateChangeWorker>();
        builder.Services.AddSingleton<RunningTriggers>();
        builder.Services.AddHostedService(of => of.GetRequiredService<RunningTriggers>());
        return builder.Build();
    }
}

/// <summary>Serves requests from the Functions host with the same pages and API as the stand-alone service.</summary>
internal sealed class WebPipeline(IServiceProvider services, ReportedClient client)
{
    private readonly RequestDelegate pipeline = Build(new ApplicationBuilder(services));

    public Task RunAsync(HttpContext context)
    {
        // The worker's own route, {*path}, has already matched; clear it so that our routes are matched.
        context.SetEndpoint(null);
        context.Request.RouteValues.Clear();
        context.Features.Set(client);
        return pipeline(context);
    }

    private static RequestDelegate Build(ApplicationBuilder app)
    {
        app.UseAlerts();
        return app.UseEndpoints(routes => routes.MapAlerts()).Build();
    }
}
