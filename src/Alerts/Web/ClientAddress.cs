using System.Net;
using System.Net.Sockets;

namespace Alerts.Web;

/// <summary>
/// Whom a request is counted for. A peer that is not this machine is who it is, whatever it writes into
/// <c>X-Forwarded-For</c>. A proxy on this machine (as the Functions host is) has appended its own peer as the last entry of
/// that header; what stands before it came with the request and could be anything.
/// </summary>
internal static class ClientAddress
{
    /// <summary>One who holds an IPv6 network of 64 bits, as every customer does, holds all addresses in it (RFC 6177).</summary>
    private const int NetworkBytes = 8;

    /// <summary>Null for a client on this machine, to which no limits apply.</summary>
    public static string? Of(HttpContext context)
    {
        var peer = context.Connection.RemoteIpAddress;
        if (peer is not null && !IPAddress.IsLoopback(peer))
        {
            return Text(peer);
        }

        var forwarded = context.Request.Headers["X-Forwarded-For"];
        if (forwarded.Count == 0)
        {
            return null;
        }

        var last = (forwarded[^1] ?? "").Split(',')[^1].Trim();
        // Some proxies add the port: 203.0.113.7:50123, [2001:db8::7]:50123.
        return IPAddress.TryParse(last, out var alone) ? Text(alone)
            : IPEndPoint.TryParse(last, out var withPort) ? Text(withPort.Address)
            : "unreadable";
    }

    private static string Text(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? address.MapToIPv4().ToString()
        : address.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexStringLower(address.GetAddressBytes().AsSpan(0, NetworkBytes))
        : address.ToString();
}
