using System.Diagnostics;

namespace Alerts.Queue;

/// <summary>Pauses between tries during an outage: 1 s, 2 s, 4 s, up to 1 min, in real time.</summary>
internal sealed class OutagePauses(TimeSpan patience, CancellationToken cancel)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private readonly long began = Stopwatch.GetTimestamp();
    private TimeSpan next = TimeSpan.FromSeconds(1);

    /// <summary>Waits before the next try. False when there must be none.</summary>
    public async Task<bool> NextAsync()
    {
        if (cancel.IsCancellationRequested
            || (patience != Timeout.InfiniteTimeSpan && Stopwatch.GetElapsedTime(began) + next > patience))
        {
            return false;
        }

        // If cancelled during the pause, one last try follows.
        await Task.Delay(next, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        next = next * 2 < Longest ? next * 2 : Longest;
        return true;
    }
}
