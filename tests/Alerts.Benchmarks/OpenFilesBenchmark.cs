using Alerts.Tests.Support;

namespace Alerts.Benchmarks;

/// <summary>
/// Sends to 10,000 healthy endpoints, each with its own host, from a process that may open 1,024 files.
/// </summary>
internal static class OpenFilesBenchmark
{
    private const int Hosts = 10_000;

    public static async Task RunAsync(Report report)
    {
        using var endpoints = new RawEndpoints();
        await using var program = await ServiceProgram.StartAsync("ulimit -n 1024; ");
        var most = 0;
        using var stopping = new CancellationTokenSource();
        var watching = Task.Run(async () =>
        {
            while (!stopping.IsCancellationRequested)
            {
                most = Math.Max(most, program.OpenFiles);
                await Task.Delay(20);
            }
        });
        using var load = new WebhookLoad(
            program.Url,
            MeasuredService.OperatorKey,
            TimeSpan.FromSeconds(240),
            TimeSpan.FromSeconds(30));
        await load.SubscribeAsync(
            Enumerable.Range(0, Hosts).Select(i => endpoints.Url("ok", i, ownHost: true)),
            twice: false,
            CancellationToken.None);
        if (!await load.AddDatesAsync(endpoints, 1, CancellationToken.None))
        {
            throw new InvalidOperationException("The set-up took longer than was given for it.");
        }

        var late = await WebhookLoad.LatenessAsync(
            endpoints,
            load.Second,
            Hosts,
            TimeSpan.FromMinutes(3),
            CancellationToken.None);
        await stopping.CancelAsync();
        await watching;
        report.AtLeast(
            "10,000 hosts, ulimit -n 1024: alerts delivered",
            endpoints.Arrivals.DistinctBy(one => one.Key).Count(),
            "alerts",
            Hosts);
        report.AtMost("10,000 hosts, ulimit -n 1024: open files", most, "files", 700);
        report.Figure("10,000 hosts, ulimit -n 1024: p99 lateness", late?.TotalSeconds ?? double.NaN, "s");
        report.Figure("10,000 hosts, ulimit -n 1024: memory", program.MemoryMegabytes, "MB");
    }
}
