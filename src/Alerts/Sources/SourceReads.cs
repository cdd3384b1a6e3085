using System.Collections.Concurrent;
using Alerts.Core;
using Alerts.Dates;
using NodaTime;

namespace Alerts.Sources;

/// <summary>
/// Reads sources: fetches, compares, saves what is to be saved at once, and keeps the rest for review.
/// </summary>
internal sealed partial class SourceReads(
    ISources sources, SourcePages pages, SourceChanges changes, IKeyDates dates, SourceReports reports,
    ServiceClock clock, ServiceHealth health, ILogger<SourceReads> log)
{
    /// <summary>Sources read at once: each holds at most one answer of 5 MB.</summary>
    private const int MostAtOnce = 4;

    /// <summary>Together longer than a read of one page takes; real time.</summary>
    private const int MostTries = 350;
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(100);

    /// <summary>Dates looked up at once.</summary>
    private const int MostLookUps = 16;

    /// <summary>Reads all sources that are due; one that fails does not keep the others.</summary>
    public async Task ReadDueAsync(CancellationToken cancel)
    {
        var now = clock.Now;
        var due = (await sources.ListAsync(cancel))
            .Where(state => state.Source.Enabled && state.NextAt <= now).OrderBy(state => state.NextAt).ToList();
        var atOnce = new ParallelOptions { MaxDegreeOfParallelism = MostAtOnce, CancellationToken = cancel };
        await Parallel.ForEachAsync(due, atOnce, async (state, token) => await ReadAsync(state.Id, isDue: true, token));
    }

    /// <summary>When the next source is due; null when none is.</summary>
    public async Task<Instant?> NextAtAsync(CancellationToken cancel) =>
        (await sources.ListAsync(cancel)).Where(state => state.Source.Enabled)
            .Select(state => (Instant?)state.NextAt).Min();

    /// <summary>Reads one source now.</summary>
    /// <param name="isDue">Whether it is read only when it is due, which another process may have seen to.</param>
    /// <returns>The source after it; null when there is none, or while somebody else reads it.</returns>
    public async Task<SourceState?> ReadAsync(string id, bool isDue, CancellationToken cancel)
    {
        if (!await sources.ClaimAsync(id, cancel))
        {
            return null;
        }

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
            await sources.ReleaseAsync(id, CancellationToken.None);
        }
    }

    /// <summary>Reads one source now, after whoever reads it at this moment.</summary>
    /// <returns>The source after it; null when there is none.</returns>
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

            if (tries == MostTries)
            {
                return state; // it is being read
            }

            await Task.Delay(BetweenTries, cancel);
        }
    }

    private async Task<SourceState?> ReadClaimedAsync(SourceState state, CancellationToken cancel)
    {
        Reading? reading;
        IReadOnlyList<PageValidator> read;
        try
        {
            (reading, read) = await pages.ReadAsync(state, clock.Now, cancel);
        }
        catch (SourceException e)
        {
            return await FailAsync(state, e.Message, e.RetryAfter, cancel);
        }
        catch (Exception e) when (e is not OperationCanceledException and not OutOfMemoryException
            && Outage.CauseOf(e) is null)
        {
            // An answer that our own code cannot take: this source fails, the others are read.
            LogUnexpected(state.Id, e);
            return await FailAsync(state, "the answer could not be read: " + Outage.OneLine(e), null, cancel);
        }

        return await SucceedAsync(state, reading, read, cancel);
    }

    private async Task<SourceState?> SucceedAsync(
        SourceState state, Reading? reading, IReadOnlyList<PageValidator> read, CancellationToken cancel)
    {
        var now = clock.Now;
        var compared = new Compared([], null, state.HasAbsent, null);
        var isWhole = true;
        SavedChanges? saved = null;
        if (reading is not null || state.HasAbsent)
        {
            var stored = await sources.EntriesAsync(state.Id, cancel);
            var entries = await changes.FinishAsync(state.Source, stored, cancel);
            isWhole = entries.Count == stored.Count;
            var comparison = new Comparison(state, entries, now);
            var current = await CurrentAsync(
                reading is null ? comparison.TouchedUnchanged() : comparison.Touched(reading), cancel);
            compared = comparison.Decide(reading, id => current.GetValueOrDefault(id));
            saved = SavedBy(compared, now);
            if (saved is not null)
            {
                // Before they are saved: a process that ends in between must not save more than the limit later.
                state = await UpdateAsync(state, one => Counting(one, saved, now), false, cancel) ?? state;
            }

            var written = await sources.SaveEntriesAsync(compared.Entries, cancel);
            isWhole &= written.All(entry => entry is not null);
            await changes.FinishAsync(state.Source, [.. written.OfType<SourceEntry>()], cancel);
            LogRead(state, compared);
        }

        var next = await UpdateAsync(state, one => Succeeded(one, compared, isWhole ? read : [], now), true, cancel);
        health.Source(state.Id).Succeeded();
        return next;
    }

    /// <summary>What is kept of a read that succeeded.</summary>
    private static SourceState Succeeded(
        SourceState state, Compared compared, IReadOnlyList<PageValidator> read, Instant now) => state with
        {
            CheckedAt = now,
            NextAt = now + state.Source.Every,
            Reads = state.Reads + 1,
            HasFirstRead = true,
            Failures = 0,
            Error = null,
            FailingSince = null,
            IsReported = false,
            Pages = read,
            Warnings = compared.Warnings is { } warnings ? Bounded(warnings) : state.Warnings,
            HasAbsent = compared.HasAbsent,
        };

    private async Task<SourceState?> FailAsync(
        SourceState state, string cause, Duration? retryAfter, CancellationToken cancel)
    {
        var now = clock.Now;
        var failed = state with
        {
            Failures = state.Failures + 1,
            Error = cause,
            FailingSince = state.FailingSince ?? now,
            NextAt = now + SourceSchedule.AfterFailure(state.Source.Every, state.Failures + 1, retryAfter),
        };
        LogFailed(state.Id, cause);
        if (SourceSchedule.IsFailing(failed, now))
        {
            health.Source(state.Id).Failed(cause);
        }

        var isReported = !failed.IsReported && SourceSchedule.IsFailing(failed, now)
            && await reports.SendAsync(failed, now, cancel);
        return await UpdateAsync(
            state,
            one => one with
            {
                Failures = failed.Failures,
                Error = failed.Error,
                FailingSince = failed.FailingSince,
                NextAt = failed.NextAt,
                IsReported = one.IsReported || isReported,
            },
            true, cancel);
    }

    /// <summary>Changes a source that an operator may edit or remove at the same time.</summary>
    private async Task<SourceState?> UpdateAsync(
        SourceState read, Func<SourceState, SourceState> change, bool endsClaim, CancellationToken cancel)
    {
        var state = read;
        while (true)
        {
            // What an edit changed is read anew, as a first read.
            var isSame = !state.IsRemoved && state.Source.ReadsTheSameAs(read.Source);
            var next = isSame ? change(state) : state;
            if (await sources.SaveAsync(next, endsClaim, cancel) is { } saved)
            {
                return saved;
            }

            if (await sources.FindAsync(read.Id, cancel) is not { } now)
            {
                return null;
            }

            state = now;
        }
    }

    private async Task<IReadOnlyDictionary<string, DateVersion>> CurrentAsync(
        IReadOnlyList<string> ids, CancellationToken cancel)
    {
        var found = new ConcurrentDictionary<string, DateVersion>();
        var atOnce = new ParallelOptions { MaxDegreeOfParallelism = MostLookUps, CancellationToken = cancel };
        await Parallel.ForEachAsync(ids, atOnce, async (id, token) =>
        {
            if (await dates.FindAsync(id, token) is { } version)
            {
                found[id] = version;
            }
        });
        return found;
    }

    private static SavedChanges? SavedBy(Compared compared, Instant now)
    {
        var accepted = compared.Entries.Select(entry => entry.Proposal).Where(one => one is { AcceptedOver: not null })
            .Select(one => one!.Change).ToList();
        return accepted.Count == 0 ? null : new SavedChanges(
            now, accepted.Count(change => change == ProposedChange.Added),
            accepted.Count(change => change is ProposedChange.Moved or ProposedChange.Cancelled));
    }

    private static SourceState Counting(SourceState state, SavedChanges saved, Instant now) => state with
    {
        Saved = [.. state.Saved.Where(one => one.At > now - ChangeLimit.Window), saved],
    };

    /// <summary>A row has only so much room; the number of the others is said.</summary>
    private static List<string> Bounded(IReadOnlyList<string> warnings)
    {
        const int Most = 50;
        const int Longest = 300;
        var kept = warnings.Take(Most).Select(one => PlainText.Cut(PlainText.OneLine(one), Longest)).ToList();
        return warnings.Count <= Most ? kept
            : [.. kept, FormattableString.Invariant($"And {warnings.Count - Most} more.")];
    }

    /// <summary>Says in the log what the pages say, once.</summary>
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
