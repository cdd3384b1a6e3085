using System.Globalization;
using Alerts.Tests.Support;

namespace Alerts.Benchmarks;

/// <summary>
/// Measures how bad endpoints affect healthy ones, with the program in its own process and the real clock: the lateness
/// of the alerts of 500 healthy endpoints, alone and beside 500 bad ones; of endpoints that share a host; and beside
/// 5,000 that hang.
/// </summary>
internal static class FairnessBenchmark
{
    private const int Healthy = 500;
    private const int Dates = 20;

    public static async Task RunAsync(Report report)
    {
        foreach (var bad in new[] { "hang", "late", "drip" })
        {
            await CompareAsync(
                report,
                $"500 healthy beside 500 that {bad}",
                Healthy,
                bad,
                500,
                ownHosts: true,
                TimeSpan.FromSeconds(40));
        }

        await CompareAsync(
            report,
            "100 of one host beside 20 of it that hang",
            100,
            "hang",
            20,
            ownHosts: false,
            TimeSpan.FromSeconds(25));
        await CompareAsync(
            report,
            "500 healthy beside 5,000 that hang",
            Healthy,
            "hang",
            5000,
            ownHosts: true,
            TimeSpan.FromSeconds(150));
    }

    private static async Task CompareAsync(
        Report report, string what, int healthy, string behaviour, int bad, bool ownHosts, TimeSpan setUp)
    {
        while (!await TryCompareAsync(report, what, healthy, behaviour, bad, ownHosts, setUp))
        {
            setUp *= 2; // the machine is busy: allow more time
        }
    }

    private static async Task<bool> TryCompareAsync(
        Report report, string what, int healthy, string behaviour, int bad, bool ownHosts, TimeSpan setUp)
    {
        using var endpoints = new RawEndpoints();
        await using var program = await ServiceProgram.StartAsync();
        using var load = new WebhookLoad(program.Url, ServiceProgram.OperatorKey, setUp, TimeSpan.FromSeconds(30));
        await load.SubscribeAsync(
            Enumerable.Range(0, healthy).Select(i => endpoints.Url("ok", i, ownHosts)),
            twice: true,
            CancellationToken.None);
        await load.SubscribeAsync(
            Enumerable.Range(0, bad).Select(i => endpoints.Url(behaviour, healthy + i, ownHosts)),
            twice: false,
            CancellationToken.None);
        if (!await load.AddDatesAsync(endpoints, Dates, CancellationToken.None))
        {
            return false;
        }

        var before = program.MemoryMegabytes;
        var patience = TimeSpan.FromSeconds(60);
        var alone = await WebhookLoad.LatenessAsync(
            endpoints,
            load.First,
            healthy * Dates,
            patience,
            CancellationToken.None);
        var beside = await WebhookLoad.LatenessAsync(
            endpoints,
            load.Second,
            healthy * Dates,
            patience,
            CancellationToken.None);
        if (alone is not { } without || beside is not { } with)
        {
            report.AtMost($"{what}: not all had come after {patience.TotalSeconds:0} s", 1, "failures", 0);
            return true;
        }

        report.Figure($"{what}: p99 lateness alone", without.TotalSeconds, "s");
        report.Figure($"{what}: p99 lateness beside them", with.TotalSeconds, "s");
        report.AtMost($"{what}: p99 beside : alone", with / without, "ratio", 2);
        report.Figure($"{what}: requests they held at most", endpoints.MaxHeld, "requests");
        report.Figure($"{what}: memory before", before, "MB");
        report.Figure($"{what}: memory after", program.MemoryMegabytes, "MB");
        report.Figure($"{what}: open files", program.OpenFiles, "files");
        return true;
    }
}
