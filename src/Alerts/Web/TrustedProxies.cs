using System.Net;
using Alerts.Core;

namespace Alerts.Web;

/// <summary>
/// The addresses and networks of proxies whose <c>X-Forwarded-For</c> is trusted
/// (<c>Alerts:Proxies</c>). Default: loopback.
/// </summary>
internal sealed class TrustedProxies(IReadOnlyList<IPNetwork> networks)
{
    public static readonly TrustedProxies Loopback = new([IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128")]);

    /// <exception cref="BadSettingException">An item is neither an address nor a network.</exception>
    public static TrustedProxies From(Settings settings) => settings.List("Proxies") is { Count: > 0 } items
        ? new([.. items.Select(Network)])
        : Loopback;

    public bool Holds(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return networks.Any(network => network.Contains(plain));
    }

    private static IPNetwork Network(string text) =>
        IPNetwork.TryParse(text, out var network) ? network
        : IPAddress.TryParse(text, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
        : throw new BadSettingException(
            $"Alerts:Proxies holds \"{text}\": write addresses and networks such as 10.0.0.5 or 10.1.0.0/16.");
}
