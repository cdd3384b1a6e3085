using Alerts.App;
using Alerts.Core;
using Alerts.Due;
using Alerts.Senders;

namespace Alerts.Queue;

/// <summary>
/// Keeps one channel busy: claims what is due as slots come free, sends, then marks. Channels never wait for each other, and
/// a lane never takes more than its share of the slots.
/// </summary>
internal sealed class ChannelLoop(
    IChannel channel, IQueue queue, ServiceClock clock, ChangeSignal signal, ServiceHealth health,
    ILogger<ChannelLoop> log)
{
    /// <summary>Other processes on the same file cannot signal: their work is found so soon, in real time.</summary>
    private static readonly TimeSpan LookAtLeastEvery = TimeSpan.FromMilliseconds(250);

    private readonly Dictionary<long, int> lanes = [];
    private readonly List<Settlement> ended = [];
    private readonly Lock gate = new();
    private readonly PartHealth turns = health.Worker($"claiming {channel.Name}");
    private readonly PartHealth sending = health.Channel(channel.Name);
    private int underWay;

    /// <summary>Runs until cancelled; what is under way then is finished and marked.</summary>
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
                // The loop's edge: the store could not be reached or a row could not be read. What had ended is kept and settled next time.
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
            // What cannot be marked any more is sent again under the same key.
            await turns.ObserveAsync(() => SettleAndClaimAsync(cancel), CancellationToken.None)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<TimeSpan> WaitForAsync() =>
        underWay < channel.MaxConcurrency && await queue.NextAtAsync(channel.Name, CancellationToken.None) is { } at && at > clock.Now ? clock.RealTimeUntil(at, LookAtLeastEvery) : LookAtLeastEvery;

    private async Task<bool> SettleAndClaimAsync(CancellationToken cancel)
    {
        List<Settlement> settled;
        Dictionary<long, int> busy;
        lock (gate)
        {
            settled = [.. ended];
            busy = new Dictionary<long, int>(lanes);
        }

        var free = cancel.IsCancellationRequested ? 0 : channel.MaxConcurrency - Volatile.Read(ref underWay);
        if (settled.Count == 0 && (free == 0 || await queue.NextAtAsync(channel.Name, CancellationToken.None) is not { } next || next > clock.Now))
        {
            return false;
        }

        // Never broken off half-way: what has ended is marked even when the process is stopping.
        var claims = await queue.SettleAndClaimAsync(channel, settled, free, busy, CancellationToken.None);
        lock (gate)
        {
            ended.RemoveRange(0, settled.Count);
            foreach (var claim in claims)
            {
                lanes[claim.DestinationKey] = lanes.GetValueOrDefault(claim.DestinationKey) + 1;
            }
        }

        foreach (var together in Attempts.Together(channel, claims))
        {
            Interlocked.Add(ref underWay, together.Count);
            _ = SendAsync(together);
        }

        return claims.Count > 0 || settled.Count > 0;
    }

    private async Task SendAsync(IReadOnlyList<Claim> claims)
    {
        await Task.Yield();
        var settlements = await Attempts.MakeAsync(channel, claims, clock, sending, log);
        lock (gate)
        {
            ended.AddRange(settlements);
            foreach (var claim in claims)
            {
                if (lanes[claim.DestinationKey]-- == 1)
                {
                    lanes.Remove(claim.DestinationKey);
                }
            }
        }

        Interlocked.Add(ref underWay, -claims.Count);
        signal.Raise();
    }
}
