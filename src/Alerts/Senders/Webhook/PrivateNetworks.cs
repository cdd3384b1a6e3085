using System.Net;
using System.Net.Sockets;

namespace Alerts.Senders.Webhook;

/// <summary>
/// The ranges that no webhook calls: the IANA IPv4 and IPv6 special-purpose address registries (RFC 6890 and its updates),
/// multicast and what is reserved.
/// </summary>
internal static class PrivateNetworks
{
    private static readonly IReadOnlyList<IPNetwork> V4 =
    [
        IPNetwork.Parse("0.0.0.0/8"), // this network
        IPNetwork.Parse("10.0.0.0/8"), // private use
        IPNetwork.Parse("100.64.0.0/10"), // carrier-grade NAT
        IPNetwork.Parse("127.0.0.0/8"), // loopback
        IPNetwork.Parse("168.63.129.16/32"), // Azure's platform: public by the registry, but only ever the host's own
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
    /// All that IANA gives out as global unicast. Outside lie ::, ::1, ::/96, 100::/64, 5f00::/16, fc00::/7, fe80::/10,
    /// fec0::/10, ff00::/8 and 64:ff9b:1::/48; the one exception, NAT64, is judged by the IPv4 address it carries.
    /// </summary>
    private static readonly IPNetwork GlobalV6 = IPNetwork.Parse("2000::/3");

    private static readonly IReadOnlyList<IPNetwork> V6InGlobal =
    [
        IPNetwork.Parse("2001::/23"), // IETF protocol assignments, Teredo and ORCHID among them
        IPNetwork.Parse("2001:db8::/32"), // documentation
        IPNetwork.Parse("2620:4f:8000::/48"), // AS112
        IPNetwork.Parse("3fff::/20"), // documentation
    ];

    /// <summary>NAT64's well-known prefix (RFC 6052): the IPv4 address stands in the last four bytes.</summary>
    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");

    /// <summary>6to4 (RFC 3056): the IPv4 address stands in bytes 2 to 5.</summary>
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");

    /// <summary>Whether an address lies in one of them, also when it is wrapped in an IPv6 address.</summary>
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

    /// <summary>The IPv4 address inside an IPv4-mapped one (<c>::ffff:0:0/96</c>); any other as it is.</summary>
    public static IPAddress Unmapped(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
