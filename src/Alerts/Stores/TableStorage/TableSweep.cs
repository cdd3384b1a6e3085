using Azure.Data.Tables;

namespace Alerts.Stores.TableStorage;

/// <summary>
/// Finds rows on which no process is working, some minutes after their instant. It takes back rows that were claimed
/// and not settled, and posts again what a queue may have lost.
/// </summary>
/// <param name="real">Real time, by which leases are measured.</param>
internal sealed class TableSweep(
    Tables tables,
    SweepIndex sweepIndex,
    LedgerWriter rows,
    ServiceClock clock,
    RecordingOrder order,
    TimeProvider real)
{
    private static readonly Duration Minute = Duration.FromMinutes(1);

    /// <summary>Approximate number of rows kept in memory before they are posted.</summary>
    private const int MaxBatchSize = 20_000;

    /// <param name="except">The dates whose rows are left for the next sweep.</param>
    public async Task RunAsync(IReadOnlySet<string> except, CancellationToken cancel)
    {
        var now = clock.Now;
        var found = new Found([], []);
        var swept = new List<(IGrouping<string, SweepEntry> Due, bool IsOpen)>();
        foreach (var due in (await sweepIndex.SweepsAsync(now, cancel)).GroupBy(line => line.Group)
            .Where(due => !except.Contains(due.Key)))
        {
            swept.Add((due, await RunAsync(due.Key, due.Min(line => line.At) - 2 * Minute, now, found, cancel)));
            if (found.Late.Count + found.Sending.Count >= MaxBatchSize)
            {
                await ConcludeAsync(swept, found, now, cancel);
            }
        }

        await ConcludeAsync(swept, found, now, cancel);
    }

    /// <summary>
    /// Posts what was found in one call, because alerts of several dates may be sent as one message. Rows that are
    /// claimed in part are left to the row with which their claim began.
    /// </summary>
    private async Task ConcludeAsync(
        List<(IGrouping<string, SweepEntry> Due, bool IsOpen)> swept, Found found, Instant now,
        CancellationToken cancel)
    {
        await rows.ChangeAllAsync(
            [.. found.Sending.Select(row => new RowChange(row, one => one.TryBreakOff(real.GetUtcNow(), now, order)))],
            cancel);
        var begun = found.Sending.Concat(found.Late).SelectMany(row => row.DigestKeys).ToHashSet();
        await rows.PostAsync([.. found.Late.Where(row => !row.IsOneOf(begun))], cancel);
        foreach (var (due, isOpen) in swept)
        {
            if (isOpen)
            {
                await sweepIndex.SweepAgainAsync(due.Key, now + Minute, cancel);
            }

            foreach (var line in due)
            {
                await sweepIndex.DoneAsync(line, cancel);
            }
        }

        swept.Clear();
        found.Sending.Clear();
        found.Late.Clear();
    }

    /// <param name="before">
    /// When the previous sweep was, or earlier, since the index has a resolution of a minute.
    /// </param>
    /// <returns>Whether something that was due is still open.</returns>
    private async Task<bool> RunAsync(
        string group, Instant before, Instant now, Found all, CancellationToken cancel)
    {
        var isOpen = false;
        var open = FormattableString.Invariant(
            $"(State le 2) and PartitionKey ge '{group}|' and PartitionKey lt '{group}|~'");
        await foreach (
            var page in tables
                .Ledger.QueryAsync<TableEntity>(open, TableOperations.PageSize, cancellationToken: cancel)
                .AsPages())
        {
            var found = page.Values.Select(entity => new LedgerRow(entity)).ToList();
            var sending = found.Where(row => !row.IsWaiting).ToList();
            var late = found.Where(row => row.NextAt <= now - Minute).ToList();
            isOpen |= sending.Count > 0 || late.Count > 0;
            all.Sending.AddRange(sending);
            // NextAt is not null: filtered above.
            all.Late.AddRange(late.Where(row =>
                Doublings(now - row.NextAt!.Value) > Doublings(before - row.NextAt!.Value)));
        }

        return isOpen;
    }

    /// <summary>
    /// How many of the steps 2, 4, 8, … minutes have passed. A row is posted again at each step: what a queue has set
    /// aside or lost comes again soon, and what only waits behind many others is not repeated often.
    /// </summary>
    private static int Doublings(Duration late) => late < 2 * Minute ? 0 : (int)Math.Log2(late.TotalMinutes);

    /// <summary>The rows found by a sweep: those under way, and those whose message is late.</summary>
    private sealed record Found(List<LedgerRow> Sending, List<LedgerRow> Late);
}
