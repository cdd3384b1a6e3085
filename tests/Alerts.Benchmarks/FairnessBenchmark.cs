using System.Globalization;
using Alerts.Tests.Support;

namespace Alerts.Benchmarks;

/// <summary>
/// Measures how bad endpoints affect healthy ones, with the program in its own process and the real clock: the lateness
/// of the alerts of healthy endpoints, alone and beside bad ones.
/// </summary>
internal static class FairnessBenchmark
{
    private static readonly string[] Bad = ["hang", "late", "drip"];

    /// <summary>
    /// On SQLite: 500 healthy endpoints beside 500 bad ones; endpoints that share a host; and beside 5,000 that hang.
    /// </summary>
    public static async Task RunAsync(Report report)
    {
        static async Task<MeasuredService> StartAsync() => await ServiceProgram.StartAsync();
        foreach (var behaviour in Bad)
        {
            await CompareAsync(report, new Comparison("SQLite", StartAsync, 500, behaviour, 500));
        }

        await CompareAsync(report, new Comparison("SQLite", StartAsync, 100, "hang", 20)
        {
            OwnHosts = false,
            SetUp = TimeSpan.FromSeconds(25),
        });
        await CompareAsync(report, new Comparison("SQLite", StartAsync, 500, "hang", 5000)
        {
            SetUp = TimeSpan.FromSeconds(150),
        });
    }

    /// <summary>
    /// On Table Storage with the fake broker, stand-alone and as two workers of the fake Functions host. Azurite does
    /// some hundred row operations a second, which limits the size.
    /// </summary>
    public static async Task RunOnAzureAsync(Report report)
    {
        using var folder = new TemporaryFolder();
        var published = await Publishing.OfServiceAsync(folder.Path);
        foreach (var (host, start) in new (string, Func<Task<MeasuredService>>)[]
        {
            ("Table Storage, stand-alone", AzureService.StartAloneAsync),
            ("Table Storage, two Functions workers", () => AzureService.StartTwoWorkersAsync(published)),
        })
        {
            foreach (var behaviour in Bad)
            {
                await CompareAsync(report, new Comparison(host, start, 100, behaviour, 100) { Dates = 5 });
            }
        }
    }

    private static async Task CompareAsync(Report report, Comparison comparison)
    {
        while (!await TryCompareAsync(report, comparison))
        {
            comparison = comparison with { SetUp = comparison.SetUp * 2 }; // the machine is busy: allow more time
        }
    }

    private static async Task<bool> TryCompareAsync(Report report, Comparison comparison)
    {
        var what = comparison.ToString();
        using var endpoints = new RawEndpoints();
        await using var service = await comparison.StartAsync();
        using var load = new WebhookLoad(
            service.Url, MeasuredService.OperatorKey, comparison.SetUp, TimeSpan.FromSeconds(30));
        await load.SubscribeAsync(
            Enumerable.Range(0, comparison.Healthy).Select(i => endpoints.Url("ok", i, comparison.OwnHosts)),
            twice: true,
            CancellationToken.None);
        await load.SubscribeAsync(
            Enumerable.Range(comparison.Healthy, comparison.Bad)
                .Select(i => endpoints.Url(comparison.Behaviour, i, comparison.OwnHosts)),
            twice: false,
            CancellationToken.None);
        if (!await load.AddDatesAsync(endpoints, comparison.Dates, CancellationToken.None))
        {
            return false;
        }

        var before = service.MemoryMegabytes;
        var patience = TimeSpan.FromSeconds(60);
        var expected = comparison.Healthy * comparison.Dates;
        var alone = await WebhookLoad.LatenessAsync(
            endpoints, load.First, expected, patience, CancellationToken.None);
        var beside = await WebhookLoad.LatenessAsync(
            endpoints, load.Second, expected, patience, CancellationToken.None);
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
        report.Figure($"{what}: memory after", service.MemoryMegabytes, "MB");
        report.Figure($"{what}: open files", service.OpenFiles, "files");
        return true;
    }

    /// <param name="Host">Names what <paramref name="StartAsync"/> starts.</param>
    /// <param name="Healthy">Number of healthy endpoints.</param>
    /// <param name="Behaviour">What the bad endpoints do; see <see cref="RawEndpoints"/>.</param>
    /// <param name="Bad">Number of bad endpoints.</param>
    private sealed record Comparison(
        string Host, Func<Task<MeasuredService>> StartAsync, int Healthy, string Behaviour, int Bad)
    {
        /// <summary>Number of alerts for each endpoint.</summary>
        public int Dates { get; init; } = 20;

        /// <summary>Whether each endpoint has a host of its own; otherwise all share one.</summary>
        public bool OwnHosts { get; init; } = true;

        /// <summary>Time from the start to the first alert.</summary>
        public TimeSpan SetUp { get; init; } = TimeSpan.FromSeconds(40);

        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture,
            $"{Host}: {Healthy} healthy beside {Bad:N0} that {Behaviour}{(OwnHosts ? "" : ", all on one host")}");
    }
}
