using Alerts.Ledger;

namespace Alerts.Queue;

/// <summary>
/// Shares a channel's concurrent attempts among its subscribers' endpoints, so that a hanging endpoint delays only its
/// own alerts (product contract, section 20 "Fairness"). It tracks the attempts under way in this process and recent
/// quick successes; the store keeps the longer history. Thread-safe.
/// </summary>
/// <param name="capacity">Maximum number of concurrent attempts.</param>
/// <param name="maxPerEndpoint">
/// Maximum number of concurrent attempts to one endpoint that is currently quick; other endpoints get one.
/// </param>
internal sealed class EndpointShares(int capacity, int maxPerEndpoint, TimeProvider real)
{
    /// <summary>An attempt that runs longer marks its endpoint as slow.</summary>
    private static readonly TimeSpan SlowAfter = TimeSpan.FromSeconds(1);

    /// <summary>An attempt that runs longer counts as lingering: it may become a slow one.</summary>
    private static readonly TimeSpan LingersAfter = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// How long an endpoint counts as quick after a quick success. After that, a single attempt tries it first.
    /// </summary>
    private static readonly TimeSpan ProvenFor = TimeSpan.FromSeconds(2);

    /// <summary>Interval at which expired entries are removed.</summary>
    private static readonly TimeSpan PrunedEvery = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private readonly Dictionary<string, UnderWay> underWay = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Proof> proofs = new(StringComparer.Ordinal);
    private readonly Dictionary<long, HostState> hosts = [];
    private AttemptCounts counts = new();
    private long countedAt;
    private long prunedAt = real.GetTimestamp();

    /// <summary>
    /// Maximum number of attempts to slow endpoints, including those that have had no quick success yet.
    /// </summary>
    private int MaxSlow => Math.Max(1, capacity * 4 / 5);

    /// <summary>Capacity reserved for due retries.</summary>
    private int KeptForRetries => Math.Max(1, capacity / 10);

    /// <summary>Capacity reserved for endpoints that are currently quick, in case all trusted ones hang.</summary>
    private int KeptForProven => Math.Max(1, capacity / 50);

    /// <summary>Capacity reserved for trusted and currently quick endpoints, in case all others hang.</summary>
    private int KeptForTrusted => Math.Max(1, capacity / 10);

    /// <summary>
    /// Maximum number of endpoints tried again at once, so that those that hang are detected before the rest are tried.
    /// </summary>
    private int MaxTried => Math.Max(1, capacity / 5);

    /// <summary>
    /// Whether retries are waiting that could begin. If so, first attempts leave the share reserved for retries free.
    /// </summary>
    public bool RetriesAreDue { get; set; }

    /// <summary>Whether an attempt of a row that waits in this place could begin now.</summary>
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

    /// <summary>Begins an attempt if its endpoint may have one now.</summary>
    /// <param name="host">Identifies the host; equal for all endpoints on it.</param>
    /// <param name="quick">The stored count of quick successes; see <see cref="EndpointHealth.Quick"/>.</param>
    /// <returns>
    /// The turn, which the caller ends or gives back; or no turn, and the place where the row waits.
    /// </returns>
    public (EndpointTurn? Turn, Place Waits) TryBegin(string endpoint, long host, int? quick, bool isRetry)
    {
        lock (gate)
        {
            var now = Count();
            var running = underWay.GetValueOrDefault(endpoint);
            var isSlow = !(quick > 0) || (running is not null && real.GetElapsedTime(running.Oldest, now) > SlowAfter);
            if (running is not null && running.Turns.Count >= (isSlow ? 1 : MaxFor(endpoint, now)))
            {
                return (null, Place.SetBack);
            }

            var kind = isSlow ? AttemptKind.Slow
                : MaxFor(endpoint, now) > 1 ? AttemptKind.Proven
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

    /// <summary>Returns a turn whose attempt did not begin.</summary>
    public void GiveBack(EndpointTurn turn)
    {
        lock (gate)
        {
            Remove(turn);
        }
    }

    /// <summary>Ends the turn of a finished attempt.</summary>
    /// <param name="wasQuick">Whether the attempt was a quick success.</param>
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

    /// <summary>Number of attempts under way to an endpoint.</summary>
    public int UnderWayTo(string endpoint)
    {
        lock (gate)
        {
            return underWay.GetValueOrDefault(endpoint)?.Turns.Count ?? 0;
        }
    }

    /// <summary>Number of further attempts the endpoint's own limit allows, regardless of the capacity left.</summary>
    public int FreeOf(string endpoint)
    {
        lock (gate)
        {
            return MaxFor(endpoint, real.GetTimestamp()) - (underWay.GetValueOrDefault(endpoint)?.Turns.Count ?? 0);
        }
    }

    private bool HasRoomNow(AttemptKind kind, bool isRetry)
    {
        var (most, maxSlow) = isRetry || !RetriesAreDue
            ? (capacity, MaxSlow)
            : (capacity - KeptForRetries + counts.Retries, MaxSlow - KeptForRetries + counts.SlowRetries);
        var unproven = counts.All - counts.Proven;
        return counts.All < Math.Min(most, capacity) && kind switch
        {
            AttemptKind.Proven => true,
            AttemptKind.Trusted => unproven < Math.Max(1, capacity - KeptForProven),
            AttemptKind.Tried => counts.Tried < MaxTried && unproven < Math.Max(1, capacity - KeptForTrusted),
            _ => counts.Slow + counts.Lingering < Math.Min(maxSlow, MaxSlow),
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

    /// <summary>The endpoint's limit: one attempt, plus one for each recent quick success in a row.</summary>
    private int MaxFor(string endpoint, long now) =>
        Math.Min(maxPerEndpoint, 1 + (ProofOf(endpoint, now)?.Successes ?? 0));

    /// <summary>
    /// Whether several endpoints of a host linger and none of the host's endpoints has had a quick success lately. Its
    /// other endpoints are then treated as slow.
    /// </summary>
    private bool IsSuspicious(long host, long now) =>
        hosts.TryGetValue(host, out var state) && state.Lingering >= Math.Max(3, capacity / 100)
        && real.GetElapsedTime(state.QuickAt, now) > LingersAfter;

    /// <param name="since">Taken as the last quick success of a host that is not known yet.</param>
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

    /// <summary>
    /// Counts the attempts under way by the current kind of their endpoint. Reuses a count less than 5 ms old.
    /// </summary>
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
                proofs.Remove(endpoint); // a Dictionary allows this while it is enumerated
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

        /// <summary>When the oldest attempt began: turns are appended, so the first is the oldest.</summary>
        public long Oldest => Turns[0].BegunAt;
    }

    /// <param name="At">Timestamp of the last quick success.</param>
    /// <param name="Successes">Quick successes in a row, each within <see cref="ProvenFor"/> of the one before.</param>
    private sealed record Proof(long At, int Successes);

    private sealed class HostState
    {
        public long QuickAt { get; set; }

        /// <summary>Number of endpoints with an attempt that has run longer than <see cref="LingersAfter"/>.</summary>
        public int Lingering { get; set; }
    }
}
