using System.Diagnostics;
using System.Net;
using Alerts.App;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Alerts.Benchmarks;

/// <summary>
/// Measures public pages and reads of the whole service, as <c>serve</c> builds it, compared with an empty
/// minimal-API endpoint in the same process, over loopback. All take turns in every round; a ratio is the median
/// of the rounds' ratios.
/// </summary>
internal static class LoadBenchmark
{
    private const int Clients = 8;
    private const int Rounds = 25;
    private const int Requests = 4_000;
    private const double Target = 0.5;

    private static readonly string[] Reads =
    [
        "/",
        "/dates/us-china-truce-expiry",
        "/api/dates",
        "/api/dates/us-china-truce-expiry",
        "/feed.atom",
        "/calendar.ics",
    ];
    private static readonly string[] Known = ["/api/dates", "/api/dates/us-china-truce-expiry", "/calendar.ics"];

    public static async Task RunAsync(Report report)
    {
        using var folder = new TemporaryFolder();
        await using var empty = await EmptyAsync();
        await using var service = await ServiceAsync(folder);
        using var toEmpty = Client(empty);
        using var toService = Client(service);
        await RateAsync(toEmpty, "/", null, HttpStatusCode.OK);
        var targets = new List<Load>();
        foreach (var path in Reads)
        {
            targets.Add(new Load(path, null, []));
        }

        foreach (var path in Known)
        {
            using var first = await toService.GetAsync(new Uri(path, UriKind.Relative));
            targets.Add(new Load(path, first.Headers.ETag!.ToString(), [])); // every response has one
        }

        var empties = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            var bare = await RateAsync(toEmpty, "/", null, HttpStatusCode.OK);
            foreach (var target in targets)
            {
                target.Ratios.Add(
                    await RateAsync(
                        toService,
                        target.Path,
                        target.Tag,
                        target.Tag is null ? HttpStatusCode.OK : HttpStatusCode.NotModified) / bare);
            }

            empties.Add(bare);
        }

        report.Figure("empty endpoint", empties.Median(), "requests/s");

        foreach (var target in targets)
        {
            report.AtLeast(
                $"{target.Path}{(target.Tag is null ? "" : ", 304")} : empty endpoint",
                target.Ratios.Median(),
                "ratio",
                Target);
        }
    }

    /// <returns>Requests per second.</returns>
    private static async Task<double> RateAsync(HttpClient client, string path, string? tag, HttpStatusCode expected)
    {
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < Requests / Clients; i++)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, path);
                if (tag is not null)
                {
                    request.Headers.TryAddWithoutValidation("If-None-Match", tag);
                }

                using var response = await client.SendAsync(request);
                if (response.StatusCode != expected)
                {
                    throw new InvalidOperationException($"{path} answered {response.StatusCode}.");
                }
            }
        })));
        return Requests / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static async Task<WebApplication> EmptyAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapGet("/", () => "");
        await app.StartAsync();
        return app;
    }

    private static async Task<WebApplication> ServiceAsync(TemporaryFolder folder)
    {
        var data = new DataFolder(folder.Of("data"), Path.Combine(folder.Of("data"), "alerts.db"));
        var app = ServeCommand.Build(
            new Settings(new ConfigurationBuilder().Build()),
            data,
            new ServiceClock(TimeProvider.System),
            ServeCommand.DefaultUrl,
            ["http://127.0.0.1:0"],
            adminKey: null);
        await ServeCommand.StartAsync(app, CancellationToken.None);
        return app;
    }

    private static HttpClient Client(WebApplication app) => new() { BaseAddress = new Uri(app.Urls.Single()) };

    /// <param name="Tag">The ETag sent as <c>If-None-Match</c>; null for none.</param>
    /// <param name="Ratios">One ratio per round.</param>
    private sealed record Load(string Path, string? Tag, List<double> Ratios);
}
