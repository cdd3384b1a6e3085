namespace Alerts.Queue;

/// <summary>
/// Shares the attempts that a channel may have under way among the endpoints of its subscribers, so that one that hangs
/// delays only its own alerts (product contract, section 20 "Fairness"). It knows what is under way in this process and
/// what was quick lately; the store knows the rest. Safe to use from several threads.
/// </summary>
/// <param name="capacity">Attempts under way at once.</param>
/// <param name="mostOfOne">Attempts under way at once to one endpoint that is quick at present; others have one.</param>
internal sealed class EndpointShares(int capacity, int mostOfOne, TimeProvider real)
{
    /// <summary>An attempt that runs longer makes its endpoint a slow one.</summary>
    private static readonly TimeSpan SlowAfter = TimeSpan.FromSeconds(1);

    /// <summary>An attempt that runs longer may well become a slow one.</summary>
    private static readonly TimeSpan LingersAfter = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a quick success speaks for its endpoint. After that one attempt tries it first.</summary>
    private static readonly TimeSpan ProvenFor = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private readonly Dictionary<string, UnderWay> underWay = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> quickAt = new(StringComparer.Ordinal);
    private readonly Dictionary<long, HostState> hosts = [];
    private AttemptCounts counts = new();
    private long countedAt;
    private long prunedAt = real.GetTimestamp();

    /// <summary>Slow endpoints, and those without a quick success yet, hold at most this many together.</summary>
    private int MostSlow => Math.Max(1, capacity * 4 / 5);

    /// <summary>Kept for due retries.</summary>
    private int KeptForRetries => Math.Max(1, capacity / 10);

    /// <summary>Kept for endpoints that are quick at present, should all that are tried hang.</summary>
    private int KeptForProven => Math.Max(1, capacity / 50);

    /// <summary>So many are tried at once: those that hang are known before the others are tried.</summary>
    private int MostTried => Math.Max(1, capacity / 5);

    /// <summary>Whether retries wait that could begin; then first attempts leave them their part.</summary>
    public bool RetriesAreDue { get; set; }

    /// <summary>Whether an attempt of a row that waits in a place could begin now.</summary>
    public bool HasRoom(Place place, bool isRetry)
    {
        lock (gate)
        {
            Count();
            return HasRoomNow(place, isRetry);
        }
    }

    /// <summary>Begins an attempt if its endpoint has its turn.</summary>
    /// <param name="host">Names what endpoints of one host share.</param>
    /// <param name="isQuick">The store's memory: whether its last attempt was a quick success; null for none.</param>
    /// <returns>The turn, to be given back or ended; or, without one, where it waits.</returns>
    public (EndpointTurn? Turn, Place Waits) TryBegin(string endpoint, long host, bool? isQuick, bool isRetry)
    {
        lock (gate)
        {
            var now = Count();
            var running = underWay.GetValueOrDefault(endpoint);
            var isSlow = isQuick != true
                || (running is not null && real.GetElapsedTime(running.Oldest, now) > SlowAfter);
            var isProven = !isSlow && IsProven(endpoint, now);
            if (running is not null && running.Turns.Count >= (isProven ? mostOfOne : 1))
            {
                return (null, Place.SetBack);
            }

            var place = isProven ? Place.Ready : isSlow || IsSuspicious(host, now) ? Place.Slow : Place.Untried;
            if (!HasRoomNow(place, isRetry))
            {
                return (null, place);
            }

            var turn = new EndpointTurn(endpoint, host, isRetry, place, now);
            if (running is null)
            {
                underWay[endpoint] = running = new UnderWay();
            }

            running.Turns.Add(turn);
            var kind = place switch
            {
                Place.Slow => AttemptKind.Slow,
                Place.Untried => AttemptKind.Tried,
                _ => AttemptKind.Proven,
            };
            counts.Add(kind, attempts: 1, retries: isRetry ? 1 : 0);
            return (turn, place);
        }
    }

    /// <summary>Takes back a turn whose attempt did not begin.</summary>
    public void GiveBack(EndpointTurn turn)
    {
        lock (gate)
        {
            Remove(turn);
        }
    }

    /// <summary>The attempt has ended.</summary>
    /// <param name="wasQuick">Whether it was a quick success.</param>
    public void End(EndpointTurn turn, bool wasQuick)
    {
        lock (gate)
        {
            Remove(turn);
            var now = real.GetTimestamp();
            if (wasQuick)
            {
                quickAt[turn.Endpoint] = now;
                HostOf(turn.Host, now).QuickAt = now;
            }
            else
            {
                quickAt.Remove(turn.Endpoint);
            }
        }
    }

