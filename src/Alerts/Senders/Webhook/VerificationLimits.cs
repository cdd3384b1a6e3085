using System.Net;

namespace Alerts.Senders.Webhook;

/// <summary>
/// Limits verifications so that they cannot be used to flood a host that has not consented: at most 6 per minute and 30
/// per hour to one host name, and 60 per minute to one IP address. The limits hold for all clients together, in real
/// time, and in this process. A verification answered with consent returns its place.
/// </summary>
internal sealed class VerificationLimits(TimeProvider realTime)
{
    /// <summary>
    /// Maximum delay between taking a place and the request's arrival. The spans are longer by it, so that the limits
    /// also hold at the receiver.
    /// </summary>
    private static readonly TimeSpan OnItsWay = TimeSpan.FromSeconds(2);

    private static readonly IReadOnlyList<WindowLimit> OfHost =
        [new(6, TimeSpan.FromMinutes(1) + OnItsWay), new(30, TimeSpan.FromHours(1) + OnItsWay)];

    private static readonly IReadOnlyList<WindowLimit> OfAddress = [new(60, TimeSpan.FromMinutes(1) + OnItsWay)];

    private readonly Lock gate = new();
    private readonly Dictionary<string, FairWindow> windows = [];
    private int sweepAt = 1_000;

    /// <summary>Asks for a place.</summary>
    /// <param name="host">The host name of the URL, without a trailing dot.</param>
    /// <param name="addresses">
    /// Resolves the host; called only when the host name has a place; empty when resolving fails.
    /// </param>
    /// <param name="id">Id of the verification; the same each time it asks.</param>
    /// <param name="client">The client that requested the verification; empty when unknown.</param>
    public async Task<VerificationPlace> EnterAsync(string host, Func<Task<IPAddress[]>> addresses, string id,
        string client)
    {
        if (Ask([host], id, client) is { } wait)
        {
            return new VerificationPlace.None(wait);
        }

        // A slash, which no host name contains, keeps addresses apart from host names that look like them.
        string[] keys =
        [
            host,
            .. (await addresses()).Select(PrivateNetworks.Unmapped).Where(address => !IPAddress.IsLoopback(address))
                .Select(address => "/" + address).Distinct(),
        ];
        var now = realTime.GetUtcNow();
        lock (gate)
        {
            if (Ask(keys, id, client) is { } longer)
            {
                return new VerificationPlace.None(longer);
            }

            foreach (var key in keys)
            {
                Window(key).Take(id, now);
            }
        }

        return new VerificationPlace.Granted(isReturned => End(keys, now, isReturned));
    }

    private TimeSpan? Ask(string[] keys, string id, string client)
    {
        var now = realTime.GetUtcNow();
        lock (gate)
        {
            var wait = keys.Max(key => Window(key).Ask(id, client, now));
            if (wait is { } longest)
            {
                foreach (var key in keys)
                {
                    Window(key).PutOff(id, now + longest);
                }
            }

            return wait;
        }
    }

    private void End(string[] keys, DateTimeOffset takenAt, bool isReturned)
    {
        lock (gate)
        {
            foreach (var key in keys)
            {
                Window(key).End(takenAt, isReturned, realTime.GetUtcNow());
            }
        }
    }

    private FairWindow Window(string key)
    {
        if (windows.TryGetValue(key, out var window))
        {
            return window;
        }

        if (windows.Count >= sweepAt)
        {
            var now = realTime.GetUtcNow();
            foreach (var (empty, _) in windows.Where(one => one.Value.IsEmpty(now)).ToList())
            {
                windows.Remove(empty);
            }

            sweepAt = Math.Max(1_000, 2 * windows.Count);
        }

        return windows[key] = new FairWindow(key[0] == '/' ? OfAddress : OfHost);
    }
}

/// <summary>The result of asking for a place.</summary>
internal abstract record VerificationPlace
{
    /// <summary>No place is free.</summary>
    /// <param name="Wait">Time to wait before asking again, in real time.</param>
    internal sealed record None(TimeSpan Wait) : VerificationPlace;

    /// <summary>The request may be sent.</summary>
    /// <param name="End">
    /// Must be called once when the request has ended; the argument says whether it was answered with consent.
    /// </param>
    internal sealed record Granted(Action<bool> End) : VerificationPlace;
}
