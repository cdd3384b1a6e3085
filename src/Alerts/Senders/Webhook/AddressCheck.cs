using System.Net;
using System.Net.Sockets;

namespace Alerts.Senders.Webhook;

/// <summary>Finds the addresses of a host name.</summary>
internal delegate Task<IPAddress[]> ResolveHost(string host, CancellationToken cancel);

/// <summary>
/// Connects only where webhooks may go: the name is resolved once, every address it has is judged, and only those judged
/// are connected to, so a name that changes its mind between check and connection gains nothing.
/// </summary>
internal sealed class AddressCheck(WebhookOptions options, ResolveHost resolve)
{
    /// <summary>How long one address of several is tried, in real time, before the next.</summary>
    private static readonly TimeSpan PerAddress = TimeSpan.FromSeconds(4);

    private static readonly IPAddress[] LoopbackAddresses = [IPAddress.Loopback, IPAddress.IPv6Loopback];

    /// <summary>
    /// The addresses a host name has: a literal is its own, localhost is loopback without a look-up, everything else
    /// is resolved.
    /// </summary>
    public async Task<IPAddress[]> AddressesAsync(string host, CancellationToken cancel) =>
        IPAddress.TryParse(host, out var literal) ? [literal]
        : options.AllowLoopback && WebhookUrl.IsLocalhost(host) ? LoopbackAddresses
        // The system's resolver does not observe the token itself.
        : await resolve(host, cancel).WaitAsync(cancel);

    /// <summary>A connected stream; throws <see cref="PrivateAddressException"/> when any address is one not to be called.</summary>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = await AddressesAsync(host, cancel);
        var scheme = context.InitialRequestMessage.RequestUri?.Scheme ?? "";
        if (!addresses.All(address => options.Allows(scheme, address)))
        {
            throw new PrivateAddressException();
        }

        for (var i = 0; i < addresses.Length - 1; i++)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            limit.CancelAfter(PerAddress);
            try
            {
                return await ConnectAsync(addresses[i], port, limit.Token);
            }
            catch (Exception e)
                when (e is SocketException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
            {
                // Not reachable there (a host without working IPv6, say): the next one may be.
            }
        }

        return addresses.Length > 0
            ? await ConnectAsync(addresses[^1], port, cancel)
            : throw new SocketException((int)SocketError.HostNotFound);
    }

    private static async Task<NetworkStream> ConnectAsync(IPAddress address, int port, CancellationToken cancel)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(address, port), cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>A host has an address that webhooks do not call. It does not say which: that would map the network for an outsider.</summary>
internal sealed class PrivateAddressException()
    : Exception("the address of this host is private: only public addresses are called");
