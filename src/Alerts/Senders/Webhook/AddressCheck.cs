using System.Net;
using System.Net.Sockets;

namespace Alerts.Senders.Webhook;

/// <summary>Finds the addresses of a host name.</summary>
internal delegate Task<IPAddress[]> ResolveHost(string host, CancellationToken cancel);

/// <summary>
/// Connects only to addresses that webhooks may call. It resolves a name once, checks all its addresses, and connects
/// only to checked ones. A DNS change between check and connection (DNS rebinding) therefore has no effect.
/// </summary>
internal sealed class AddressCheck(WebhookOptions options, ResolveHost resolve)
{
    /// <summary>How long each address but the last is tried, in real time, before the next one.</summary>
    private static readonly TimeSpan PerAddress = TimeSpan.FromSeconds(4);

    private static readonly IPAddress[] LoopbackAddresses = [IPAddress.Loopback, IPAddress.IPv6Loopback];

    /// <summary>
    /// The addresses of a host: an IP literal is returned as it is, localhost is loopback without a lookup if loopback
    /// is allowed, and any other name is resolved.
    /// </summary>
    public async Task<IPAddress[]> AddressesAsync(string host, CancellationToken cancel) =>
        IPAddress.TryParse(host, out var literal) ? [literal]
        : options.AllowLoopback && WebhookUrl.IsLocalhost(host) ? LoopbackAddresses
        // The system's resolver does not observe the token itself.
        : await resolve(host, cancel).WaitAsync(cancel);

    /// <summary>Opens a connected stream.</summary>
    /// <exception cref="PrivateAddressException">One of the host's addresses must not be called.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel) =>
        new NetworkStream(await OpenAsync(context, cancel), ownsSocket: true);

    /// <summary>Opens a connected socket.</summary>
    /// <inheritdoc cref="ConnectAsync(SocketsHttpConnectionContext, CancellationToken)"/>
    public async ValueTask<Socket> OpenAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
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
                return await OpenAsync(addresses[i], port, limit.Token);
            }
            catch (Exception e) when (e is SocketException
                || (e is OperationCanceledException && !cancel.IsCancellationRequested))
            {
                // This address is unreachable (for example, a host without working IPv6); the next one may work.
            }
        }

        return addresses.Length > 0
            ? await OpenAsync(addresses[^1], port, cancel)
            : throw new SocketException((int)SocketError.HostNotFound);
    }

    private static async Task<Socket> OpenAsync(IPAddress address, int port, CancellationToken cancel)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(address, port), cancel);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>
/// A host has an address that webhooks must not call. The message does not name it: that would
/// reveal the internal network.
/// </summary>
internal sealed class PrivateAddressException()
    : Exception("the address of this host is private: only public addresses are called");
