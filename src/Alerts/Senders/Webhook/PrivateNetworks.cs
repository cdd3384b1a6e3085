using System.Net;
using System.Net.Sockets;

namespace Alerts.Senders.Webhook;

/// <summary>
/// Address ranges that webhooks never call: the IANA IPv4 and IPv6 special-purpose address registries (RFC 6890 and its
/// updates), multicast and reserved addresses.
/// </summary>
internal static class PrivateNetworks
{
    private static readonly IReadOnlyList<IPNetwork> V4 =
    [
        IPNetwork.Parse("0.0.0.0/8"), // this network
        IPNetwork.Parse("10.0.0.0/8"), // private use
        IPNetwork.Parse("100.64.0.0/10"), // carrier-grade NAT
        IPNetwork.Parse("127.0.0.0/8"), // loopback
        IPNetwork.Parse("168.63.129.16/32"), // Azure's platform: formally public, but always the host's own
        IPNetwork.Parse("169.254.0.0/16"), // link local, cloud metadata
        IPNetwork.Parse("172.16.0.0/12"), // private use
        IPNetwork.Parse("192.0.0.0/24"), // IETF protocol assignments
        IPNetwork.Parse("192.0.2.0/24"), // documentation
        IPNetwork.Parse("192.31.196.0/24"), // AS112
        IPNetwork.Parse("192.52.193.0/24"), // AMT
        IPNetwork.Parse("192.88.99.0/24"), // 6to4 relay, deprecated
        IPNetwork.Parse("192.168.0.0/16"), // private use
        IPNetwork.Parse("192.175.48.0/24"), // AS112
        IPNetwork.Parse("198.18.0.0/15"), // benchmarking
        IPNetwork.Parse("198.51.100.0/24"), // documentation
        IPNetwork.Parse("203.0.113.0/24"), // documentation
        IPNetwork.Parse("224.0.0.0/4"), // multicast
        IPNetwork.Parse("240.0.0.0/4"), // reserved, and limited broadcast
    ];

    /// <summary>
    /// The range in which IANA assigns global unicast addresses. Outside it lie ::, ::1, ::/96, 100::/64, 5f00::/16,
    /// fc00::/7, fe80::/10, fec0::/10, ff00::/8 and 64:ff9b:1::/48. The one exception outside it is NAT64, which is
    /// checked by its embedded IPv4 address.
    /// </summary>
    private static readonly IPNetwork GlobalV6 = IPNetwork.Parse("2000::/3");

    private static readonly IReadOnlyList<IPNetwork> V6InGlobal =
    [
        IPNetwork.Parse("2001::/23"), // IETF protocol assignments, including Teredo and ORCHID
        IPNetwork.Parse("2001:db8::/32"), // documentation
        IPNetwork.Parse("2620:4f:8000::/48"), // AS112
        IPNetwork.Parse("3fff::/20"), // documentation
    ];

    /// <summary>NAT64's well-known prefix (RFC 6052): the IPv4 address is in the last four bytes.</summary>
    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");

    /// <summary>6to4 (RFC 3056): the IPv4 address is in bytes 2 to 5.</summary>
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");

    /// <summary>Whether an address, or the IPv4 address embedded in an IPv6 one, is in one of these ranges.</summary>
    public static bool Contain(IPAddress address)
    {
        var plain = Unmapped(address);
        if (plain.AddressFamily == AddressFamily.InterNetwork)
        {
            return V4.Any(network => network.Contains(plain));
        }

        var bytes = plain.GetAddressBytes();
        if (Nat64.Contains(plain))
        {
            return Contain(new IPAddress(bytes.AsSpan(12, 4)));
        }

        if (SixToFour.Contains(plain))
        {
            return Contain(new IPAddress(bytes.AsSpan(2, 4)));
        }

        if (IsIsatap(bytes) && Contain(new IPAddress(bytes.AsSpan(12, 4))))
        {
            return true;
        }

        return !GlobalV6.Contains(plain) || V6InGlobal.Any(network => network.Contains(plain));
    }

    /// <summary>ISATAP (RFC 5214, section 6.1): the interface identifier ends in the IPv4 address.</summary>
    private static bool IsIsatap(byte[] bytes) => (bytes[8] | 2) == 2 && bytes[9] == 0 && bytes[10] == 0x5e
        && bytes[11] == 0xfe;

    /// <summary>The IPv4 address of an IPv4-mapped one (<c>::ffff:0:0/96</c>); any other address unchanged.</summary>
    public static IPAddress Unmapped(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}

/// <summary>
/// Tells a failure of our own network or resolver from failures of endpoints. It reports one only if several hosts
/// that are known to work cannot be reached and no host has answered in between. A single endpoint never counts as
/// a failure of the channel.
/// </summary>
internal sealed class NetworkReach
{
    /// <summary>Number of different hosts that must be unreachable, with no answer from any host in between.</summary>
    private const int MaxHosts = 3;

    private readonly Lock gate = new();
    private readonly HashSet<string> unreachable = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Records that a host answered, with any status.</summary>
    public void Answered()
    {
        lock (gate)
        {
            unreachable.Clear();
        }
    }

    /// <summary>Records that an endpoint that is known to work could not be reached.</summary>
    /// <returns>Why no webhook can be sent; null if only that endpoint may be affected.</returns>
    public string? Missed(string host, Exception? cause)
    {
        if (cause is not SocketException { SocketErrorCode: var error } || !IsOurs(error))
        {
            return null;
        }

        lock (gate)
        {
            unreachable.Add(host);
            return unreachable.Count < MaxHosts ? null : $"no endpoint can be reached: {error}";
        }
    }

    /// <summary>
    /// Whether an error points to our side: the resolver does not answer, or there is no route to the host. An error
    /// reported by the host itself, or about its name, is the endpoint's.
    /// </summary>
    private static bool IsOurs(SocketError error) => error is
        SocketError.TryAgain or SocketError.NoRecovery or SocketError.NetworkDown or SocketError.NetworkUnreachable
        or SocketError.HostUnreachable or SocketError.AddressNotAvailable;
}
