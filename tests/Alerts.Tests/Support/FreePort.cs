using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Alerts.Tests.Support;

/// <summary>Finds free TCP ports on loopback and returns each at most once per test run.</summary>
internal static class FreePort
{
    private static readonly ConcurrentDictionary<int, bool> Given = new();
    private static readonly ConcurrentBag<Socket> Keepers = [];

    public static int Next()
    {
        while (true)
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            var port = ((IPEndPoint)listener.LocalEndpoint).Port;
            if (Given.TryAdd(port, true))
            {
                return port;
            }
        }
    }

    /// <summary>
    /// Returns a port for a server that stops and starts. While it is stopped nobody else gets the port, not even as
    /// the local end of a connection: a bound socket that does not listen reserves it. Connections are refused, and a
    /// listener may still bind the port (SO_REUSEADDR, which all of them set).
    /// </summary>
    public static int Kept()
    {
        while (true)
        {
            var keeper = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            Keepers.Add(keeper);
            keeper.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            var port = ((IPEndPoint)keeper.LocalEndPoint!).Port; // it is bound
            if (Given.TryAdd(port, true))
            {
                return port;
            }
        }
    }
}
