namespace Alerts.Queue;

/// <summary>
/// The quick successes that this process had lately, by endpoint and by host, and which hosts linger now. Not
/// thread-safe.
/// </summary>
/// <param name="capacity">Maximum number of concurrent attempts.</param>
/// <param name="maxPerEndpoint">Maximum number of concurrent attempts to one endpoint.</param>
internal sealed class QuickSuccesses(int capacity, int maxPerEndpoint, TimeProvider real)
{
    /// <summary>How long an endpoint counts as quick after a success. Then a single attempt tries it first.</summary>
    private static readonly TimeSpan ProvenFor = TimeSpan.FromSeconds(2);

    /// <summary>Interval at which expired entries are removed.</summary>
    private static readonly TimeSpan PrunedEvery = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, Proof> proofs = new(StringComparer.Ordinal);
    private readonly Dictionary<long, HostState> hosts = [];
    private long prunedAt = real.GetTimestamp();

    /// <summary>The endpoint's limit: one attempt, plus one for each recent quick success in a row.</summary>
    public int MaxAttemptsTo(string endpoint, long now) =>
        Math.Min(maxPerEndpoint, 1 + (ProofOf(endpoint, now)?.Successes ?? 0));

    /// <summary>
    /// Whether several endpoints of a host linger and none of the host's endpoints has had a quick success lately. Its
    /// other endpoints are then treated as slow.
    /// </summary>
    public bool IsSuspicious(long host, long now) =>
        hosts.TryGetValue(host, out var state) && state.Lingering >= Math.Max(3, capacity / 100)
        && real.GetElapsedTime(state.QuickAt, now) > EndpointShares.LingersAfter;

    /// <summary>Records the result of a finished attempt.</summary>
    /// <param name="wasQuick">Whether it was a quick success.</param>
    public void Record(EndpointTurn turn, bool wasQuick)
    {
        var now = real.GetTimestamp();
        if (wasQuick)
        {
            proofs[turn.Endpoint] = new Proof(now, (ProofOf(turn.Endpoint, now)?.Successes ?? 0) + 1);
            HostOf(turn.Host, now).QuickAt = now;
        }
        else
        {
            proofs.Remove(turn.Endpoint);
        }
    }

    /// <summary>Begins to count anew which endpoints linger.</summary>
    public void BeginCount()
    {
        foreach (var host in hosts.Values)
        {
            host.Lingering = 0;
        }
    }

    /// <summary>Counts an endpoint that lingers.</summary>
    /// <param name="since">Taken as the last quick success of a host that is not known yet.</param>
    public void CountLingering(long host, long since) => HostOf(host, since).Lingering++;

    /// <summary>Removes expired entries, at most every 30 s. Call it after a count.</summary>
    public void Prune(long now)
    {
        if (real.GetElapsedTime(prunedAt, now) <= PrunedEvery)
        {
            return;
        }

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

    private Proof? ProofOf(string endpoint, long now) =>
        proofs.TryGetValue(endpoint, out var proof) && real.GetElapsedTime(proof.At, now) < ProvenFor ? proof : null;

    private HostState HostOf(long host, long since) =>
        hosts.TryGetValue(host, out var state) ? state : hosts[host] = new HostState { QuickAt = since };

    /// <param name="At">Timestamp of the last quick success.</param>
    /// <param name="Successes">Quick successes in a row, each within <see cref="ProvenFor"/> of the one before.</param>
    private sealed record Proof(long At, int Successes);

    private sealed class HostState
    {
        public long QuickAt { get; set; }

        /// <summary>Number of endpoints with an attempt older than <see cref="EndpointShares.LingersAfter"/>.</summary>
        public int Lingering { get; set; }
    }
}
