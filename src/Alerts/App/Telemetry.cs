using System.Diagnostics;
using Alerts.Queue;
using Alerts.Web;
using Azure.Identity;
using Azure.Monitor.OpenTelemetry.Exporter;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Alerts.App;

/// <summary>
/// Exports traces, metrics and logs through OpenTelemetry, as the standard environment variables say:
/// <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> (with the other <c>OTEL_…</c> variables) and
/// <c>APPLICATIONINSIGHTS_CONNECTION_STRING</c>. If neither is set, nothing is registered.
/// </summary>
internal static class Telemetry
{
    private const string Otlp = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string AzureMonitor = "APPLICATIONINSIGHTS_CONNECTION_STRING";

    /// <summary>
    /// If it contains <c>Authorization=AAD</c>, the exporter signs in with the managed identity, for a
    /// resource that accepts no keys.
    /// </summary>
    private const string AzureMonitorSignIn = "APPLICATIONINSIGHTS_AUTHENTICATION_STRING";

    /// <param name="environment">The environment variables.</param>
    /// <exception cref="BadSettingException">One of the two variables cannot be used.</exception>
    public static void AddTelemetry(this IHostApplicationBuilder builder, IConfiguration environment)
    {
        var toOtlp = environment[Otlp] is { Length: > 0 } endpoint && IsUsable(endpoint);
        var toAzure = environment[AzureMonitor] is { Length: > 0 } connection && HasKey(connection);
        if (toOtlp || toAzure)
        {
            AddExporters(builder, environment, toOtlp, toAzure);
        }
    }

    /// <summary>A method of its own, so that a process without telemetry never loads these libraries.</summary>
    private static void AddExporters(
        IHostApplicationBuilder builder, IConfiguration environment, bool toOtlp, bool toAzure)
    {
        // The exporters read their own variables from the configuration.
        builder.Configuration.AddInMemoryCollection(
            environment.AsEnumerable().Where(one => one.Key.StartsWith("OTEL_", StringComparison.Ordinal)));
        var telemetry = builder
            .Services.AddOpenTelemetry()
            .ConfigureResource(resource =>
                resource.AddService("alerts", serviceVersion: HealthApi.Version).AddEnvironmentVariableDetector())
            .WithTracing(traces =>
                traces.AddSource(AlertMetrics.Name).AddAspNetCoreInstrumentation().AddProcessor(new RoutesOnly()))
            .WithMetrics(metrics =>
                metrics.AddMeter(AlertMetrics.Name, "System.Runtime").AddAspNetCoreInstrumentation())
            .WithLogging(null, logs => logs.IncludeFormattedMessage = true);
        if (toOtlp)
        {
            telemetry.UseOtlpExporter();
        }

        if (toAzure)
        {
            telemetry.UseAzureMonitorExporter(azure =>
            {
                azure.ConnectionString = environment[AzureMonitor];
                azure.Credential =
                    environment[AzureMonitorSignIn]?.Contains("Authorization=AAD", StringComparison.OrdinalIgnoreCase)
                    == true
                        ? new DefaultAzureCredential() : null;
                azure.EnableLiveMetrics = false; // needs a permanent connection of its own
                azure.DisableOfflineStorage = true; // leaves nothing on the disks of serverless machines
            });
        }
    }

    private static bool IsUsable(string endpoint) =>
        Uri.TryCreate(endpoint, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? true
            : throw new BadSettingException(
                $"{Otlp} is not usable: write an absolute http or https address such as http://127.0.0.1:4317, "
                + "or remove it.");

    private static bool HasKey(string connection) =>
        connection.Split(';')
            .Any(part =>
                part.Trim().StartsWith("InstrumentationKey=", StringComparison.OrdinalIgnoreCase)
                && Guid.TryParse(part.AsSpan(part.IndexOf('=', StringComparison.Ordinal) + 1), out _))
            ? true
            : throw new BadSettingException(
                $"{AzureMonitor} is not usable: write the connection string that the Application Insights resource "
                + "shows, or remove it.");

    /// <summary>
    /// Removes all tags except those listed here from the spans of incoming requests, and replaces the path by the
    /// route's pattern, because a path may contain a token.
    /// </summary>
    private sealed class RoutesOnly : BaseProcessor<Activity>
    {
        private static readonly HashSet<string> Kept =
        [
            "http.request.method",
            "http.response.status_code",
            "http.route",
            "url.scheme",
            "url.path",
            "network.protocol.version",
            "error.type",
        ];

        public override void OnEnd(Activity data)
        {
            if (data.Kind != ActivityKind.Server)
            {
                return;
            }

            foreach (var (name, _) in data.TagObjects.Where(tag => !Kept.Contains(tag.Key)).ToList())
            {
                data.SetTag(name, null);
            }

            data.SetTag("url.path", data.GetTagItem("http.route") ?? "(no route)");
        }
    }
}
