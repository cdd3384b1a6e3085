using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Alerts.Queue;

/// <summary>Logs an outage once when it begins, with its first cause, and once when it ends.</summary>
internal sealed partial class OutageLog(ILogger log) : IDisposable
{
    private static readonly TimeSpan ProbeEvery = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, bool> open = new();
    private readonly CancellationTokenSource stopping = new();

    /// <summary>Logs the beginning of an outage unless it is already open.</summary>
    /// <param name="reason">The cause; only its first line is logged.</param>
    /// <param name="probe">
    /// Called every second until it succeeds, so that the end is noticed even when nothing else uses the resource.
    /// </param>
    public void Begin(string what, string reason, Func<CancellationToken, Task>? probe = null)
    {
        if (open.TryAdd(what, true))
        {
            LogBegan(what, reason.Split('\n')[0].TrimEnd());
            if (probe is not null)
            {
                _ = ProbeAsync(what, probe);
            }
        }
    }

    public void End(string what)
    {
        if (!open.IsEmpty && open.TryRemove(what, out _))
        {
            LogEnded(what);
        }
    }

    public void Dispose()
    {
        stopping.Cancel();
        stopping.Dispose();
    }

    private async Task ProbeAsync(string what, Func<CancellationToken, Task> probe)
    {
        var stop = stopping.Token;
        while (open.ContainsKey(what) && !stop.IsCancellationRequested)
        {
            await Task.Delay(ProbeEvery, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                await probe(stop);
                End(what);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // The outage lasts, or this process is stopping. The cause is already logged.
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "{What} cannot be used: {Reason} It is tried again until it can.")]
    private partial void LogBegan(string what, string reason);

    [LoggerMessage(LogLevel.Information, "{What} can be used again.")]
    private partial void LogEnded(string what);
}

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

/// <summary>Tells an outage of the store or queue, which ends without a new release, from our own bug.</summary>
internal static class QueueOutage
{
    public static bool Is(Exception failure) => failure switch
    {
        AggregateException several => several.InnerExceptions.All(Is), // thrown by the Azure library after its last try
        QueueUnreachableException or AuthenticationException => true, // the latter from TLS
        OperationCanceledException or HttpRequestException or SocketException => true,
        _ => Outage.CauseOf(failure) is not null,
    };
}

/// <summary>A queue could not be reached, or did not accept a message, within its time limit.</summary>
internal sealed class QueueUnreachableException(string sentence, Exception inner) : Exception(sentence, inner);

/// <summary>A message is not ours, or not meant for its queue; delivering it again does not help.</summary>
internal sealed class UnreadableMessageException(string reason) : Exception(reason);
