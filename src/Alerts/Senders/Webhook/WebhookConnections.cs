using System.Net.Sockets;

namespace Alerts.Senders.Webhook;

/// <summary>Opens a connection for a request of a <see cref="SocketsHttpHandler"/>.</summary>
internal delegate ValueTask<Socket> Connect(SocketsHttpConnectionContext context, CancellationToken cancel);

/// <summary>
/// Limits the number of open connections, including idle ones kept for further requests. When the limit is reached, the
/// connections of the origin that has been idle longest are closed, so that ten thousand hosts never exhaust the
/// process's open files.
/// </summary>
/// <param name="most">Maximum number of open connections; 1 or more.</param>
internal sealed class WebhookConnections(int most, Connect connect) : IDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Origin> origins = new(StringComparer.OrdinalIgnoreCase);
    private readonly LinkedList<Origin> idle = new();
    private readonly SemaphoreSlim places = new(most);
    private int waiting;

    /// <summary>Number of open connections, and of those that are being opened.</summary>
    public int Open => most - places.CurrentCount;

    public void Dispose()
    {
        lock (gate)
        {
            origins.Clear(); // what is closed from now on gives no place back
        }

        places.Dispose();
    }

    /// <summary>Announces a request. Until the result is disposed, no connection of its origin is closed.</summary>
    public Request Begin(Uri url)
    {
        var name = NameOf(url);
        lock (gate)
        {
            if (!origins.TryGetValue(name, out var origin))
            {
                origins.Add(name, origin = new Origin(name));
            }

            origin.Requests++;
            Unlist(origin);
            return new Request(this, origin);
        }
    }

    /// <summary>Opens a connection, after waiting until the limit allows one more.</summary>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        await AcquireAsync(cancel);
        var url = context.InitialRequestMessage.RequestUri!; // all our requests have a URI
        Connection connection;
        try
        {
            connection = new Connection(this, NameOf(url), await connect(context, cancel));
        }
        catch
        {
            places.Release();
            throw;
        }

        lock (gate)
        {
            if (!origins.TryGetValue(connection.Name, out var origin))
            {
                // The request has been abandoned meanwhile; keep the connection for the next one.
                origins.Add(connection.Name, origin = new Origin(connection.Name));
            }

            origin.Connections.Add(connection);
            List(origin);
        }

        return connection;
    }

    private static string NameOf(Uri url) => url.GetLeftPart(UriPartial.Authority);

    private async Task AcquireAsync(CancellationToken cancel)
    {
        Task place;
        lock (gate)
        {
            if (places.CurrentCount == 0 && idle.First?.Value is { } longest)
            {
                CloseAll(longest);
            }

            place = places.WaitAsync(cancel);
            if (place.IsCompletedSuccessfully)
            {
                return;
            }

            waiting++;
        }

        try
        {
            await place;
        }
        finally
        {
            lock (gate)
            {
                waiting--;
            }
        }
    }

    private void End(Origin origin)
    {
        lock (gate)
        {
            origin.Requests--;
            List(origin);
        }
    }

    /// <summary>
    /// Puts an origin without requests on the idle list. If it has no connections, or other requests wait for a place,
    /// closes and forgets it instead.
    /// </summary>
    private void List(Origin origin)
    {
        if (origin.Requests > 0)
        {
            return;
        }

        if (origin.Connections.Count == 0 || waiting > 0)
        {
            CloseAll(origin);
        }
        else
        {
            origin.Idle ??= idle.AddLast(origin);
        }
    }

    private void CloseAll(Origin origin)
    {
        foreach (var connection in origin.Connections)
        {
            connection.CloseKept();
            places.Release();
        }

        origin.Connections.Clear();
        Unlist(origin);
        origins.Remove(origin.Name);
    }

    private void Unlist(Origin origin)
    {
        if (origin.Idle is { } listed)
        {
            idle.Remove(listed);
            origin.Idle = null;
        }
    }

    private void Closed(Connection connection)
    {
        lock (gate)
        {
            if (origins.TryGetValue(connection.Name, out var origin) && origin.Connections.Remove(connection))
            {
                places.Release();
                List(origin);
            }
        }
    }

    /// <summary>A request under way.</summary>
    internal readonly struct Request(WebhookConnections connections, Origin origin) : IDisposable
    {
        public void Dispose() => connections.End(origin);
    }

    /// <summary>Scheme, host and port, with the connections open to them.</summary>
    internal sealed class Origin(string name)
    {
        public string Name => name;

        public int Requests { get; set; }

        public HashSet<Connection> Connections { get; } = [];

        /// <summary>Node in the idle list; null while the origin has a request or no connection.</summary>
        public LinkedListNode<Origin>? Idle { get; set; }
    }

    /// <summary>A connection that counts towards the limit until it is closed.</summary>
    internal sealed class Connection(WebhookConnections connections, string name, Socket socket)
        : NetworkStream(socket, ownsSocket: true)
    {
        private volatile bool isClosed;

        public string Name => name;

        /// <summary>
        /// Closes the connection while the handler keeps it idle. The next request finds it closed and opens another.
        /// </summary>
        public void CloseKept()
        {
            isClosed = true;
            base.Dispose(disposing: true);
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            isClosed ? throw new KeptConnectionClosedException() : base.ReadAsync(buffer, cancellationToken);

        public override ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            isClosed ? throw new KeptConnectionClosedException() : base.WriteAsync(buffer, cancellationToken);

        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            if (disposing)
            {
                connections.Closed(this);
            }
        }
    }
}

/// <summary>
/// An idle connection was closed to make room at the moment a request took it. Nothing of the request was sent, so it
/// can be repeated at once.
/// </summary>
internal sealed class KeptConnectionClosedException() : IOException("the connection was closed to make room")
{
    /// <summary>Whether this exception is among the causes of a failed request.</summary>
    public static bool IsReasonFor(Exception failure)
    {
        for (var reason = failure; reason is not null; reason = reason.InnerException)
        {
            if (reason is KeptConnectionClosedException)
            {
                return true;
            }
        }

        return false;
    }
}
