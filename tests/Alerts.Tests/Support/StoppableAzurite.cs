namespace Alerts.Tests.Support;

/// <summary>
/// A separate Table Storage (npm azurite) with its data in files, so that it can be stopped and started.
/// Clients connect through a gate that is shut before the stop, because Azurite may not save what it answers
/// while it is closing.
/// </summary>
internal sealed class StoppableAzurite : IAsyncDisposable
{
    private const string Account = "account1";
    private static readonly string Key = Convert.ToBase64String(new byte[32]);

    private readonly int _port = FreePort.Kept();
    private readonly string _folder;
    private readonly Gate _gate;
    private ChildProcess? _process;

    private StoppableAzurite(string folder) => (_folder, _gate) = (folder, new Gate(_port));

    public string ConnectionString =>
        FormattableString.Invariant($"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};")
        + FormattableString.Invariant($"TableEndpoint=http://127.0.0.1:{_gate.Port}/{Account};");

    /// <param name="folder">The folder for its data.</param>
    public static async Task<StoppableAzurite> StartAsync(string folder, CancellationToken cancel)
    {
        var azurite = new StoppableAzurite(folder);
        await azurite.ResumeAsync(cancel);
        return azurite;
    }

    /// <summary>Starts it with its existing data.</summary>
    public async Task ResumeAsync(CancellationToken cancel)
    {
        _process = Azurite.Start(_port, Account + ":" + Key, "--location", _folder);
        await _process.WaitForPortAsync(_port, cancel);
        _gate.Open();
    }

    /// <summary>Cuts the connections, then stops it as Ctrl+C does.</summary>
    public async Task StopAsync(CancellationToken cancel)
    {
        _gate.Shut();
        _process!.Interrupt(); // started before it is stopped
        await _process.WaitForExitAsync(cancel);
        await _process.DisposeAsync();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        _gate.Dispose();
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }
    }
}
