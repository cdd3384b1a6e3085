using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Alerts.Tests.Support;

/// <summary>
/// A TCP proxy to a server that can be shut. While shut it refuses connections, and shutting drops the existing ones
/// without closing them properly, as when the server's machine fails. A request sent before may have been executed
/// although no response arrives. Shut at first.
/// </summary>
/// <param name="to">The server's port on loopback.</param>
internal sealed class Gate(int to) : IDisposable
{
    private readonly ConcurrentDictionary<Socket, bool> _sockets = new();
    private TcpListener? _listener;

    /// <summary>The port that clients connect to.</summary>
    public int Port { get; } = FreePort.Kept();

    public Uri Address => new(FormattableString.Invariant($"http://127.0.0.1:{Port}"));

    public void Open()
    {
        var listener = new TcpListener(IPAddress.Loopback, Port);
        listener.Start();
        _listener = listener;
        _ = LetInAsync(listener);
    }

    public void Shut()
    {
        _listener?.Dispose();
        _listener = null;
        foreach (var socket in _sockets.Keys)
        {
            Cut(socket);
        }
    }

    public void Dispose() => Shut();

    private async Task LetInAsync(TcpListener listener)
    {
        while (true)
        {
            try
            {
                _ = CarryAsync(await listener.AcceptSocketAsync(), listener);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return; // the gate was shut
            }
        }
    }

    private async Task CarryAsync(Socket client, TcpListener listener)
    {
        var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
        (_sockets[client], _sockets[server]) = (true, true);
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, to);
            if (listener == _listener)
            {
                await Task.WhenAny(PumpAsync(client, server), PumpAsync(server, client));
            }
        }
        catch (SocketException)
        {
            // The server itself is not running.
        }

        Cut(client);
        Cut(server);
    }

    private static async Task PumpAsync(Socket from, Socket into)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            for (var count = await from.ReceiveAsync(buffer); count > 0; count = await from.ReceiveAsync(buffer))
            {
                for (var sent = 0; sent < count;)
                {
                    sent += await into.SendAsync(buffer.AsMemory(sent, count - sent));
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The connection was cut.
        }
    }

    private void Cut(Socket socket)
    {
        _sockets.TryRemove(socket, out _);
        socket.Close(timeout: 0); // sends RST instead of FIN
    }
}
