namespace Alerts.Tests.Support;

/// <summary>The product as users run it: the built executable in its own process, which a test can kill.</summary>
internal sealed class AlertsProcess : IAsyncDisposable
{
    private const string Announcement = "Listening on ";

    private readonly ChildProcess _process;
    private HttpClient? _http;

    private AlertsProcess(ChildProcess process) => _process = process;

    public int Id => _process.Id;

    public IReadOnlyList<string> Output => _process.Output.All;

    public IReadOnlyList<string> Errors => _process.Errors.All;

    /// <summary>A client for the address it listens on; available after <see cref="WaitForListeningAsync"/>.</summary>
    public HttpClient Http => _http ?? throw new InvalidOperationException("Wait for it to listen first.");

    /// <param name="settings">
    /// Environment variables (<c>Alerts__Store</c>). No setting of this process is passed on.
    /// </param>
    public static AlertsProcess Start(
        IEnumerable<string> arguments,
        string? workingDirectory = null, IReadOnlyDictionary<string, string>? settings = null)
    {
        var environment = new Dictionary<string, string?>();
        foreach (string name in Environment.GetEnvironmentVariables().Keys)
        {
            if (name.StartsWith("Alerts__", StringComparison.OrdinalIgnoreCase)
                || name.StartsWith("ASPNETCORE_", StringComparison.Ordinal))
            {
                environment[name] = null;
            }
        }

        foreach (var (name, value) in settings ?? new Dictionary<string, string>())
        {
            environment[name] = value;
        }

        // The project reference copies the product's whole output, in the same configuration, beside the tests.
        var program = Path.Combine(AppContext.BaseDirectory, "alerts.dll");
        return new AlertsProcess(ChildProcess.Start("dotnet", [program, .. arguments], workingDirectory, environment));
    }

    /// <summary>Waits for the line <c>Listening on URL</c> and returns the URL.</summary>
    public async Task<Uri> WaitForListeningAsync(CancellationToken cancel)
    {
        var line = await _process.WaitForLineAsync(
            line => line.StartsWith(Announcement, StringComparison.Ordinal), cancel);
        var url = new Uri(line[Announcement.Length..]);
        _http = new HttpClient { BaseAddress = url };
        return url;
    }

    /// <summary>Sends SIGKILL: nothing is flushed, no handler runs.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Sends SIGINT, as Ctrl+C does.</summary>
    public void Interrupt() => _process.Interrupt();

    /// <summary>Sends SIGTERM, as service managers do.</summary>
    public void Terminate() => _process.Terminate();

    /// <summary>Returns its exit code once it has ended; 137 after <see cref="Kill"/>.</summary>
    public Task<int> WaitForExitAsync(CancellationToken cancel) => _process.WaitForExitAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        _http?.Dispose();
        await _process.DisposeAsync();
    }
}
