namespace Alerts.Tests.EndToEnd;

/// <summary>A small version of the benchmark <c>files</c>: many more hosts than connections may be open.</summary>
[Collection(RealProcesses.OneAtATime)]
public sealed class Many_hosts_never_exhaust_open_files
{
    private const int Hosts = 300;
    private const int MaxConnections = 20;

    [Fact]
    public async Task Every_alert_arrives_and_few_connections_are_open()
    {
        using var folder = new TemporaryFolder();
        using var endpoints = new RawEndpoints();
        await using var service = new AlertsService(
            folder.At("data"), ("Alerts__Webhooks__MaxConnections", $"{MaxConnections}"));
        await service.StartAsync(Cancel);
        using var load = new WebhookLoad(
            service.Url, AlertsService.AdminKey, setUp: TimeSpan.FromSeconds(14), between: TimeSpan.Zero);
        await load.SubscribeAsync(
            Enumerable.Range(0, Hosts).Select(i => endpoints.Url("ok", i, ownHost: true)),
            twice: false,
            Cancel);
        _ = await load.AddDatesAsync(endpoints, 2, Cancel);

        await Eventually.BecomesTrueAsync(
            "every alert has arrived",
            () => Task.FromResult(endpoints.Arrivals.DistinctBy(arrival => arrival.Key).Count() == Hosts * 2),
            Cancel);
        // the server may see a new connection before the end of an old one
        Assert.InRange(endpoints.MaxOpen, 1, 2 * MaxConnections);
    }
}
