namespace Alerts.Tests.EndToEnd;

/// <summary>
/// Runs the executable on the real clock and measures healthy endpoints twice: alone, and 5 seconds later next to
/// endpoints that hang, answer late or drip. A small version of the benchmarks <c>fairness</c> and
/// <c>fairness-azure</c>: the service may have fewer connections than the bad endpoints have alerts.
/// </summary>
[Collection(RealProcesses.OneAtATime)]
public sealed class A_bad_endpoint_delays_only_its_own_alerts(Azurite azurite)
{
    private const int MaxConnections = 50;

    /// <summary>
    /// Lateness is compared within one run. Differences below this say more about the machine than about the service.
    /// </summary>
    private static readonly TimeSpan Noise = TimeSpan.FromSeconds(2);

    [Theory]
    [InlineData("hang", true)]
    [InlineData("late", true)]
    [InlineData("drip", true)]
    [InlineData("hang", false)] // all endpoints share one host
    public Task The_others_are_as_punctual_as_without_it(string behaviour, bool ownHosts) => CompareAsync(new Load(
        behaviour, Healthy: 60, Bad: ownHosts ? 100 : 20, Dates: 5)
    {
        OwnHosts = ownHosts,
    }, folder => FairnessService.StartAsync(folder, MaxConnections, Cancel));

    [Fact]
    public Task So_they_are_on_Table_Storage_and_Service_Bus() => CompareAsync(
        Load.OnAzure, folder => FairnessService.StartOnAzureAsync(folder, azurite, MaxConnections, Cancel));

    [Fact]
    public Task So_they_are_beside_two_workers_of_the_Functions_host() => CompareAsync(
        Load.OnAzure, folder => FairnessService.StartTwoWorkersAsync(folder, azurite, MaxConnections, Cancel));

    private static async Task CompareAsync(Load load, Func<TemporaryFolder, Task<FairnessService>> start)
    {
        for (var pace = 1; !await TryCompareAsync(load, start, pace);)
        {
            pace *= 2;
            Assert.SkipWhen(pace > 4, "This machine is too busy to compare lateness.");
        }
    }

    /// <param name="pace">Factor by which every time limit is stretched; 1 is normal.</param>
    /// <returns>False when the machine is too busy to tell.</returns>
    private static async Task<bool> TryCompareAsync(
        Load wanted, Func<TemporaryFolder, Task<FairnessService>> start, int pace)
    {
        using var folder = new TemporaryFolder();
        using var endpoints = new RawEndpoints();
        await using var service = await start(folder);
        using var load = new WebhookLoad(
            service.Url, AlertsService.AdminKey, setUp: wanted.SetUp * pace, between: TimeSpan.FromSeconds(5) * pace);
        await load.SubscribeAsync(
            Enumerable.Range(0, wanted.Healthy).Select(i => endpoints.Url("ok", i, wanted.OwnHosts)),
            twice: true,
            Cancel);
        await load.SubscribeAsync(
            Enumerable.Range(wanted.Healthy, wanted.Bad)
                .Select(i => endpoints.Url(wanted.Behaviour, i, wanted.OwnHosts)),
            twice: false,
            Cancel);
        if (!await load.AddDatesAsync(endpoints, wanted.Dates, Cancel))
        {
            return false;
        }

        var patience = TimeSpan.FromSeconds(12); // shorter than the time-out of a hanging attempt
        var until = load.Second - load.First;
        var expected = wanted.Healthy * wanted.Dates;
        if (
            await WebhookLoad.LatenessAsync(endpoints, load.First, expected, until, Cancel) is not { } alone
            || alone > wanted.Busy)
        {
            return false;
        }

        var beside = await WebhookLoad.LatenessAsync(endpoints, load.Second, expected, patience, Cancel);

        Assert.NotNull(beside);
        Assert.True(beside < 2 * alone + Noise, $"{beside} beside them, {alone} alone");
        Assert.InRange(endpoints.MaxHeld, 1, MaxConnections * service.Processes);
        return true;
    }

    /// <param name="Healthy">Number of healthy endpoints.</param>
    /// <param name="Bad">Number of bad endpoints.</param>
    /// <param name="Dates">Number of alerts for each endpoint.</param>
    private sealed record Load(string Behaviour, int Healthy, int Bad, int Dates)
    {
        /// <summary>
        /// Few alerts, because Azurite is slow, but more that hang than the connections of two workers.
        /// </summary>
        public static readonly Load OnAzure = new("hang", Healthy: 30, Bad: 40, Dates: 3)
        {
            SetUp = TimeSpan.FromSeconds(15),
            Busy = TimeSpan.FromSeconds(4),
        };

        /// <summary>Whether each endpoint has a host of its own; otherwise all share one.</summary>
        public bool OwnHosts { get; init; } = true;

        /// <summary>Time from the start to the first alert.</summary>
        public TimeSpan SetUp { get; init; } = TimeSpan.FromSeconds(9);

        /// <summary>If alerts are later than this with no other load, the machine is too busy.</summary>
        public TimeSpan Busy { get; init; } = TimeSpan.FromSeconds(1.5);
    }
}
