using Alerts.Senders;

namespace Alerts.Queue;

/// <summary>
/// Runs one channel: claims due messages as capacity allows, sends them, then marks the results. Channels never wait
/// for each other. If a channel sends to subscribers' own endpoints, these take turns.
/// </summary>
internal sealed class ChannelLoop(
    IChannel channel, IQueue queue, ServiceClock clock, ChangeSignal signal, ServiceHealth health,
    ILogger<ChannelLoop> log)
{
    /// <summary>
    /// Upper bound on how long work of another process on the same database file goes unnoticed, in real time: that
    /// process cannot signal this one.
    /// </summary>
    private static readonly TimeSpan LookAtLeastEvery = TimeSpan.FromMilliseconds(250);

    /// <summary>Polling interval while attempts run, in real time: their endpoints' shares change with time.</summary>
    private static readonly TimeSpan LookWhileSendingEvery = TimeSpan.FromMilliseconds(50);

    /// <summary>Uses the clock's timestamps, which are real time even on a simulated clock.</summary>
    private readonly EndpointShares? shares = EndpointShares.Of(channel, clock);

    private readonly List<Settlement> ended = [];
    private readonly Lock gate = new();
    private readonly PartHealth turns = health.Worker($"claiming {channel.Name}");
    private readonly PartHealth sending = health.Channel(channel.Name);
    private int underWay;

    /// <summary>Runs until cancelled, then finishes and marks the attempts under way.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            var next = signal.Next;
            var wait = LookAtLeastEvery;
            try
            {
                wait = await SettleAndClaimAsync(cancel) ? TimeSpan.Zero : await WaitForAsync();
                turns.Succeeded();
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // The loop's edge: the store could not be reached or a row could not be read. Results are kept and
                // settled in the next round.
                turns.Failed(e);
                next = ChangeSignal.Never; // signals do not shorten the pause
                wait = turns.Pause;
            }

            if (wait > TimeSpan.Zero)
            {
                await ChangeSignal.Wait(next, wait, cancel);
            }
        }

        while (Volatile.Read(ref underWay) > 0)
        {
            await ChangeSignal.Wait(signal.Next, LookAtLeastEvery, CancellationToken.None);
        }

        if (ended.Count > 0)
        {
            // A result that cannot be marked now leads to a repeat under the same key.
            await turns.ObserveAsync(() => SettleAndClaimAsync(cancel), CancellationToken.None)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<TimeSpan> WaitForAsync()
    {
        var atMost = shares is not null && Volatile.Read(ref underWay) > 0 ? LookWhileSendingEvery : LookAtLeastEvery;
        return underWay < channel.MaxConcurrency
            && await queue.NextAtAsync(channel.Name, shares, CancellationToken.None) is { } at && at > clock.Now
            ? clock.RealTimeUntil(at, atMost) : atMost;
    }

    private async Task<bool> SettleAndClaimAsync(CancellationToken cancel)
    {
        List<Settlement> settled;
        lock (gate)
        {
            settled = [.. ended];
        }

        var free = cancel.IsCancellationRequested ? 0 : channel.MaxConcurrency - Volatile.Read(ref underWay);
        if (settled.Count == 0
            && (free == 0
                || await queue.NextAtAsync(channel.Name, shares, CancellationToken.None) is not { } next
                || next > clock.Now))
        {
            return false;
        }

        // Not cancellable: finished attempts are marked even while the process stops.
        var claims = await queue.SettleAndClaimAsync(channel, settled, free, shares, CancellationToken.None);
        lock (gate)
        {
            ended.RemoveRange(0, settled.Count);
        }

        foreach (var together in Attempts.Together(channel, claims))
        {
            Interlocked.Add(ref underWay, together.Count);
            _ = SendAsync(together);
        }

        return claims.Count > 0 || settled.Count > 0;
    }

    private async Task SendAsync(IReadOnlyList<ClaimedMessage> call)
    {
        await Task.Yield();
        var settlements = await Attempts.MakeAsync(channel, call, clock, sending, log);
        foreach (var settlement in settlements)
        {
            shares?.End(settlement);
        }

        lock (gate)
        {
            ended.AddRange(settlements);
        }

        Interlocked.Add(ref underWay, -call.Count);
        signal.Raise();
    }
}