    /// <summary>How many attempts are under way to an endpoint.</summary>
    public int UnderWayTo(string endpoint)
    {
        lock (gate)
        {
            return underWay.GetValueOrDefault(endpoint)?.Turns.Count ?? 0;
        }
    }

    /// <summary>How many more could begin to an endpoint, were there room.</summary>
    public int FreeOf(string endpoint)
    {
        lock (gate)
        {
            var most = IsProven(endpoint, real.GetTimestamp()) ? mostOfOne : 1;
            return most - (underWay.GetValueOrDefault(endpoint)?.Turns.Count ?? 0);
        }
    }

    private bool HasRoomNow(Place place, bool isRetry)
    {
        var (most, mostSlow) = isRetry || !RetriesAreDue
            ? (capacity, MostSlow)
            : (capacity - KeptForRetries + counts.Retries, MostSlow - KeptForRetries + counts.SlowRetries);
        return counts.All < Math.Min(most, capacity) && place switch
        {
            Place.Ready => true,
            Place.Untried => counts.Tried < MostTried && counts.All - counts.Proven < capacity - KeptForProven,
            Place.Slow => counts.Slow + counts.Lingering < Math.Min(mostSlow, MostSlow),
            _ => false,
        };
    }

    private bool IsProven(string endpoint, long now) =>
        quickAt.TryGetValue(endpoint, out var at) && real.GetElapsedTime(at, now) < ProvenFor;

    /// <summary>Whether several attempts linger at a host that answers none: its others are then tried with care.</summary>
    private bool IsSuspicious(long host, long now) =>
        hosts.TryGetValue(host, out var state) && state.Lingering >= Math.Max(3, capacity / 100)
        && real.GetElapsedTime(state.QuickAt, now) > LingersAfter;

    /// <param name="since">When it is known since, if it was not known before.</param>
    private HostState HostOf(long host, long since) =>
        hosts.TryGetValue(host, out var state) ? state : hosts[host] = new HostState { QuickAt = since };

    private void Remove(EndpointTurn turn)
    {
        if (underWay.TryGetValue(turn.Endpoint, out var running) && running.Turns.Remove(turn))
        {
            if (running.Turns.Count == 0)
            {
                underWay.Remove(turn.Endpoint);
            }

            countedAt = 0;
        }
    }

    /// <summary>Counts what is under way, by what each endpoint is now, unless that was done a moment ago.</summary>
    private long Count()
    {
        var now = real.GetTimestamp();
        if (countedAt != 0 && real.GetElapsedTime(countedAt, now) < TimeSpan.FromMilliseconds(5))
        {
            return now;
        }

        (counts, countedAt) = (new AttemptCounts(), now);
        foreach (var host in hosts.Values)
        {
            host.Lingering = 0;
        }

        foreach (var running in underWay.Values)
        {
            var age = real.GetElapsedTime(running.Oldest, now);
            var first = running.Turns[0];
            var kind = first.Place == Place.Slow || age > SlowAfter ? AttemptKind.Slow
                : age > LingersAfter ? AttemptKind.Lingering
                : first.Place == Place.Untried ? AttemptKind.Tried
                : AttemptKind.Proven;
            counts.Add(kind, running.Turns.Count, running.Turns.Count(turn => turn.IsRetry));
            if (age > LingersAfter)
            {
                HostOf(first.Host, running.Oldest).Lingering++;
            }
        }

        if (real.GetElapsedTime(prunedAt, now) > ProvenFor)
        {
            Prune(now);
        }

        return now;
    }

    private void Prune(long now)
    {
        prunedAt = now;
        foreach (var (endpoint, at) in quickAt)
        {
            if (real.GetElapsedTime(at, now) >= ProvenFor)
            {
                quickAt.Remove(endpoint); // a dictionary may lose entries while it is read
            }
        }

        foreach (var (host, state) in hosts)
        {
            if (state.Lingering == 0 && real.GetElapsedTime(state.QuickAt, now) >= ProvenFor)
            {
                hosts.Remove(host);
            }
        }
    }

    private sealed class UnderWay
    {
        public List<EndpointTurn> Turns { get; } = [];

        /// <summary>Turns are added at the end: the first began first.</summary>
        public long Oldest => Turns[0].BegunAt;
    }

    private sealed class HostState
    {
        public long QuickAt { get; set; }

        /// <summary>Endpoints that have had an attempt under way for long.</summary>
        public int Lingering { get; set; }
    }
}
