using Alerts.Tests.Support;
using Xunit;

namespace Alerts.Tests.EndToEnd;

/// <summary>
/// Runs the executable on the real clock and measures healthy endpoints twice: alone, and 5 seconds later next to
/// endpoints that hang, answer late or drip. A small version of the benchmark <c>fairness</c>: the service may
/// have half as many connections as there are bad endpoints.
/// </summary>
[Collection(RealProcesses.OneAtATime)]
public sealed class A_bad_endpoint_delays_only_its_own_alerts
{
    private const int Dates = 5;
    private const int MaxConnections = 50;

    /// <summary>
    /// Lateness is compared within one run. Differences below this say more about the machine than about the service.
    /// </summary>
    private static readonly TimeSpan Noise = TimeSpan.FromSeconds(2);

    /// <summary>
    /// If alerts are later than this with no other load, the machine is too busy: healthy endpoints count as slow ones.
    /// </summary>
    private static readonly TimeSpan Busy = TimeSpan.FromSeconds(1.5);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("hang", true)]
    [InlineData("late", true)]
    [InlineData("drip", true)]
    [InlineData("hang", false)] // all endpoints share one host
    public async Task The_others_are_as_punctual_as_without_it(string behaviour, bool ownHosts)
    {
        for (var pace = 1; !await CompareAsync(behaviour, ownHosts, pace);)
        {
            pace *= 2;
            Assert.SkipWhen(pace > 4, "This machine is too busy to compare lateness.");
        }
    }

    /// <param name="pace">Factor by which every time limit is stretched; 1 is normal.</param>
    /// <returns>False when the machine is too busy to tell.</returns>
    private static async Task<bool> CompareAsync(string behaviour, bool ownHosts, int pace)
    {
        var (healthy, bad) = ownHosts ? (60, 100) : (60, 20);
        using var folder = new TemporaryFolder();
        using var endpoints = new RawEndpoints();
        await using var service = new AlertsService(
            folder.At("data"), ("Alerts__Webhooks__MaxConnections", $"{MaxConnections}"));
        await service.StartAsync(Cancel);
        using var load = new WebhookLoad(
            service.Url,
            AlertsService.AdminKey,
            setUp: TimeSpan.FromSeconds(9) * pace,
            between: TimeSpan.FromSeconds(5) * pace);
        await load.SubscribeAsync(
            Enumerable.Range(0, healthy).Select(i => endpoints.Url("ok", i, ownHosts)),
            twice: true,
            Cancel);
        await load.SubscribeAsync(
            Enumerable.Range(healthy, bad).Select(i => endpoints.Url(behaviour, i, ownHosts)),
            twice: false,
            Cancel);
        if (!await load.AddDatesAsync(endpoints, Dates, Cancel))
        {
            return false;
        }

        var patience = TimeSpan.FromSeconds(12); // shorter than the time-out of a hanging attempt
        var until = load.Second - load.First;
        if (
            await WebhookLoad.LatenessAsync(endpoints, load.First, healthy * Dates, until, Cancel) is not { } alone
            || alone > Busy)
        {
            return false;
        }

        var beside = await WebhookLoad.LatenessAsync(endpoints, load.Second, healthy * Dates, patience, Cancel);

        Assert.NotNull(beside);
        Assert.True(beside < 2 * alone + Noise, $"{beside} beside them, {alone} alone");
        Assert.InRange(endpoints.MaxHeld, 1, MaxConnections);
        return true;
    }
}
