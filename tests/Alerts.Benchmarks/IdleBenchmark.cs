using System.Diagnostics;
using Alerts.Subscriptions;
using Alerts.Watch;

namespace Alerts.Benchmarks;

/// <summary>
/// Measures a watch run with nothing due, with 10,000 and with 1,000,000 subscriptions, and with 100 and with 20,000
/// dates: its cost must not grow with their number. The runs of both take turns, so that other load on the machine
/// affects both alike.
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
        await CompareAsync(
            report,
            new Size("10,000 subscriptions", Few, PreferenceSets, Dates: 10),
            new Size("1,000,000 subscriptions", Many, PreferenceSets, Dates: 10));
        // Fewer preferences: all of them follow each date.
        Preferences[] some = [.. PreferenceSets.Take(20)];
        await CompareAsync(
            report,
            new Size("100 dates with 100,000 subscriptions", 100_000, some, Dates: 100),
            new Size("20,000 dates with 100,000 subscriptions", 100_000, some, Dates: 20_000));
    }

    private static async Task CompareAsync(Report report, Size small, Size large)
    {
        using var folder = new TemporaryFolder();
        using var few = await PrepareAsync(folder.Of("few"), small);
        using var many = await PrepareAsync(folder.Of("many"), large);
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

        var (least, most) = (times.Few.Median(), times.Many.Median());
        report.Figure($"idle run, {small.Name}, median", least, "ms");
        report.Figure($"idle run, {large.Name}, median", most, "ms");
        report.AtMost($"idle run, {large.Name} : {small.Name}", most / least, "ratio", 1.2);
    }

    /// <summary>
    /// Creates a preference set for each of the preferences, and the dates: the first 30 days ahead, so that nothing
    /// falls due, the others over the 270 days after it.
    /// </summary>
    private static async Task<Service> PrepareAsync(string folder, Size size)
    {
        using (var service = new Service(folder))
        {
            service.AddSubscriptions(size.Subscriptions, size.Preferences);
            for (var i = 0; i < size.Dates; i++)
            {
                await service.AddAsync(
                    FormattableString.Invariant($"date-{i}"),
                    Service.Start + Duration.FromDays(30) + (Duration.FromDays(270) * i / size.Dates));
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

    /// <summary>How much a service holds.</summary>
    private sealed record Size(string Name, int Subscriptions, IReadOnlyList<Preferences> Preferences, int Dates);
}
