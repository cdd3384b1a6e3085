using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Alerts.Tests.Support;

/// <summary>
/// A program started by a test. Its output is collected line by line. Disposing it kills it (SIGKILL) with all its
/// children. Every wait ends after <see cref="Patience"/> with an error that shows the program's output so far.
/// </summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    /// <summary>
    /// Limit of every wait: far longer than any step takes on a slow, busy machine; only a hang reaches it.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Polling interval for a port, because nothing signals that a port opens.</summary>
    private static readonly TimeSpan BetweenKnocks = TimeSpan.FromMilliseconds(50);

    private readonly Process _process;
    private readonly string _name;

    private ChildProcess(Process process, string name)
    {
        _process = process;
        _name = name;
    }

    public int Id => _process.Id;

    /// <summary>The lines written to stdout.</summary>
    public OutputLines Output { get; } = new();

    /// <summary>The lines written to stderr.</summary>
    public OutputLines Errors { get; } = new();

    /// <param name="environment">Variables added to those of this process; null removes one.</param>
    public static ChildProcess Start(
        string program, IEnumerable<string> arguments,
        string? workingDirectory = null, IReadOnlyDictionary<string, string?>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = workingDirectory ?? RepositoryRoot.Folder,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
        {
            start.Environment[name] = value;
        }

        var process = new Process { StartInfo = start };
        var child = new ChildProcess(process, string.Join(' ', [Path.GetFileName(program), .. start.ArgumentList]));
        process.OutputDataReceived += (_, line) => child.Output.Add(line.Data);
        process.ErrorDataReceived += (_, line) => child.Errors.Add(line.Data);
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return child;
    }

    /// <summary>
    /// Returns the first line of stdout that matches, including lines already written. Throws
    /// <see cref="InvalidOperationException"/> when the program ends without one.
    /// </summary>
    public async Task<string> WaitForLineAsync(Func<string, bool> isIt, CancellationToken cancel) =>
        await WithPatienceAsync("a line", token => Output.FirstAsync(isIt, token), cancel)
        ?? throw new InvalidOperationException(Describe("ended before it said what was waited for"));

    /// <summary>Waits until a loopback port accepts connections. Throws when the program ends first.</summary>
    public Task WaitForPortAsync(int port, CancellationToken cancel) =>
        WithPatienceAsync($"port {port}", async token =>
        {
            using var pace = new PeriodicTimer(BetweenKnocks);
            while (!await IsOpenAsync(port, token))
            {
                if (_process.HasExited)
                {
                    throw new InvalidOperationException(Describe($"ended before port {port} was open"));
                }

                await pace.WaitForNextTickAsync(token);
            }

            return true;
        }, cancel);

    /// <summary>
    /// Returns the exit code once the program has ended and all its output is read; 128 + the signal number
    /// when it was killed.
    /// </summary>
    public Task<int> WaitForExitAsync(CancellationToken cancel) =>
        WithPatienceAsync("its end", async token =>
        {
            await _process.WaitForExitAsync(token);
            return _process.ExitCode;
        }, cancel);

    /// <summary>Sends SIGKILL to the program and all its children: no handler runs, nothing is flushed.</summary>
    public void Kill() => _process.Kill(entireProcessTree: true);

    /// <summary>Sends SIGINT, as Ctrl+C does.</summary>
    public void Interrupt() => Signal(2, "SIGINT");

    /// <summary>Sends SIGTERM, as service managers do.</summary>
    public void Terminate() => Signal(15, "SIGTERM");

    public async ValueTask DisposeAsync()
    {
        Kill();
        await WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    private void Signal(int number, string name)
    {
        if (SendSignal(_process.Id, number) != 0)
        {
            throw new InvalidOperationException(Describe($"could not be sent {name}"));
        }
    }

    public static async Task<bool> IsOpenAsync(int port, CancellationToken cancel)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port, cancel);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private async Task<T> WithPatienceAsync<T>(
        string what, Func<CancellationToken, Task<T>> wait, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        try
        {
            return await wait(limit.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new TimeoutException(Describe($"was waited for in vain ({what}, {Patience.TotalSeconds} s)"));
        }
    }

    private string Describe(string sentence) =>
        $"{_name} {sentence}.\nstdout:\n{string.Join('\n', Output.All)}\nstderr:\n{string.Join('\n', Errors.All)}";

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int processId, int signal);
}
