using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Alerts.Tests.Support;

namespace Alerts.Benchmarks;

/// <summary>Table Storage (npm azurite) on loopback, in memory.</summary>
internal sealed class AzuriteProcess : IDisposable
{
    private static readonly string Key = Convert.ToBase64String(new byte[32]);

    private readonly Process process;
    private readonly int port = FreePort.Next();

    private AzuriteProcess(IReadOnlyList<string> accounts)
    {
        var program = RepositoryRoot.At("tests/parts/node_modules/azurite/dist/src/table/main.js");
        if (!File.Exists(program))
        {
            throw new InvalidOperationException($"{program} is missing: npm ci --prefix tests/parts --ignore-scripts");
        }

        process = Process.Start(
            new ProcessStartInfo(
                "node",
                [
                    "--max-old-space-size=12000",
                    program,
                    "--inMemoryPersistence",
                    "--tableHost",
                    "127.0.0.1",
                    "--tablePort",
                    port.ToString(CultureInfo.InvariantCulture),
                    "--silent",
                    "--disableTelemetry",
                    "--skipApiVersionCheck",
                ])
            {
                RedirectStandardOutput = true,
                Environment =
                {
                    ["AZURITE_ACCOUNTS"] = string.Join(';', accounts.Select(account => $"{account}:{Key}")),
                },
            }
        ) ?? throw new InvalidOperationException("Azurite could not be started.");
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
    }

    public static async Task<AzuriteProcess> StartAsync(params IReadOnlyList<string> accounts)
    {
        var azurite = new AzuriteProcess(accounts);
        for (var began = Stopwatch.GetTimestamp(); ; await Task.Delay(50))
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync("127.0.0.1", azurite.port);
                return azurite;
            }
            catch (SocketException)
                when (Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(30) && !azurite.process.HasExited)
            {
                // Azurite is still starting.
            }
        }
    }

    public string ConnectionString(string account) =>
        $"DefaultEndpointsProtocol=http;AccountName={account};AccountKey={Key};"
        + $"TableEndpoint=http://127.0.0.1:{port}/{account};";

    public void Dispose()
    {
        process.Kill();
        process.Dispose();
    }
}
