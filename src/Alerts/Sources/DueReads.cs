namespace Alerts.Sources;

/// <summary>
/// Reads the sources that are due, some at once. When one read ends, the next begins. A host, and all sources that
/// failed last time, get only a part of the places, so that publishers that hang do not delay the others. Not
/// thread-safe.
/// </summary>
internal sealed class DueReads(ISources sources, SourceReads reads, SourceReports reports, ServiceClock clock)
{
    /// <summary>
    /// Maximum number of sources read concurrently. Each holds at most one response of 5 MB in memory.
    /// </summary>
    public const int MaxAtOnce = 8;

    /// <summary>Maximum number of sources of one host among them.</summary>
    public const int MaxPerHost = 2;

    /// <summary>Maximum number of sources whose last read failed among them.</summary>
    public const int MaxFailing = 4;

    private readonly List<Running> running = [];
    private List<SourceState> waiting = [];
    private Exception? failure;

    /// <summary>Whether reads are in progress.</summary>
    public bool IsReading => running.Count > 0;

    /// <summary>
    /// Reads all sources that are due, and notifies the operator of others that are failing. A source that fails does
    /// not stop the others.
    /// </summary>
    public async Task ReadAllAsync(CancellationToken cancel)
    {
        try
        {
            await LookAsync(cancel);
            await ReadUntilAsync(ChangeSignal.Never, cancel);
        }
        finally
        {
            await FinishAsync();
        }

        cancel.ThrowIfCancellationRequested();
        ThrowFailure();
    }

    /// <summary>
    /// Looks for sources that are due, begins to read as many as there are places for, and notifies the operator of
    /// others that are failing.
    /// </summary>
    /// <returns>
    /// When another enabled source is due or becomes failing next; null when there is none. Sources that are being
    /// read, or wait for a place, do not count.
    /// </returns>
    /// <exception cref="Exception">The store cannot be used, now or in a read that has ended since.</exception>
    public async Task<Instant?> LookAsync(CancellationToken cancel)
    {
        ThrowFailure();
        var now = clock.Now;
        var all = (await sources.ListAsync(cancel)).Where(state => !running.Exists(one => one.Id == state.Id))
            .ToLookup(state => state.Source.Enabled && state.NextAt <= now);
        waiting = [.. all[true].OrderBy(state => state.NextAt)];
        Begin(cancel);
        await reports.SendDueAsync(all[false], cancel);
        return all[false].Where(state => state.Source.Enabled)
            .Select(state => SourceSchedule.FailsAfter(state) is { } at && at >= now && at < state.NextAt
                ? at : (Instant?)state.NextAt).Min();
    }

    /// <summary>
    /// Begins to read the sources found as places become free, until all of them are read or a task is completed.
    /// </summary>
    public async Task ReadUntilAsync(Task completed, CancellationToken cancel)
    {
        while (IsReading && !completed.IsCompleted)
        {
            await Task.WhenAny([completed, .. running.Select(one => one.Read)]);
            foreach (var ended in running.Where(one => one.Read.IsCompleted).ToList())
            {
                running.Remove(ended);
                if (ended.Read.Exception?.InnerException is { } e)
                {
                    failure ??= e;
                    waiting.Clear(); // the next look finds them again
                }
            }

            Begin(cancel);
        }
    }

    /// <summary>Waits until the reads in progress have ended, and begins no others.</summary>
    public async Task FinishAsync()
    {
        waiting.Clear();
        await Task.WhenAll(running.Select(one => one.Read)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        running.Clear();
    }

    private void Begin(CancellationToken cancel)
    {
        foreach (var state in waiting.ToList())
        {
            if (running.Count == MaxAtOnce || cancel.IsCancellationRequested)
            {
                return;
            }

            var (host, isFailing) = (HostOf(state.Source), state.Failures > 0);
            if (running.Count(one => one.Host == host) < MaxPerHost
                && (!isFailing || running.Count(one => one.IsFailing) < MaxFailing))
            {
                waiting.Remove(state);
                running.Add(new Running(state.Id, host, isFailing, Task.Run(
                    () => reads.ReadAsync(state.Id, isDue: true, cancel), CancellationToken.None)));
            }
        }
    }

    private void ThrowFailure()
    {
        if (failure is { } e)
        {
            failure = null;
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e);
        }
    }

    /// <summary>The host and port that a source is read from; the register is one host.</summary>
    private static string HostOf(Source source) => source.Url is { } url ? new Uri(url).Authority : "";

    private sealed record Running(string Id, string Host, bool IsFailing, Task Read);
}
