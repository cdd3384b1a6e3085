using System.Net;

namespace Alerts.Senders.Webhook;

/// <summary>Settings of the webhook channel (<c>Alerts:Webhooks</c>).</summary>
/// <param name="AllowLoopback">Allows http and https to loopback addresses; default false.</param>
/// <param name="AllowedNetworks">
/// Ranges that an operator allows for https although they are not public; default none.
/// </param>
internal sealed record WebhookOptions(bool AllowLoopback, IReadOnlyList<IPNetwork> AllowedNetworks)
{
    /// <summary>
    /// Maximum number of open connections, including idle ones kept for further requests; 1 to 10,000, default 500, and
    /// never more than <see cref="OpenFileLimit"/> allows.
    /// </summary>
    public int MaxConnections { get; init; } = 500;

    /// <summary>
    /// Whether the service itself is reachable on loopback only. Errors then name the setting
    /// that allows a local receiver.
    /// </summary>
    public bool IsLoopbackStart { get; init; }

    /// <summary>Whether plain http is allowed wherever https is; default false.</summary>
    public bool AllowPlainHttp { get; init; }

    /// <summary>
    /// Whether an address may be called. Plain http may reach only loopback unless <see cref="AllowPlainHttp"/> is set.
    /// </summary>
    public bool Allows(string scheme, IPAddress address)
    {
        var plain = PrivateNetworks.Unmapped(address);
        return (AllowLoopback && IPAddress.IsLoopback(plain))
            || ((AllowPlainHttp || scheme == Uri.UriSchemeHttps)
                && (!PrivateNetworks.Contain(plain) || AllowedNetworks.Any(network => network.Contains(plain))));
    }
}
