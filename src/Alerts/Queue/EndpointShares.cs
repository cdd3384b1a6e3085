using Alerts.Ledger;

namespace Alerts.Queue;

/// <summary>
/// Shares the attempts that a channel may have under way among the endpoints of its subscribers, so that one that hangs
/// delays only its own alerts (product contract, section 20 "Fairness"). It knows what is under way in this process and
/// what was quick lately; the store knows the rest. Safe to use from several threads.
/// </summary>
/// <param name="capacity">Attempts under way at once.</param>
/// <param name="mostOfOne">
/// Attempts under way at once to one endpoint that is quick at present; others have one.
/// </param>
internal sealed class EndpointShares(int capacity, int mostOfOne, TimeProvider real)
{
    /// <summary>An attempt that runs longer makes its endpoint a slow one.</summary>
    private static readonly TimeSpan SlowAfter = TimeSpan.FromSeconds(1);

    /// <summary>An attempt that runs longer may well become a slow one.</summary>
    private static readonly TimeSpan LingersAfter = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a quick success speaks for its endpoint. After that one attempt tries it first.</summary>
    private static readonly TimeSpan ProvenFor = TimeSpan.FromSeconds(2);

    /// <summary>How often what is no longer needed is forgotten.</summary>
    private static readonly TimeSpan PrunedEvery = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private readonly Dictionary<string, UnderWay> underWay = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Proof> proofs = new(StringComparer.Ordinal);
    private readonly Dictionary<long, HostState> hosts = [];
    private AttemptCounts counts = new();
    private long countedAt;
    private long prunedAt = real.GetTimestamp();

    /// <summary>Slow endpoints, and those without a quick success yet, hold at most this many together.</summary>
    private int MostSlow => Math.Max(1, capacity * 4 / 5);

    /// <summary>Kept for due retries.</summary>
    private int KeptForRetries => Math.Max(1, capacity / 10);

    /// <summary>Kept for endpoints that are quick at present, should all that are trusted hang.</summary>
    private int KeptForProven => Math.Max(1, capacity / 50);

    /// <summary>Kept for trusted endpoints and those that are quick at present, should all others hang.</summary>
    private int KeptForTrusted => Math.Max(1, capacity / 10);

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
            return place switch
            {
                Place.Ready => HasRoomNow(AttemptKind.Proven, isRetry),
                Place.Trusted => HasRoomNow(AttemptKind.Trusted, isRetry),
                Place.Untried => HasRoomNow(AttemptKind.Tried, isRetry),
                Place.Slow => HasRoomNow(AttemptKind.Slow, isRetry),
                _ => false,
            };
        }
    }

    /// <summary>Begins an attempt if its endpoint has its turn.</summary>
    /// <param name="host">Names what endpoints of one host share.</param>
    /// <param name="quick">The store's memory; see <see cref="EndpointHealth.Quick"/>.</param>
    /// <returns>The turn, to be given back or ended; or, without one, where it waits.</returns>
    public (EndpointTurn? Turn, Place Waits) TryBegin(string endpoint, long host, int? quick, bool isRetry)
    {
        lock (gate)
        {
            var now = Count();
            var running = underWay.GetValueOrDefault(endpoint);
            var isSlow = !(quick > 0) || (running is not null && real.GetElapsedTime(running.Oldest, now) > SlowAfter);
            if (running is not null && running.Turns.Count >= (isSlow ? 1 : MostOf(endpoint, now)))
            {
                return (null, Place.SetBack);
            }

            var kind = isSlow ? AttemptKind.Slow
                : MostOf(endpoint, now) > 1 ? AttemptKind.Proven
                : quick >= EndpointHealth.Trusted ? AttemptKind.Trusted
                : IsSuspicious(host, now) ? AttemptKind.Slow
                : AttemptKind.Tried;
            if (!HasRoomNow(kind, isRetry))
            {
                return (null, PlaceOf(kind));
            }

            var turn = new EndpointTurn(endpoint, host, isRetry, kind, now);
            if (running is null)
            {
                underWay[endpoint] = running = new UnderWay();
            }

            running.Turns.Add(turn);
            counts.Add(kind, attempts: 1, retries: isRetry ? 1 : 0);
            return (turn, PlaceOf(kind));
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
                var before = ProofOf(turn.Endpoint, now);
                proofs[turn.Endpoint] = new Proof(now, (before?.Successes ?? 0) + 1);
                HostOf(turn.Host, now).QuickAt = now;
            }
            else
            {
                proofs.Remove(turn.Endpoint);
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
            return MostOf(endpoint, real.GetTimestamp()) - (underWay.GetValueOrDefault(endpoint)?.Turns.Count ?? 0);
        }
    }

    private bool HasRoomNow(AttemptKind kind, bool isRetry)
    {
        var (most, mostSlow) = isRetry || !RetriesAreDue
            ? (capacity, MostSlow)
            : (capacity - KeptForRetries + counts.Retries, MostSlow - KeptForRetries + counts.SlowRetries);
        var unproven = counts.All - counts.Proven;
        return counts.All < Math.Min(most, capacity) && kind switch
        {
            AttemptKind.Proven => true,
            AttemptKind.Trusted => unproven < Math.Max(1, capacity - KeptForProven),
            AttemptKind.Tried => counts.Tried < MostTried && unproven < Math.Max(1, capacity - KeptForTrusted),
            _ => counts.Slow + counts.Lingering < Math.Min(mostSlow, MostSlow),
        };
    }

    private static Place PlaceOf(AttemptKind kind) => kind switch
    {
        AttemptKind.Proven => Place.Ready,
        AttemptKind.Trusted => Place.Trusted,
        AttemptKind.Slow => Place.Slow,
        _ => Place.Untried,
    };

    private Proof? ProofOf(string endpoint, long now) =>
        proofs.TryGetValue(endpoint, out var proof) && real.GetElapsedTime(proof.At, now) < ProvenFor ? proof : null;

    /// <summary>One attempt at once, and with each quick success one more.</summary>
    private int MostOf(string endpoint, long now) => Math.Min(mostOfOne, 1 + (ProofOf(endpoint, now)?.Successes ?? 0));

    /// <summary>
    /// Whether several attempts linger at a host that answers none: its others are then tried with care.
    /// </summary>
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
            var kind = first.Kind == AttemptKind.Slow || age > SlowAfter ? AttemptKind.Slow
                : age > LingersAfter ? AttemptKind.Lingering
                : first.Kind;
            counts.Add(kind, running.Turns.Count, running.Turns.Count(turn => turn.IsRetry));
            if (age > LingersAfter)
            {
                HostOf(first.Host, running.Oldest).Lingering++;
            }
        }

        if (real.GetElapsedTime(prunedAt, now) > PrunedEvery)
        {
            Prune(now);
        }

        return now;
    }

    private void Prune(long now)
    {
        prunedAt = now;
        foreach (var (endpoint, proof) in proofs)
        {
            if (real.GetElapsedTime(proof.At, now) >= ProvenFor)
            {
                proofs.Remove(endpoint); // a dictionary may lose entries while it is read
            }
        }

        foreach (var (host, state) in hosts)
        {
            if (state.Lingering == 0 && real.GetElapsedTime(state.QuickAt, now) >= PrunedEvery)
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

    /// <param name="At">The last quick success.</param>
    /// <param name="Successes">In a row, with no long pause between them.</param>
    private sealed record Proof(long At, int Successes);

    private sealed class HostState
    {
        public long QuickAt { get; set; }

        /// <summary>Endpoints that have had an attempt under way for long.</summary>
        public int Lingering { get; set; }
    }
}
