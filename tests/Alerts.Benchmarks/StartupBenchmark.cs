using System.Diagnostics;
using Alerts.Tests.Support.Functions;
using Alerts.Tests.Support.ServiceBus;

namespace Alerts.Benchmarks;

/// <summary>
/// Measures the time from the start of the published executable to its first response, compared with an empty ASP.NET
/// Core app published the same way: stand-alone on existing data, and as the worker of the fake Functions host. All
/// take turns in every round; a ratio is the median of the rounds' ratios.
/// </summary>
internal static class StartupBenchmark
{
    private const int Rounds = 15;
    private const double Target = 1.5;

    public static async Task RunAsync(Report report)
    {
        using var folder = new TemporaryFolder();
        using var azurite = await AzuriteProcess.StartAsync("startup");
        await Publishing.RunAsync("tests/Alerts.Benchmarks.Empty", folder.Of("empty"));
        await Publishing.RunAsync("src/Alerts", folder.Of("alerts"));
        var empty = new PublishedProgram(
            folder.Of("empty/empty"),
            folder.Path,
            port => ["--urls", $"http://127.0.0.1:{port}"],
            _ => []);
        var alone = new PublishedProgram(
            folder.Of("alerts/alerts"),
            folder.Path,
            port => ["serve", "--urls", $"http://127.0.0.1:{port}"],
            _ => []);
        using var bus = FakeServiceBus.Start(["email", "webhook", "webhook-slow"]);
        await using var host = await FakeFunctionsHost.CreateAsync(
            folder.Of("alerts"),
            folder.Path,
            bus,
            new Dictionary<string, string>
            {
                ["Alerts__PublicUrl"] = "https://alerts.example.com",
                ["Alerts__Store"] = "TableStorage",
                ["Alerts__TableStorage__ConnectionString"] = azurite.ConnectionString("startup"),
                ["Alerts__Queue"] = "ServiceBus",
                ["Alerts__ServiceBus__ConnectionString"] = bus.ConnectionString,
            }
        );

        var rounds = new List<Round>();
        for (var i = 0; i <= Rounds; i++)
        {
            var round = new Round(
                await empty.FirstAnswerAsync(""),
                await alone.FirstAnswerAsync(""),
                await FirstPageAsync(host));
            if (i > 0) // the first round fills the file cache and creates data folder and tables
            {
                rounds.Add(round);
            }
        }

        report.Figure("start to first answer: empty app", rounds.Select(round => round.Empty).Median(), "ms");
        report.Figure("start to first answer: alerts serve", rounds.Select(round => round.Alone).Median(), "ms");
        report.Figure(
            "start to first page read from Table Storage: alerts under the fake Functions host",
            rounds.Select(round => round.UnderHost).Median(),
            "ms");
        report.AtMost(
            "start, alerts serve : empty app",
            rounds.Select(round => round.Alone / round.Empty).Median(),
            "ratio",
            Target);
        report.Figure(
            "start, alerts under the fake Functions host : empty app",
            rounds.Select(round => round.UnderHost / round.Empty).Median(),
            "ratio");
    }

    /// <summary>
    /// Returns the milliseconds from the start of the worker to the first page, as an external client receives it.
    /// </summary>
    private static async Task<double> FirstPageAsync(FakeFunctionsHost host)
    {
        var began = Stopwatch.GetTimestamp();
        await host.StartAsync(at: null, speed: 1, CancellationToken.None);
        using var answer = await host.Http.GetAsync("/");
        answer.EnsureSuccessStatusCode();
        var took = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        await host.KillAsync();
        return took;
    }

    /// <summary>The times of one round, in milliseconds.</summary>
    private sealed record Round(double Empty, double Alone, double UnderHost);
}
