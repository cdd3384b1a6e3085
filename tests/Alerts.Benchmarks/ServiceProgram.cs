using System.Diagnostics;
using System.Globalization;
using Alerts.Tests.Support;

namespace Alerts.Benchmarks;

/// <summary>
/// The stand-alone service in its own process, over an empty folder. The environment variable <c>ALERTS_PROGRAM</c>
/// selects the <c>alerts.dll</c> of another build.
/// </summary>
internal sealed class ServiceProgram : MeasuredService
{
    private readonly TemporaryFolder folder = new();
    private readonly Process process;

    private ServiceProgram(string shell, IEnumerable<KeyValuePair<string, string>> settings)
    {
        Url = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort.Next()}"));
        var program = Environment.GetEnvironmentVariable("ALERTS_PROGRAM")
            ?? Path.Combine(AppContext.BaseDirectory, "alerts.dll");
        var start = new ProcessStartInfo(
            "bash",
            [
                "-c",
                $"{shell}exec dotnet '{program}' serve --urls {Url.GetLeftPart(UriPartial.Authority)} "
                + $"--data '{folder.Of("data")}'",
            ])
        {
            RedirectStandardOutput = true,
            Environment =
            {
                ["Alerts__AdminKey"] = OperatorKey,
                ["Alerts__Dates__Shipped"] = "false",
                ["Alerts__Webhooks__AllowLoopback"] = "true",
            },
        };
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        process = Process.Start(start) ?? throw new InvalidOperationException("bash could not be started.");
    }

    public override Uri Url { get; }

    public override IReadOnlyList<int> ProcessIds => [process.Id];

    /// <summary>Starts it and returns once it listens.</summary>
    /// <param name="shell">Shell text before the command, such as <c>ulimit -n 1024; </c>.</param>
    /// <param name="settings">Settings in addition to the default ones; null for none.</param>
    public static async Task<ServiceProgram> StartAsync(
        string shell = "", IReadOnlyDictionary<string, string>? settings = null)
    {
        var program = new ServiceProgram(shell, settings ?? new Dictionary<string, string>());
        while (await program.process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("Listening on", StringComparison.Ordinal))
            {
                _ = program.process.StandardOutput.ReadToEndAsync();
                return program;
            }
        }

        throw new InvalidOperationException("The service did not start.");
    }

    public override async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        folder.Dispose();
    }
}
