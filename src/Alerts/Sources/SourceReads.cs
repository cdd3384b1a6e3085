using System.Collections.Concurrent;
using Alerts.Dates;

namespace Alerts.Sources;

/// <summary>
/// Reads sources: fetches their pages, compares them with what is stored, saves the changes that need no review and
/// keeps the others as proposals.
/// </summary>
internal sealed partial class SourceReads(
    ISources sources, SourceClaims claims, SourcePages pages, SourceChanges changes, IKeyDates dates,
    SourceReports reports, ServiceClock clock, ServiceHealth health, ILogger<SourceReads> log)
{
    /// <summary>
    /// Number of attempts. Together they last longer than the reading of one page may take (30 s). Real time.
    /// </summary>
    private const int MaxTries = 350;
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(100);

    /// <summary>Maximum number of key dates looked up concurrently.</summary>
    private const int MaxLookUps = 16;

    private long finished;

    /// <summary>
    /// Number of reads that this process has finished. A response made before the last one may show when a date was
    /// checked earlier.
    /// </summary>
    public long Finished => Interlocked.Read(ref finished);

    /// <summary>Reads one source now, unless another process or task is reading it.</summary>
    /// <param name="isDue">
    /// True to read the source only if it is still due: another process may have read it already.
    /// </param>
    /// <returns>
    /// The source after the read; null when it does not exist, was not due, or is being read by someone else.
    /// </returns>
    public Task<SourceState?> ReadAsync(string id, bool isDue, CancellationToken cancel) =>
        claims.RunAsync(id, () => ReadClaimedAsync(id, isDue, cancel), cancel);

    /// <summary>Reads one source now, waiting for a read that is already in progress.</summary>
    /// <returns>
    /// The source after the read, or its current state when another read does not finish in time; null when it does not
    /// exist.
    /// </returns>
    public async Task<SourceState?> CheckAsync(string id, CancellationToken cancel)
    {
        for (var tries = 0; ; tries++)
        {
            if (await ReadAsync(id, isDue: false, cancel) is { } read)
            {
                return read;
            }

            if (await sources.FindAsync(id, cancel) is not { IsRemoved: false } state)
            {
                return null;
            }

            if (tries == MaxTries)
            {
                return state; // another read is still in progress
            }

            await Task.Delay(BetweenTries, cancel);
        }
    }

    private async Task<SourceState?> ReadClaimedAsync(string id, bool isDue, CancellationToken cancel)
    {
        try
        {
            var state = await sources.FindAsync(id, cancel);
            if (state is null or { IsRemoved: true } || (isDue && (state.NextAt > clock.Now || !state.Source.Enabled)))
            {
                return null;
            }

            return await ReadClaimedAsync(state, cancel);
        }
        finally
        {
            Interlocked.Increment(ref finished);
        }
    }

    private async Task<SourceState?> ReadClaimedAsync(SourceState state, CancellationToken cancel)
    {
        IReadOnlyList<SourceEntry>? loaded = null;
        async Task<IReadOnlyList<SourceEntry>> StoredAsync() => loaded ??= await sources.EntriesAsync(state.Id, cancel);
        Reading? reading;
        IReadOnlyList<PageValidator> read;
        try
        {
            (reading, read) = await pages.ReadAsync(state, StoredAsync, clock.Now, cancel);
        }
        catch (SourceException e)
        {
            return await FailAsync(state, e.Message, e.RetryAfter, cancel);
        }
        catch (Exception e) when (e is not OperationCanceledException and not OutOfMemoryException
            && Outage.CauseOf(e) is null)
        {
            // Our code cannot handle this response. Only this source fails; the other sources are still read.
            LogUnexpected(state.Id, e);
            return await FailAsync(state, "the answer could not be read: " + Outage.OneLine(e), null, cancel);
        }

        return await SucceedAsync(state, reading, read, StoredAsync, cancel);
    }

    private async Task<SourceState?> SucceedAsync(
        SourceState state, Reading? reading, IReadOnlyList<PageValidator> read,
        Func<Task<IReadOnlyList<SourceEntry>>> storedEntries, CancellationToken cancel)
    {
        var now = clock.Now;
        var compared = new Compared([], null, state.HasAbsent, state.HasNew);
        var isWhole = true;
        if (reading is not null || state.HasAbsent || state.HasNew)
        {
            var stored = await storedEntries();
            var entries = await changes.FinishAsync([.. stored.Select(entry => (state.Source, entry))], cancel);
            isWhole = entries.Count == stored.Count;
            var comparison = new Comparison(state, entries, now);
            var current = await CurrentAsync(comparison.Touched(reading), cancel);
            compared = comparison.Decide(reading, id => current.GetValueOrDefault(id));
            if (AddedBy(compared, now) is { } added)
            {
                // Count the dates before saving them. Otherwise a process that ends in between could later save more
                // than the limit.
                state = await UpdateAsync(state, one => Counting(one, added, now), cancel) ?? state;
            }

            var written = await sources.SaveEntriesAsync(compared.Entries, cancel);
            isWhole &= written.All(entry => entry is not null);
            await changes.FinishAsync(
                [.. written.OfType<SourceEntry>().Select(entry => (state.Source, entry))], cancel);
            LogRead(state, compared);
        }

        var validators = isWhole ? read : [];
        var next = await UpdateAsync(state, one => one.After(reading, compared, validators, now), cancel);
        health.Source(state.Id).Succeeded();
        return next;
    }

    private async Task<SourceState?> FailAsync(
        SourceState state, string cause, Duration? retryAfter, CancellationToken cancel)
    {
        var now = clock.Now;
        SourceState Failed(SourceState one) => one with
        {
            Failures = state.Failures + 1,
            Error = cause,
            FailingSince = state.FailingSince ?? now,
            NextAt = now + SourceSchedule.AfterFailure(state.Source.Every, state.Failures + 1, retryAfter),
        };
        var failed = Failed(state);
        if (state.Error != cause)
        {
            LogFailed(state.Id, cause);
        }

        if (SourceSchedule.IsFailing(failed, now))
        {
            health.Source(state.Id).Failed(cause);
        }

        var isReported = !failed.IsReported && SourceSchedule.IsFailing(failed, now)
            && await reports.SendAsync(failed, now, cancel);
        return await UpdateAsync(
            state, one => Failed(one) with { IsReported = one.IsReported || isReported }, cancel);
    }

    /// <summary>
    /// Changes the state of a source that was read. The result of a read that began before the source was added again,
    /// or edited so that it reads something else, is discarded: the source gets a new first read.
    /// </summary>
    private Task<SourceState?> UpdateAsync(
        SourceState read, Func<SourceState, SourceState> change, CancellationToken cancel) =>
        sources.UpdateAsync(
            read,
            state => !state.IsRemoved && state.Generation == read.Generation ? change(state) : state,
            cancel);

    private async Task<IReadOnlyDictionary<string, DateVersion>> CurrentAsync(
        IReadOnlyList<string> ids, CancellationToken cancel)
    {
        var found = new ConcurrentDictionary<string, DateVersion>();
        var atOnce = new ParallelOptions { MaxDegreeOfParallelism = MaxLookUps, CancellationToken = cancel };
        await Parallel.ForEachAsync(ids, atOnce, async (id, token) =>
        {
            if (await dates.FindAsync(id, token) is { } version)
            {
                found[id] = version;
            }
        });
        return found;
    }

    private static SavedDates? AddedBy(Compared compared, Instant now)
    {
        var added = compared.Entries.Count(entry =>
            entry.Proposal is { AcceptedOver: not null, Change: ProposedChange.Added });
        return added == 0 ? null : new SavedDates(now, added);
    }

    private static SourceState Counting(SourceState state, SavedDates added, Instant now) => state with
    {
        Saved = [.. state.Saved.Where(one => one.At > now - ChangeLimit.Window), added],
    };

    /// <summary>
    /// Logs the new warnings of a read (at most 5), each only once. The admin pages show all of them.
    /// </summary>
    private void LogRead(SourceState state, Compared compared)
    {
        foreach (var warning in (compared.Warnings ?? []).Except(state.Warnings).Take(5))
        {
            LogWarning(state.Id, PlainText.OneLine(warning));
        }
    }

    [LoggerMessage(LogLevel.Information, "Source {Source}: {Warning}")]
    private partial void LogWarning(string source, string warning);

    [LoggerMessage(LogLevel.Information, "Source {Source} could not be read: {Cause}.")]
    private partial void LogFailed(string source, string cause);

    [LoggerMessage(LogLevel.Error, "Source {Source}: its answer could not be read.")]
    private partial void LogUnexpected(string source, Exception exception);
}
