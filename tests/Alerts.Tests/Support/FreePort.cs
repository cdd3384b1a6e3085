using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Alerts.Tests.Support;

/// <summary>A TCP port on loopback that nobody listens on, given out once per test run.</summary>
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
    /// One for a server that stops and starts: in between nobody else is given it, not even as the near end of a connection. A socket
    /// holds it that does not listen, so that connections are refused and a listener may have it too (SO_REUSEADDR, as all of them set it).
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
