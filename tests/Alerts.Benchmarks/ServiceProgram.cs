using System.Diagnostics;
using System.Globalization;
using Alerts.Tests.Support;

namespace Alerts.Benchmarks;

/// <summary>
/// The service in its own process, over an empty folder. The environment variable <c>ALERTS_PROGRAM</c> selects the
/// <c>alerts.dll</c> of another build.
/// </summary>
internal sealed class ServiceProgram : IAsyncDisposable
{
    public const string OperatorKey = "key of the operator";

    private readonly TemporaryFolder folder = new();
    private readonly Process process;

    private ServiceProgram(string shell)
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
        process = Process.Start(start) ?? throw new InvalidOperationException("bash could not be started.");
    }

    public Uri Url { get; }

    public double MemoryMegabytes
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64 / 1e6;
        }
    }

    /// <summary>Processor time used since its start, in seconds.</summary>
    public double ProcessorSeconds
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime.TotalSeconds;
        }
    }

    public int OpenFiles =>
        Directory.GetFileSystemEntries(string.Create(CultureInfo.InvariantCulture, $"/proc/{process.Id}/fd")).Length;

    /// <summary>Starts it and returns once it listens.</summary>
    /// <param name="shell">Shell text before the command, such as <c>ulimit -n 1024; </c>.</param>
    public static async Task<ServiceProgram> StartAsync(string shell = "")
    {
        var program = new ServiceProgram(shell);
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

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        folder.Dispose();
    }
}
