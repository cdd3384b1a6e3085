using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Alerts.Tests.Support;

namespace Alerts.Benchmarks;

/// <summary>A web server as a program of its own, started to be timed and killed after its first answer.</summary>
/// <param name="arguments">By the port it is to listen on.</param>
/// <param name="environment">Its variables, by the port as well.</param>
internal sealed class PublishedProgram(
    string executable,
    string workingFolder,
    Func<string, string[]> arguments,
    Func<string, Dictionary<string, string>> environment)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Milliseconds from the start of the process to the first answer to <c>GET /</c>, which it is asked for until somebody listens.</summary>
    /// <param name="headers">Further header lines of the request.</param>
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

    /// <summary>The beginning of the answer; null when nobody listens yet.</summary>
    private static async Task<string?> AskAsync(int port, string headers)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        // Without an exception for each refusal: to throw hundreds of them takes processor time from who is timed.
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
