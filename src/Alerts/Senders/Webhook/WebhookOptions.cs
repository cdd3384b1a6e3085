using System.Globalization;
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

/// <summary>
/// The process's limit of open files. Webhook connections get at most 40 % of it: a process under the common limit of
/// 1,024 needs about 270 files for its libraries, the store and incoming requests.
/// </summary>
internal static class OpenFileLimit
{
    /// <summary>Maximum number of connections that this process's limit allows; at least 1.</summary>
    public static int MaxConnections =>
        File.Exists("/proc/self/limits") ? MaxConnectionsOf(File.ReadAllText("/proc/self/limits")) : int.MaxValue;

    /// <param name="limits">
    /// The text of <c>/proc/self/limits</c> (proc_pid_limits(5)). The runtime raises the soft limit to the hard one
    /// when it starts.
    /// </param>
    internal static int MaxConnectionsOf(string limits)
    {
        var line = limits.Split('\n').FirstOrDefault(
            line => line.StartsWith("Max open files", StringComparison.Ordinal));
        return line?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, _, _, var soft, ..]
            && long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var files)
            ? (int)Math.Clamp(files * 2 / 5, 1, int.MaxValue) : int.MaxValue;
    }
}
