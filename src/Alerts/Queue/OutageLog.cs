using System.Collections.Concurrent;

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
