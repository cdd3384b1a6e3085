using System.Net.Sockets;

namespace Alerts.Senders.Webhook;

/// <summary>
/// Tells a network or resolver of ours that is down from endpoints that are. It takes several hosts in a row, each of
/// which
/// has answered before, that cannot be reached while none answers: a single endpoint is never the channel's failure.
/// </summary>
internal sealed class NetworkReach
{
    /// <summary>How many different hosts must be out of reach, with no answer of any host in between.</summary>
    private const int MostHosts = 3;

    private readonly Lock gate = new();
    private readonly HashSet<string> unreachable = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Some host answered, whatever it said.</summary>
    public void Answered()
    {
        lock (gate)
        {
            unreachable.Clear();
        }
    }

    /// <summary>An endpoint that is known to work could not be reached.</summary>
    /// <returns>Why no webhook can be sent; null when it may be that endpoint alone.</returns>
    public string? Missed(string host, Exception? cause)
    {
        if (cause is not SocketException { SocketErrorCode: var error } || !IsOurs(error))
        {
            return null;
        }

        lock (gate)
        {
            unreachable.Add(host);
            return unreachable.Count < MostHosts ? null : $"no endpoint can be reached: {error}";
        }
    }

    /// <summary>
    /// A resolver that does not answer, or no way to the host; what the host itself or its name says is its own.
    /// </summary>
    private static bool IsOurs(SocketError error) => error is
        SocketError.TryAgain or SocketError.NoRecovery or SocketError.NetworkDown or SocketError.NetworkUnreachable
        or SocketError.HostUnreachable or SocketError.AddressNotAvailable;
}
