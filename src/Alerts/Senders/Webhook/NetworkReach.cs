using System.Net.Sockets;

namespace Alerts.Senders.Webhook;

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
