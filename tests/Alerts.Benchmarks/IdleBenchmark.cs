using System.Diagnostics;
using Alerts.Due;
using Alerts.Subscriptions;
using Alerts.Watch;

namespace Alerts.Benchmarks;

/// <summary>
/// Measures a watch run with nothing due, with 10,000 and with 1,000,000 subscriptions: its cost must not grow with
/// their number. The runs of both take turns, so that other load on the machine affects both alike.
/// </summary>
internal static class IdleBenchmark
{
    private const int Few = 10_000;
    private const int Many = 1_000_000;
    private const int WarmUps = 50;
    private const int Runs = 400;

    private static readonly string[] Zones =
    [
        "America/New_York",
        "Europe/Berlin",
        "Asia/Tokyo",
        "Asia/Kolkata",
        "Australia/Sydney",
    ];
    private static readonly string[][] Leads =
    [
        ["P7D", "P1D"],
        ["P3D", "PT1H"],
        ["3BD", "P0D"],
        ["P14D", "P7D", "P1D", "PT0S"],
    ];

    /// <summary>480 preferences: 5 zones × 24 hours × 4 sets of leads.</summary>
    public static IReadOnlyList<Preferences> PreferenceSets { get; } =
    [
        .. Zones.SelectMany(zone =>
            Leads.SelectMany(leads => Enumerable.Range(0, 24).Select(hour => Service.Preferences(zone, hour, leads)))),
    ];

    public static async Task RunAsync(Report report)
    {
        using var folder = new TemporaryFolder();
        using var few = await PrepareAsync(folder.Of("few"), Few);
        using var many = await PrepareAsync(folder.Of("many"), Many);
        var times = (Few: new List<double>(), Many: new List<double>());
        for (var i = 0; i < WarmUps + Runs; i++)
        {
            // The two take turns in going first.
            var isFewFirst = i % 2 == 0;
            var (first, second) = (await RunAsync(isFewFirst ? few : many), await RunAsync(isFewFirst ? many : few));
            if (i >= WarmUps)
            {
                times.Few.Add(isFewFirst ? first : second);
                times.Many.Add(isFewFirst ? second : first);
            }
        }

        var (small, large) = (times.Few.Median(), times.Many.Median());
        report.Figure("idle run, 10,000 subscriptions, median", small, "ms");
        report.Figure("idle run, 1,000,000 subscriptions, median", large, "ms");
        report.AtMost("idle run, 1,000,000 : 10,000 subscriptions", large / small, "ratio", 1.2);
    }

    /// <summary>
    /// Creates a preference set for each of the preferences and ten dates, the first 30 days ahead so
    /// that nothing falls due.
    /// </summary>
    private static async Task<Service> PrepareAsync(string folder, int subscriptions)
    {
        using (var service = new Service(folder))
        {
            service.AddSubscriptions(subscriptions, PreferenceSets);
            for (var i = 1; i <= 10; i++)
            {
                await service.AddAsync(
                    FormattableString.Invariant($"date-{i}"),
                    Service.Start + Duration.FromDays(30 * i));
            }

            await service.Get<Watcher>().RunAsync(CancellationToken.None);
        }

        // After reopening, both begin with an empty write-ahead log: one that seeding made long
        // would make commits cheaper.
        return new Service(folder);
    }

    /// <returns>The time of the run, in milliseconds.</returns>
    private static async Task<double> RunAsync(Service service)
    {
        service.Clock.JumpTo(service.Clock.Now + Duration.FromSeconds(30));
        var began = Stopwatch.GetTimestamp();
        await service.Get<Watcher>().RunAsync(CancellationToken.None);
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }
}
