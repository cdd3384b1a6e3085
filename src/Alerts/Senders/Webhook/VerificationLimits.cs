using System.Net;

namespace Alerts.Senders.Webhook;

/// <summary>
/// Keeps verifications from being used to flood somebody who has not consented: at most 6 a minute and 30 an hour to
/// one host name and 60 a minute to one address, over all clients, in real time and in this process. One answered with
/// consent gives its place back.
/// </summary>
internal sealed class VerificationLimits(TimeProvider realTime)
{
    /// <summary>
    /// A request arrives this much later at most than it takes its place: the limits hold where it arrives.
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
    /// <param name="addresses">What it resolves to, when its turn has come; empty when that fails.</param>
    /// <param name="id">Of the verification, the same each time it asks.</param>
    /// <param name="client">Who asked for it; empty when unknown.</param>
    public async Task<VerificationPlace> EnterAsync(string host, Func<Task<IPAddress[]>> addresses, string id,
        string client)
    {
        if (Ask([host], id, client) is { } wait)
        {
            return new VerificationPlace.None(wait);
        }

        // Addresses are kept apart from the host names that look like them by a character that no host name has.
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

/// <summary>What asking for a place came to.</summary>
internal abstract record VerificationPlace
{
    /// <summary>There is none.</summary>
    /// <param name="Wait">In real time, before asking again.</param>
    internal sealed record None(TimeSpan Wait) : VerificationPlace;

    /// <summary>The request may go.</summary>
    /// <param name="End">To be called once when it has ended, with whether it was answered with consent.</param>
    internal sealed record Granted(Action<bool> End) : VerificationPlace;
}
