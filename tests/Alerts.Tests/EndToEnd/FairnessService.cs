using Alerts.Tests.Support.Functions;
using Alerts.Tests.Support.ServiceBus;

namespace Alerts.Tests.EndToEnd;

/// <summary>
/// The service on the real clock: stand-alone on SQLite, stand-alone on Table Storage with a fake Service Bus, or as
/// two workers of the fake Functions host.
/// </summary>
/// <param name="parts">What to dispose, in this order.</param>
internal sealed class FairnessService(Uri url, int processes, params IReadOnlyList<object> parts) : IAsyncDisposable
{
    public Uri Url => url;

    /// <summary>Number of processes that send.</summary>
    public int Processes => processes;

    public static Task<FairnessService> StartAsync(
        TemporaryFolder folder, int maxConnections, CancellationToken cancel) =>
        StartAloneAsync(folder, [Connections(maxConnections)], [], cancel);

    public static async Task<FairnessService> StartOnAzureAsync(
        TemporaryFolder folder, Azurite azurite, int maxConnections, CancellationToken cancel)
    {
        var bus = AzureParts.StartBus();
        var settings = OnAzure(await azurite.NewAccountAsync(cancel), bus, maxConnections);
        return await StartAloneAsync(folder, settings, [bus], cancel);
    }

    public static async Task<FairnessService> StartTwoWorkersAsync(
        TemporaryFolder folder, Azurite azurite, int maxConnections, CancellationToken cancel)
    {
        var published = RealPart.Require("publish/alerts", "dotnet publish src/Alerts -o publish");
        var bus = AzureParts.StartBus();
        var settings = OnAzure(await azurite.NewAccountAsync(cancel), bus, maxConnections);
        var workers = await FunctionsWorkers.StartAsync(
            2, Path.GetDirectoryName(published)!, folder.Path, bus, settings, cancel); // a file always has a folder
        return new FairnessService(workers.Url, processes: 2, workers, bus);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var part in parts)
        {
            switch (part)
            {
                case IAsyncDisposable disposable:
                    await disposable.DisposeAsync();
                    break;
                case IDisposable disposable:
                    disposable.Dispose();
                    break;
            }
        }
    }

    private static async Task<FairnessService> StartAloneAsync(
        TemporaryFolder folder,
        IEnumerable<KeyValuePair<string, string>> settings,
        IReadOnlyList<object> parts,
        CancellationToken cancel)
    {
        var service = new AlertsService(folder.At("data"), [.. settings.Select(one => (one.Key, one.Value))]);
        await service.StartAsync(cancel);
        return new FairnessService(service.Url, processes: 1, [service, .. parts]);
    }

    private static KeyValuePair<string, string> Connections(int most) =>
        KeyValuePair.Create("Alerts__Webhooks__MaxConnections", FormattableString.Invariant($"{most}"));

    private static Dictionary<string, string> OnAzure(string storage, FakeServiceBus bus, int maxConnections) =>
        new(AzureParts.Settings(storage, bus, AlertsService.AdminKey).Append(Connections(maxConnections)));
}
