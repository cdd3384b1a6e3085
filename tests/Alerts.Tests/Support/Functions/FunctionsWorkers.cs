using Alerts.Tests.Support.ServiceBus;

namespace Alerts.Tests.Support.Functions;

/// <summary>
/// Several workers of the published folder on the real clock, each under a fake host of its own. They share one broker
/// and one Table Storage. As on Azure, the timer fires for one of them only.
/// </summary>
internal sealed class FunctionsWorkers : IAsyncDisposable
{
    private static readonly TimeSpan TickEvery = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _stopping = new();
    private readonly IReadOnlyList<FakeFunctionsHost> _hosts;
    private readonly Task _ticking;

    private FunctionsWorkers(IReadOnlyList<FakeFunctionsHost> hosts)
    {
        _hosts = hosts;
        _ticking = TickAsync();
    }

    /// <summary>The public address of the first worker's host.</summary>
    public Uri Url => _hosts[0].Http.BaseAddress!; // every host sets it

    public IReadOnlyList<int> ProcessIds => [.. _hosts.Select(host => host.ProcessId)];

    public IEnumerable<string> Output => _hosts.SelectMany(host => host.Output);

    /// <summary>Starts the workers, one after the other; returns when all have loaded their functions.</summary>
    /// <param name="published">The published folder.</param>
    /// <param name="data">The folder for the files that a worker keeps.</param>
    public static async Task<FunctionsWorkers> StartAsync(
        int count,
        string published,
        string data,
        FakeServiceBus bus,
        IReadOnlyDictionary<string, string> settings,
        CancellationToken cancel)
    {
        var hosts = new List<FakeFunctionsHost>();
        for (var i = 0; i < count; i++)
        {
            hosts.Add(await FakeFunctionsHost.CreateAsync(published, data, bus, settings));
            await hosts[^1].StartAsync(at: null, speed: 1, cancel);
        }

        return new FunctionsWorkers(hosts);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        foreach (var host in _hosts)
        {
            await host.DisposeAsync(); // also ends a tick under way
        }

        await _ticking;
        _stopping.Dispose();
    }

    private async Task TickAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            await _hosts[0].TickOnceAsync();
            await Task.Delay(TickEvery, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
