using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Alerts.Tests.Support;

namespace Alerts.Benchmarks;

/// <summary>A web server in its own process, started to be timed and killed after its first response.</summary>
/// <param name="arguments">Returns the arguments for the port it must listen on.</param>
/// <param name="environment">Returns the environment variables for that port.</param>
internal sealed class PublishedProgram(
    string executable,
    string workingFolder,
    Func<string, string[]> arguments,
    Func<string, Dictionary<string, string>> environment)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Returns the milliseconds from the start of the process to the first response to <c>GET /</c>, which is repeated
    /// until the port accepts connections.
    /// </summary>
    /// <param name="headers">Additional header lines of the request.</param>
    public async Task<double> FirstAnswerAsync(string headers)
    {
        var port = FreePort.Next();
        var text = port.ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo(executable, arguments(text))
        {
            WorkingDirectory = workingFolder,
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in environment(text))
        {
            start.Environment[name] = value;
        }

        var began = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)
            ?? throw new InvalidOperationException($"{executable} could not be started.");
        try
        {
            while (true)
            {
                if (await AskAsync(port, headers) is { } answer)
                {
                    return answer.StartsWith("HTTP/1.1 200", StringComparison.Ordinal)
                        ? Stopwatch.GetElapsedTime(began).TotalMilliseconds
                        : throw new InvalidOperationException($"{executable} answered {answer}");
                }

                if (process.HasExited || Stopwatch.GetElapsedTime(began) > Patience)
                {
                    throw new InvalidOperationException($"{executable} does not answer.");
                }

                await Task.Delay(1);
            }
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    /// <summary>Returns the beginning of the response; null while nothing listens.</summary>
    private static async Task<string?> AskAsync(int port, string headers)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        // Avoids an exception per refused connection: throwing hundreds would take processor time
        // from the measured process.
        if (await ConnectAsync(socket, new IPEndPoint(IPAddress.Loopback, port)) != SocketError.Success)
        {
            return null;
        }

        await socket.SendAsync(Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}\r\n"));
        var buffer = new byte[256];
        return Encoding.ASCII.GetString(buffer, 0, await socket.ReceiveAsync(buffer));
    }

    private static async Task<SocketError> ConnectAsync(Socket socket, IPEndPoint to)
    {
        var done = new TaskCompletionSource();
        using var connect = new SocketAsyncEventArgs { RemoteEndPoint = to };
        connect.Completed += (_, _) => done.SetResult();
        if (socket.ConnectAsync(connect))
        {
            await done.Task;
        }

        return connect.SocketError;
    }
}
