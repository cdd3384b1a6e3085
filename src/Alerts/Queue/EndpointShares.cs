using Alerts.Ledger;
using Alerts.Senders;

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
internal sealed partial class EndpointShares(int capacity, int maxPerEndpoint, TimeProvider real)
{
    /// <summary>An attempt that runs longer marks its endpoint as slow.</summary>
    public static readonly TimeSpan SlowAfter = TimeSpan.FromSeconds(1);

    /// <summary>An attempt that runs longer counts as lingering: it may become a slow one.</summary>
    private static readonly TimeSpan LingersAfter = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// How long an endpoint counts as quick after a quick success. After that, a single attempt tries it first.
    /// </summary>
    private static readonly TimeSpan ProvenFor = TimeSpan.FromSeconds(2);

    /// <summary>Interval at which expired entries are removed.</summary>
    private static readonly TimeSpan PrunedEvery = TimeSpan.FromSeconds(30);

    private readonly ShareLimits limits = new(capacity);
    private readonly Lock gate = new();
    private readonly Dictionary<string, UnderWay> underWay = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Proof> proofs = new(StringComparer.Ordinal);
    private readonly Dictionary<long, HostState> hosts = [];
    private AttemptCounts counts = new();
    private int waitingRetries;
    private long countedAt;
    private long prunedAt = real.GetTimestamp();

    /// <summary>The shares of a channel's endpoints; null if they take no turns.</summary>
    public static EndpointShares? Of(IChannel channel, TimeProvider real) =>
        channel.Kind.Destinations is { } destinations
            ? new EndpointShares(channel.MaxConcurrency, destinations.MaxPerEndpoint, real)
            : null;

    /// <summary>
    /// Whether retries are waiting that could begin. If so, first attempts leave the share reserved for retries free.
    /// </summary>
    public bool RetriesAreDue { get; set; }

    /// <summary>
    /// Counts the messages of retries that this process has received and that wait for room; sets
    /// <see cref="RetriesAreDue"/>.
    /// </summary>
    public void CountWaitingRetries(int more)
    {
        lock (gate)
        {
            waitingRetries += more;
            RetriesAreDue = waitingRetries > 0;
        }
    }

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
    /// <param name="isClaimed">
    /// False if the claim is still to be written. The attempt then begins with <see cref="Start"/>, so that an endpoint
    /// does not count as slow because the store is.
    /// </param>
    /// <returns>
    /// The turn, which the caller ends or gives back; or no turn, and the place where the row waits.
    /// </returns>
    public (EndpointTurn? Turn, Place Waits) TryBegin(
        string endpoint, long host, int? quick, bool isRetry, bool isClaimed = true)
    {
        lock (gate)
        {
            var now = Count();
            var running = underWay.GetValueOrDefault(endpoint);
            var isSlow = !(quick > 0) || (running is not null && AgeOf(running, now) > SlowAfter);
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

            var turn = new EndpointTurn(endpoint, host, isRetry, kind, isClaimed ? now : null);
            if (running is null)
            {
                underWay[endpoint] = running = new UnderWay();
            }

            running.Turns.Add(turn);
            counts.Add(kind, attempts: 1, retries: isRetry ? 1 : 0);
            return (turn, PlaceOf(kind));
        }
    }

    /// <summary>Begins the attempt of a turn whose claim has been written.</summary>
    public void Start(EndpointTurn turn)
    {
        lock (gate)
        {
            turn.BegunAt = real.GetTimestamp();
        }
    }

    /// <summary>Whether an attempt under way marks an endpoint as slow.</summary>
    public bool IsSlow(string endpoint)
    {
        lock (gate)
        {
            return underWay.TryGetValue(endpoint, out var running)
                && AgeOf(running, real.GetTimestamp()) > SlowAfter;
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

    /// <summary>Ends the turn of an attempt, if it has one; gives it back if nothing was sent.</summary>
    public void End(Settlement settlement)
    {
        switch (settlement.Claim.Turn)
        {
            case { } turn when settlement.Result is Postponed:
                GiveBack(turn);
                break;
            case { } turn:
                End(turn, settlement.IsQuick);
                break;
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
            ? (capacity, limits.MaxSlow)
            : (capacity - limits.KeptForRetries + counts.Retries,
                limits.MaxSlow - limits.KeptForRetries + counts.SlowRetries);
        var unproven = counts.All - counts.Proven;
        return counts.All < Math.Min(most, capacity) && kind switch
        {
            AttemptKind.Proven => true,
            AttemptKind.Trusted => unproven < Math.Max(1, capacity - limits.KeptForProven),
            AttemptKind.Tried => counts.Tried < limits.MaxTried
                && unproven < Math.Max(1, capacity - limits.KeptForTrusted),
            _ => counts.Slow + counts.Lingering < Math.Min(maxSlow, limits.MaxSlow)
                // First attempts that linger must not take the share that is kept for retries.
                || (isRetry && counts.SlowRetries < limits.KeptForRetries && counts.Slow < limits.MaxSlow),
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
}
