namespace Alerts.Queue;

/// <summary>Counts the attempts under way, and forgets what is no longer of use.</summary>
internal sealed partial class EndpointShares
{
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
            var age = AgeOf(running, now);
            var first = running.Turns[0];
            var kind = first.Kind == AttemptKind.Slow || age > SlowAfter ? AttemptKind.Slow
                : age > LingersAfter ? AttemptKind.Lingering
                : first.Kind;
            counts.Add(kind, running.Turns.Count, running.Turns.Count(turn => turn.IsRetry));
            if (age > LingersAfter)
            {
                HostOf(first.Host, running.Oldest ?? now).Lingering++;
            }
        }

        if (real.GetElapsedTime(prunedAt, now) > PrunedEvery)
        {
            Prune(now);
        }

        return now;
    }

    private TimeSpan AgeOf(UnderWay running, long now) =>
        running.Oldest is { } oldest ? real.GetElapsedTime(oldest, now) : TimeSpan.Zero;

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

        /// <summary>When the oldest attempt began; null when none has begun.</summary>
        public long? Oldest => Turns.Min(turn => turn.BegunAt);
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
