using System.Net;

namespace Alerts.Senders.Webhook;

/// <summary>Where webhooks may go besides public addresses (<c>Alerts:Webhooks</c>).</summary>
/// <param name="AllowLoopback">Permits http and https to loopback addresses; default false.</param>
/// <param name="AllowedNetworks">Ranges an operator permits for https although they are not public; default none.</param>
internal sealed record WebhookOptions(bool AllowLoopback, IReadOnlyList<IPNetwork> AllowedNetworks)
{
    /// <summary>Connections open at once, those kept for further requests included; 1 to 10,000, default 500.</summary>
    public int MaxConnections { get; init; } = 500;

    /// <summary>
    /// Whether the service itself is reached on loopback only: an error then names what allows a local receiver.
    /// </summary>
    public bool IsLoopbackStart { get; init; }

    /// <summary>Whether plain http may go where https may; default false.</summary>
    public bool AllowPlainHttp { get; init; }

    /// <summary>
    /// Whether an address may be called; plain http goes to nothing but loopback unless it is allowed.
    /// </summary>
    public bool Allows(string scheme, IPAddress address)
    {
        var plain = PrivateNetworks.Unmapped(address);
        return (AllowLoopback && IPAddress.IsLoopback(plain))
            || ((AllowPlainHttp || scheme == Uri.UriSchemeHttps)
                && (!PrivateNetworks.Contain(plain) || AllowedNetworks.Any(network => network.Contains(plain))));
    }
}
