using System.Globalization;

[assembly: AssemblyFixture(typeof(Azurite))]

namespace Alerts.Tests.Support;

/// <summary>
/// Table Storage (npm azurite) on loopback, in memory. The first test that needs it starts it; each world
/// gets its own account.
/// </summary>
public sealed class Azurite : IAsyncDisposable
{
    private const int Accounts = 500;
    private static readonly string Key = Convert.ToBase64String(new byte[32]);

    private readonly SemaphoreSlim starting = new(1);
    private ChildProcess? process;
    private int port;
    private int given;

    /// <summary>Returns the connection string of an account that no other caller gets.</summary>
    public async Task<string> NewAccountAsync(CancellationToken cancel)
    {
        await StartAsync(cancel);
        var account = NameOf(Interlocked.Increment(ref given));
        return $"DefaultEndpointsProtocol=http;AccountName={account};AccountKey={Key};"
            + $"TableEndpoint=http://127.0.0.1:{port}/{account};";
    }

    /// <param name="accounts">The accounts as <c>name:key</c>, separated by semicolons.</param>
    /// <param name="persistence">Arguments that say where it keeps its data.</param>
    internal static ChildProcess Start(int port, string accounts, params string[] persistence)
    {
        var node = RealPart.Require("node", "apt-get install -y --no-install-recommends nodejs npm");
        var program = RealPart.Require("tests/parts/node_modules/azurite/dist/src/table/main.js", RealPart.FromNpm);
        return ChildProcess.Start(
            node,
            [
                program, .. persistence, "--tableHost", "127.0.0.1", "--tablePort", $"{port}", "--silent",
                "--disableTelemetry", "--skipApiVersionCheck"
            ],
            environment: new Dictionary<string, string?> { ["AZURITE_ACCOUNTS"] = accounts });
    }

    public async ValueTask DisposeAsync()
    {
        starting.Dispose();
        if (process is not null)
        {
            await process.DisposeAsync();
        }
    }

    private static string NameOf(int number) => "account" + number.ToString("D4", CultureInfo.InvariantCulture);

    private async Task StartAsync(CancellationToken cancel)
    {
        await starting.WaitAsync(cancel);
        try
        {
            if (process is not null)
            {
                return;
            }

            port = FreePort.Next();
            process = Start(
                port, string.Join(';', Enumerable.Range(1, Accounts).Select(number => $"{NameOf(number)}:{Key}")),
                "--inMemoryPersistence");
            await process.WaitForPortAsync(port, cancel);
        }
        finally
        {
            starting.Release();
        }
    }
}
