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
internal sealed class EndpointShares(int capacity, int maxPerEndpoint, TimeProvider real)
{
    /// <summary>An attempt that runs longer marks its endpoint as slow.</summary>
    public static readonly TimeSpan SlowAfter = TimeSpan.FromSeconds(1);

    /// <summary>An attempt that runs longer counts as lingering: it may become a slow one.</summary>
    public static readonly TimeSpan LingersAfter = TimeSpan.FromMilliseconds(250);

    private readonly ShareLimits limits = new(capacity);
    private readonly Lock gate = new();
    private readonly Dictionary<string, UnderWay> underWay = new(StringComparer.Ordinal);
    private readonly QuickSuccesses successes = new(capacity, maxPerEndpoint, real);
    private AttemptCounts counts = new();
    private int waitingRetries;
    private long countedAt;

    /// <summary>The shares of a channel's endpoints; null if they take no turns.</summary>
    public static EndpointShares? Of(IChannel channel, TimeProvider real) =>
        channel.Kind.Destinations is { } destinations
            ? new EndpointShares(channel.MaxConcurrency, destinations.MaxPerEndpoint, real) : null;

    /// <summary>Whether retries wait that could begin. If so, first attempts leave their share free.</summary>
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

    /// <summary>
    /// Reserves an attempt before the endpoint's history is read from the store. What has been read replaces the turn;
    /// see <see cref="TryReserve"/>.
    /// </summary>
    /// <returns>The turn; or no turn, and the place where the row waits.</returns>
    public (EndpointTurn? Turn, Place Waits) TryReserveUnread(string endpoint, long host, bool isRetry)
    {
        lock (gate)
        {
            var now = Count();
            var most = successes.MaxAttemptsTo(endpoint, now);
            return Reserve(
                endpoint, host, isRetry, IsSlow(endpoint, now) ? 1 : most,
                most > 1 ? AttemptKind.Proven : AttemptKind.Unread);
        }
    }

    /// <summary>
    /// Reserves an attempt if its endpoint may have one now. The attempt begins with <see cref="Start"/>, when its
    /// claim has been written, so that an endpoint does not count as slow because the store is.
    /// </summary>
    /// <param name="host">Identifies the host; equal for all endpoints on it.</param>
    /// <param name="quick">The stored count of quick successes; see <see cref="EndpointHealth.Quick"/>.</param>
    /// <param name="instead">The turn that was reserved before the endpoint was read; null for none.</param>
    /// <returns>The turn, which the caller ends or gives back; or no turn, and the place where the row waits.</returns>
    public (EndpointTurn? Turn, Place Waits) TryReserve(
        string endpoint, long host, int? quick, bool isRetry, EndpointTurn? instead = null)
    {
        lock (gate)
        {
            if (instead is not null)
            {
                Remove(instead);
            }

            var now = Count();
            if (!(quick > 0) || IsSlow(endpoint, now))
            {
                return Reserve(endpoint, host, isRetry, 1, quick is null ? AttemptKind.New : AttemptKind.Slow);
            }

            var most = successes.MaxAttemptsTo(endpoint, now);
            return Reserve(
                endpoint, host, isRetry, most,
                most > 1 ? AttemptKind.Proven
                : quick >= EndpointHealth.Trusted ? AttemptKind.Trusted
                : successes.IsSuspicious(host, now) ? AttemptKind.Slow
                : instead is null || HasRoomNow(AttemptKind.Tried, isRetry) ? AttemptKind.Tried
                : AttemptKind.TriedAsNew); // rather than wait and be read again
        }
    }

    /// <summary>Begins the attempt of a reserved turn.</summary>
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
            return IsSlow(endpoint, real.GetTimestamp());
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
            successes.Record(turn, wasQuick);
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
            return successes.MaxAttemptsTo(endpoint, real.GetTimestamp())
                - (underWay.GetValueOrDefault(endpoint)?.Turns.Count ?? 0);
        }
    }

    private bool IsSlow(string endpoint, long now) =>
        underWay.TryGetValue(endpoint, out var running) && AgeOf(running, now) > SlowAfter;

    private (EndpointTurn? Turn, Place Waits) Reserve(
        string endpoint, long host, bool isRetry, int maxAttempts, AttemptKind kind)
    {
        var running = underWay.GetValueOrDefault(endpoint);
        if (running?.Turns.Count >= maxAttempts)
        {
            return (null, Place.SetBack);
        }

        if (!HasRoomNow(kind, isRetry))
        {
            return (null, PlaceOf(kind));
        }

        var turn = new EndpointTurn(endpoint, host, isRetry, kind);
        if (running is null)
        {
            underWay[endpoint] = running = new UnderWay();
        }

        running.Turns.Add(turn);
        counts.Add(kind, attempts: 1, retries: isRetry ? 1 : 0);
        return (turn, PlaceOf(kind));
    }

    private bool HasRoomNow(AttemptKind kind, bool isRetry) => limits.HaveRoom(counts, kind, isRetry, RetriesAreDue);

    private static Place PlaceOf(AttemptKind kind) => kind switch
    {
        AttemptKind.Proven or AttemptKind.Unread => Place.Ready,
        AttemptKind.Trusted => Place.Trusted,
        AttemptKind.Tried or AttemptKind.TriedAsNew => Place.Untried,
        _ => Place.Slow,
    };

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
        successes.BeginCount();
        foreach (var running in underWay.Values)
        {
            var age = AgeOf(running, now);
            var first = running.Turns[0];
            var kind = first.Kind == AttemptKind.Slow || age > SlowAfter ? AttemptKind.Slow
                : age > LingersAfter ? AttemptKind.Lingering
                : first.Kind;
            counts.Add(kind, running.Turns.Count, running.Turns.Count(turn => turn.IsRetry));
            if (age > LingersAfter)
            {
                successes.CountLingering(first.Host, running.Oldest ?? now);
            }
        }

        successes.Prune(now);
        return now;
    }

    private TimeSpan AgeOf(UnderWay running, long now) =>
        running.Oldest is { } oldest ? real.GetElapsedTime(oldest, now) : TimeSpan.Zero;

    private sealed class UnderWay
    {
        public List<EndpointTurn> Turns { get; } = [];

        /// <summary>When the oldest attempt began; null when none has begun.</summary>
        public long? Oldest => Turns.Min(turn => turn.BegunAt);
    }
}
