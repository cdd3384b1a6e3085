using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Alerts.Tests.Senders.Webhook;

/// <summary>
/// An endpoint on loopback that reads one request at a time and then runs its script on the raw socket.
/// </summary>
internal sealed class ScriptedReceiver : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource end = new();
    private readonly Func<Socket, CancellationToken, Task> script;
    private readonly bool readsRequest;
    private readonly Task accepting;
    private int connections;

    /// <param name="script">Runs on each connection.</param>
    /// <param name="readsRequest">False to run the script as soon as a connection is made.</param>
    public ScriptedReceiver(Func<Socket, CancellationToken, Task> script, bool readsRequest = true)
    {
        (this.script, this.readsRequest) = (script, readsRequest);
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public int Connections => Volatile.Read(ref connections);

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        listener.Stop();
        await accepting;
        end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var clients = new List<Task>();
        try
        {
            while (true)
            {
                var client = await listener.AcceptSocketAsync(end.Token);
                Interlocked.Increment(ref connections);
                clients.Add(ServeAsync(client));
            }
        }
        catch (Exception e) when (end.IsCancellationRequested
            && e is OperationCanceledException or InvalidOperationException or SocketException)
        {
            // The test has ended, perhaps before AcceptAsync began to wait.
        }

        await Task.WhenAll(clients);
    }

    private async Task ServeAsync(Socket client)
    {
        using (client)
        {
            try
            {
                if (readsRequest)
                {
                    await ReadRequestAsync(client);
                }

                await script(client, end.Token);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // The peer hung up, or the test has ended.
            }
        }
    }

    private async Task ReadRequestAsync(Socket client)
    {
        var text = new StringBuilder();
        var buffer = new byte[8192];
        int head;
        while ((head = text.ToString().IndexOf("\r\n\r\n", StringComparison.Ordinal)) < 0
            || text.Length < head + 4 + LengthOf(text.ToString()))
        {
            var read = await client.ReceiveAsync(buffer, end.Token);
            if (read == 0)
            {
                return;
            }

            text.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }
    }

    private static int LengthOf(string request)
    {
        const string Name = "content-length:";
        var at = request.IndexOf(Name, StringComparison.OrdinalIgnoreCase);
        return at < 0 ? 0 : int.Parse(request[(at + Name.Length)..request.IndexOf('\r', at)],
            System.Globalization.CultureInfo.InvariantCulture);
    }
}
