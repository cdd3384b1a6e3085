using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Primitives;

namespace Alerts.Web;

/// <summary>
/// Determines the client for which a request is counted. <c>X-Forwarded-For</c> is read only if the connection comes
/// from a trusted proxy (<see cref="TrustedProxies"/>). Then the last entry that is not itself a trusted proxy is the
/// client. Earlier entries were sent by the client and could be anything.
/// </summary>
internal static class ClientAddress
{
    /// <summary>
    /// Number of bytes of an IPv6 address that identify a client. Every customer holds at least a 64-bit network,
    /// with all addresses in it (RFC 6177).
    /// </summary>
    private const int NetworkBytes = 8;

    /// <summary>Whether the client is on this machine, so that no limits apply to it.</summary>
    public static bool IsLocal(HttpContext context) =>
        context.Features.Get<ReportedClient>() is null && Of(context) is null;

    /// <summary>
    /// The key by which limits per client count; null for a client on this machine, or if the address is not known.
    /// </summary>
    public static string? Of(HttpContext context)
    {
        if (context.Features.Get<ReportedClient>() is { } reported)
        {
            return reported.Header is null ? null : LastOf(context.Request.Headers[reported.Header]);
        }

        if (context.Connection.RemoteIpAddress is not { } peer)
        {
            return null;
        }

        var proxies = context.RequestServices.GetRequiredService<TrustedProxies>();
        var forwarded = context.Request.Headers["X-Forwarded-For"];
        return forwarded.Count > 0 && proxies.Holds(peer) ? Client(forwarded, proxies)
            : forwarded.Count == 0 && IPAddress.IsLoopback(peer) ? null
            : Text(peer);
    }

    /// <summary>The nearest client in front of our proxies.</summary>
    private static string Client(StringValues entries, TrustedProxies proxies)
    {
        var all = string.Join(',', entries.AsEnumerable()).Split(',', StringSplitOptions.TrimEntries);
        var nearest = Array.FindLast(all, entry => Parse(entry) is not { } address || !proxies.Holds(address));
        return Parse(nearest ?? all[0]) is { } client ? Text(client) : "unreadable";
    }

    private static string LastOf(StringValues entries) =>
        entries.Count > 0 && Parse((entries[^1] ?? "").Split(',')[^1].Trim()) is { } address
            ? Text(address) : "unreadable";

    // Some proxies add the port: 203.0.113.7:50123, [2001:db8::7]:50123.
    private static IPAddress? Parse(string entry) =>
        IPAddress.TryParse(entry, out var alone) ? alone
        : IPEndPoint.TryParse(entry, out var withPort) ? withPort.Address
        : null;

    private static string Text(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? address.MapToIPv4().ToString()
        : address.AddressFamily == AddressFamily.InterNetworkV6
            ? Convert.ToHexStringLower(address.GetAddressBytes().AsSpan(0, NetworkBytes))
        : address.ToString();
}

/// <summary>
/// Marks a request handed over by another process. Neither its connection nor X-Forwarded-For identifies the client.
/// </summary>
/// <param name="Header">
/// The header with the client's address (<c>Alerts:ClientAddressHeader</c>); null if the address is not known.
/// </param>
internal sealed record ReportedClient(string? Header);

/// <summary>
/// The addresses and networks of proxies whose <c>X-Forwarded-For</c> is trusted
/// (<c>Alerts:Proxies</c>). Default: loopback.
/// </summary>
/// <param name="networks">Null for loopback.</param>
internal sealed class TrustedProxies(IReadOnlyList<IPNetwork>? networks)
{
    public static readonly TrustedProxies Loopback = new(null);

    /// <exception cref="BadSettingException">An item is neither an address nor a network.</exception>
    public static TrustedProxies From(Settings settings) => settings.List("Proxies") is { Count: > 0 } items
        ? new([.. items.Select(Network)]) : Loopback;

    public bool Holds(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return networks?.Any(network => network.Contains(plain)) ?? IPAddress.IsLoopback(plain);
    }

    private static IPNetwork Network(string text) =>
        IPNetwork.TryParse(text, out var network) ? network
        : IPAddress.TryParse(text, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
        : throw new BadSettingException(
            $"Alerts:Proxies holds \"{text}\": write addresses and networks such as 10.0.0.5 or 10.1.0.0/16.");
}
