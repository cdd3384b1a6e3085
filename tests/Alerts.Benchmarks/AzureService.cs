using Alerts.Tests.Support.Functions;
using Alerts.Tests.Support.ServiceBus;

namespace Alerts.Benchmarks;

/// <summary>
/// The service on Table Storage (Azurite) and a fake Service Bus in this process: stand-alone, or as two workers under
/// fake Functions hosts.
/// </summary>
internal sealed class AzureService : MeasuredService
{
    private const string Account = "alerts";

    private readonly TemporaryFolder folder = new();
    private readonly FakeServiceBus bus = AzureParts.StartBus();
    private readonly AzuriteProcess azurite;
    private ServiceProgram? alone;
    private FunctionsWorkers? workers;

    private AzureService(AzuriteProcess azurite) => this.azurite = azurite;

    public override Uri Url => alone?.Url ?? workers!.Url; // one of the two was started

    public override IReadOnlyList<int> ProcessIds => alone is null ? workers!.ProcessIds : alone.ProcessIds;

    /// <summary>Starts it stand-alone and returns once it listens.</summary>
    public static async Task<MeasuredService> StartAloneAsync()
    {
        var service = new AzureService(await AzuriteProcess.StartAsync(Account));
        service.alone = await ServiceProgram.StartAsync(settings: service.OnAzure());
        return service;
    }

    /// <summary>Starts two workers of a published folder; returns once their functions are loaded.</summary>
    public static async Task<MeasuredService> StartTwoWorkersAsync(string published)
    {
        var service = new AzureService(await AzuriteProcess.StartAsync(Account));
        service.workers = await FunctionsWorkers.StartAsync(
            2, published, service.folder.Path, service.bus, service.OnAzure(), CancellationToken.None);
        return service;
    }

    public override async ValueTask DisposeAsync()
    {
        await (alone?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (workers?.DisposeAsync() ?? ValueTask.CompletedTask);
        bus.Dispose();
        azurite.Dispose();
        folder.Dispose();
    }

    private Dictionary<string, string> OnAzure() =>
        AzureParts.Settings(azurite.ConnectionString(Account), bus, OperatorKey);
}
