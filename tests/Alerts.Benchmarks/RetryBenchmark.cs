using Alerts.Tests.Support;

namespace Alerts.Benchmarks;

/// <summary>
/// Measures how long a due retry waits while first attempts use all of the capacity: many healthy endpoints, which
/// answer after 0.2 s, and some that fail have all their alerts due at one instant. The first attempts need more than
/// ten seconds, so the first retries fall due in the middle of the load.
/// </summary>
internal static class RetryBenchmark
{
    /// <summary>The earliest that a first retry is due: 5 s, less 20 %.</summary>
    private static readonly TimeSpan Earliest = TimeSpan.FromSeconds(4);

    public static async Task RunAsync(Report report)
    {
        await MeasureAsync(report, "SQLite", await ServiceProgram.StartAsync(), healthy: 500, failing: 50, dates: 60);
        await MeasureAsync(
            report, "Table Storage, stand-alone", await AzureService.StartAloneAsync(), healthy: 100, failing: 10,
            dates: 30);
    }

    private static async Task MeasureAsync(
        Report report, string host, MeasuredService started, int healthy, int failing, int dates)
    {
        await using var service = started;
        using var endpoints = new RawEndpoints();
        using var load = new WebhookLoad(
            service.Url, MeasuredService.OperatorKey, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(30));
        await load.SubscribeAsync(
            Enumerable.Range(0, healthy).Select(i => endpoints.Url("pause", i, ownHost: true)),
            twice: true,
            CancellationToken.None);
        await load.SubscribeAsync(
            Enumerable.Range(healthy, failing).Select(i => endpoints.Url("fail", i, ownHost: true)),
            twice: false,
            CancellationToken.None);
        if (!await load.AddDatesAsync(endpoints, dates, CancellationToken.None))
        {
            throw new InvalidOperationException("The set-up took longer than was given for it.");
        }

        var patience = TimeSpan.FromMinutes(3);
        while (Retries(endpoints).Count < failing * dates
            && TimeProvider.System.GetUtcNow() < load.Second + patience)
        {
            await Task.Delay(100);
        }

        var retries = Retries(endpoints);
        var last = endpoints.Arrivals.Where(arrival => arrival.DueAt == load.Second).Max(arrival => arrival.At);
        report.AtLeast($"{host}: retries made", retries.Count, "retries", failing * dates);
        report.Figure(
            $"{host}: retries due while first attempts were waiting",
            retries.Count(retry => retry.First + Earliest < last),
            "retries");
        report.AtMost(
            $"{host}: longest delay of a due retry under full load",
            retries.Max(retry => retry.Second - retry.First - Earliest).TotalSeconds,
            "s",
            60);
        report.Figure($"{host}: lateness of the last first attempt", (last - load.Second).TotalSeconds, "s");
    }

    /// <summary>Returns when each alert was refused first, and when for the second time.</summary>
    private static List<(DateTimeOffset First, DateTimeOffset Second)> Retries(RawEndpoints endpoints) =>
        [.. endpoints.Refusals.GroupBy(refusal => refusal.Key)
            .Select(alert => alert.Select(refusal => refusal.At).Order().ToList())
            .Where(times => times.Count > 1)
            .Select(times => (times[0], times[1]))];
}
