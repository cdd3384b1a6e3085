using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Primitives;

namespace Alerts.Web;

/// <summary>
/// Whom a request is counted for. A peer that is not this machine is who it is, whatever it writes into
/// <c>X-Forwarded-For</c>. A proxy on this machine (as the Functions host is) has appended its own peer as the last
/// entry of
/// that header; what stands before it came with the request and could be anything.
/// </summary>
internal static class ClientAddress
{
    /// <summary>
    /// One who holds an IPv6 network of 64 bits, as every customer does, holds all addresses in it (RFC 6177).
    /// </summary>
    private const int NetworkBytes = 8;

    /// <summary>Whether the client is on this machine: no limits apply to it.</summary>
    public static bool IsLocal(HttpContext context) =>
        context.Features.Get<ReportedClient>() is null && Of(context) is null;

    /// <summary>
    /// What limits per client count by; null for a client on this machine, or when the address is not known.
    /// </summary>
    public static string? Of(HttpContext context)
    {
        if (context.Features.Get<ReportedClient>() is { } reported)
        {
            return reported.Header is null ? null : LastOf(context.Request.Headers[reported.Header]);
        }

        var peer = context.Connection.RemoteIpAddress;
        if (peer is not null && !IPAddress.IsLoopback(peer))
        {
            return Text(peer);
        }

        var forwarded = context.Request.Headers["X-Forwarded-For"];
        return forwarded.Count == 0 ? null : LastOf(forwarded);
    }

    private static string LastOf(StringValues entries)
    {
        var last = entries.Count == 0 ? "" : (entries[^1] ?? "").Split(',')[^1].Trim();
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

/// <summary>
/// A request that another process hands over: neither the connection nor X-Forwarded-For tell whose it is.
/// </summary>
/// <param name="Header">
/// The header with the client's address (<c>Alerts:ClientAddressHeader</c>); null when it is not known.
/// </param>
internal sealed record ReportedClient(string? Header);
