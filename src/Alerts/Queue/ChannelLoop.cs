using Alerts.Core;
using Alerts.Ledger;
using Alerts.Senders;

namespace Alerts.Queue;

/// <summary>
/// Keeps one channel busy: claims what is due as there is room, sends, then marks. Channels never wait for each
/// other, and
/// where a channel sends to endpoints of subscribers, these take turns.
/// </summary>
internal sealed class ChannelLoop(
    IChannel channel, IQueue queue, ServiceClock clock, ChangeSignal signal, ServiceHealth health,
    ILogger<ChannelLoop> log)
{
    /// <summary>Other processes on the same file cannot signal: their work is found so soon, in real time.</summary>
    private static readonly TimeSpan LookAtLeastEvery = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// An attempt that runs on makes room, or takes it, as time goes by: looked at this often meanwhile.
    /// </summary>
    private static readonly TimeSpan LookWhileSendingEvery = TimeSpan.FromMilliseconds(50);

    /// <summary>It goes by the clock's timestamps, which are real time also on a simulated clock.</summary>
    private readonly EndpointShares? shares =
        channel.MaxPerDestination is { } most ? new EndpointShares(channel.MaxConcurrency, most, clock) : null;

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

    private async Task<TimeSpan> WaitForAsync()
    {
        var atMost = shares is not null && Volatile.Read(ref underWay) > 0 ? LookWhileSendingEvery : LookAtLeastEvery;
        return underWay < channel.MaxConcurrency
            && await queue.NextAtAsync(channel.Name, shares, CancellationToken.None) is { } at && at > clock.Now
            ? clock.RealTimeUntil(at, atMost)
            : atMost;
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

        // Never broken off half-way: what has ended is marked even when the process is stopping.
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
            switch (settlement.Claim.Turn)
            {
                case { } turn when settlement.Result is Postponed:
                    shares?.GiveBack(turn); // nothing was sent
                    break;
                case { } turn:
                    shares?.End(turn, settlement.IsQuick);
                    break;
            }
        }

        lock (gate)
        {
            ended.AddRange(settlements);
        }

        Interlocked.Add(ref underWay, -call.Count);
        signal.Raise();
    }
}
