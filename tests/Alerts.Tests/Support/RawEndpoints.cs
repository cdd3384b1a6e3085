using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Alerts.Tests.Support;

/// <summary>
/// Thousands of webhook endpoints on one port of every loopback address, each a few lines over a socket. The first part
/// of the path sets the response to alerts: <c>/ok</c> at once, <c>/pause</c> after 0.2 s, <c>/close</c> at once and
/// closes the connection, <c>/hang</c> never, <c>/late</c> after 14 s, <c>/drip</c> with a body that never ends,
/// <c>/fail</c> with 500. All answer verifications at once.
/// </summary>
internal sealed class RawEndpoints : IDisposable
{
    private const string Answer = "HTTP/1.1 200 OK\r\nContent-Length: ";

    private readonly Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly ConcurrentDictionary<Socket, bool> connections = new();
    private readonly CancellationTokenSource stopping = new();
    private int open;
    private int maxOpen;
    private int busy;
    private int maxBusy;
    private int verified;

    public RawEndpoints()
    {
        listener.Bind(new IPEndPoint(IPAddress.Any, 0));
        listener.Listen(4096);
        Port = ((IPEndPoint)listener.LocalEndPoint!).Port; // bound
        _ = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>Every alert that was answered with 200.</summary>
    public ConcurrentQueue<AlertArrival> Arrivals { get; } = new();

    /// <summary>Every alert that <c>/fail</c> answered with 500.</summary>
    public ConcurrentQueue<AlertArrival> Refusals { get; } = new();

    /// <summary>Maximum number of requests held open at once by the slow endpoints.</summary>
    public int MaxHeld => Volatile.Read(ref maxBusy);

    /// <summary>Maximum number of connections open at once.</summary>
    public int MaxOpen => Volatile.Read(ref maxOpen);

    /// <summary>Number of verifications answered.</summary>
    public int Verified => Volatile.Read(ref verified);

    /// <summary>Returns the URL of an endpoint.</summary>
    /// <param name="ownHost">True for a host of its own (an address of 127.0.0.0/8); false for 127.0.0.1.</param>
    public string Url(string behaviour, int number, bool ownHost) => string.Create(
        CultureInfo.InvariantCulture,
        $"http://{(ownHost
            ? $"127.{1 + number / 62_500}.{number / 250 % 250}.{1 + number % 250}"
            : "127.0.0.1")}:{Port}/{behaviour}/{number}");

    public void Dispose()
    {
        stopping.Cancel();
        listener.Dispose();
        foreach (var connection in connections.Keys)
        {
            connection.Dispose();
        }

        stopping.Dispose();
    }

    private static string? Between(string text, string before, char after)
    {
        var start = text.IndexOf(before, StringComparison.Ordinal);
        return start < 0 ? null : text[(start + before.Length)..text.IndexOf(after, start + before.Length)];
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var connection = await listener.AcceptAsync(stopping.Token);
                connection.NoDelay = true;
                connections[connection] = true;
                _ = Task.Run(() => ServeAsync(connection));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The test has ended.
        }
    }

    private async Task ServeAsync(Socket connection)
    {
        var buffer = new byte[16 * 1024];
        var length = 0;
        InterlockedMax(ref maxOpen, Interlocked.Increment(ref open));
        try
        {
            while (true)
            {
                var read = await connection.ReceiveAsync(buffer.AsMemory(length), SocketFlags.None, stopping.Token);
                if (read == 0)
                {
                    return;
                }

                length += read;
                var end = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
                if (end < 0)
                {
                    continue;
                }

                var head = Encoding.ASCII.GetString(buffer, 0, end);
                var size = int.Parse(
                    Between(head + "\r", "Content-Length: ", '\r') ?? "0", CultureInfo.InvariantCulture);
                if (length < end + 4 + size)
                {
                    continue;
                }

                var body = Encoding.UTF8.GetString(buffer, end + 4, size);
                length = 0; // one request at a time
                if (!await AnswerAsync(connection, Between(head, "/", '/') ?? "", body))
                {
                    return;
                }
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The peer has closed the connection.
        }
        finally
        {
            connections.TryRemove(connection, out _);
            Interlocked.Decrement(ref open); // before the peer can open the next connection
            connection.Dispose();
        }
    }

    /// <returns>Whether the connection stays open.</returns>
    private async Task<bool> AnswerAsync(Socket connection, string behaviour, string body)
    {
        if (Between(body, "\"challenge\":\"", '"') is { } challenge)
        {
            await SendAsync(connection, $"{Answer}{challenge.Length}\r\n\r\n{challenge}");
            Interlocked.Increment(ref verified);
            return true;
        }

        if (behaviour is not ("ok" or "pause" or "close" or "fail"))
        {
            return await HoldAsync(connection, behaviour, body);
        }

        if (behaviour == "pause")
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), stopping.Token);
        }

        (behaviour == "fail" ? Refusals : Arrivals).Enqueue(ArrivalOf(behaviour, body));

        await SendAsync(connection, behaviour switch
        {
            "fail" => "HTTP/1.1 500 Failed\r\nContent-Length: 0\r\n\r\n",
            "close" => Answer + "0\r\nConnection: close\r\n\r\n",
            _ => Answer + "0\r\n\r\n",
        });
        return behaviour != "close";
    }

    private async Task<bool> HoldAsync(Socket connection, string behaviour, string body)
    {
        InterlockedMax(ref maxBusy, Interlocked.Increment(ref busy));
        try
        {
            switch (behaviour)
            {
                case "late":
                    await Task.Delay(TimeSpan.FromSeconds(14), stopping.Token);
                    Arrivals.Enqueue(ArrivalOf(behaviour, body));
                    await SendAsync(connection, Answer + "0\r\n\r\n");
                    return true;
                case "drip":
                    Arrivals.Enqueue(ArrivalOf(behaviour, body));
                    await SendAsync(connection, Answer + "100000\r\n\r\n");
                    while (true)
                    {
                        await Task.Delay(TimeSpan.FromMilliseconds(500), stopping.Token);
                        await SendAsync(connection, ".");
                    }

                default:
                    // Returns when the client gives up.
                    await connection.ReceiveAsync(new byte[1], SocketFlags.None, stopping.Token);
                    return false;
            }
        }
        finally
        {
            Interlocked.Decrement(ref busy);
        }
    }

    private static AlertArrival ArrivalOf(string behaviour, string body)
    {
        var now = TimeProvider.System.GetUtcNow();
        var due = DateTimeOffset.Parse(Between(body, "\"dueAt\":\"", '"') ?? "", CultureInfo.InvariantCulture);
        return new AlertArrival(behaviour, Between(body, "\"alertKey\":\"", '"') ?? "", due, now);
    }

    private async Task SendAsync(Socket connection, string text) =>
        await connection.SendAsync(Encoding.ASCII.GetBytes(text), SocketFlags.None, stopping.Token);

    private static void InterlockedMax(ref int place, int value)
    {
        for (var seen = Volatile.Read(ref place); value > seen; seen = Volatile.Read(ref place))
        {
            Interlocked.CompareExchange(ref place, value, seen);
        }
    }
}

/// <summary>An alert that reached an endpoint.</summary>
internal sealed record AlertArrival(string Behaviour, string Key, DateTimeOffset DueAt, DateTimeOffset At)
{
    public TimeSpan Late => At - DueAt;
}
