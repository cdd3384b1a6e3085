using Azure.Data.Tables;

namespace Alerts.Stores.TableStorage;

/// <summary>
/// Finds rows on which no process is working, some minutes after their instant. It takes back rows that were claimed
/// and not settled, and posts again what a queue may have lost.
/// </summary>
/// <param name="real">Real time, by which leases are measured.</param>
/// <param name="maxRows">Approximate number of rows kept in memory before they are posted.</param>
internal sealed class TableSweep(
    Tables tables, SweepIndex sweepIndex, LedgerWriter rows, ServiceClock clock, RecordingOrder order,
    TimeProvider real, int maxRows = 20_000)
{
    private static readonly Duration Minute = Duration.FromMinutes(1);

    /// <param name="except">The dates whose rows are left for the next sweep.</param>
    public async Task RunAsync(IReadOnlySet<string> except, CancellationToken cancel)
    {
        var now = clock.Now;
        var due = (await sweepIndex.SweepsAsync(now, cancel)).GroupBy(line => line.Group)
            .Where(lines => !except.Contains(lines.Key)).ToList();
        var open = new HashSet<string>();
        // If there are too many rows, some shards after others. All alerts of one subscription are in one shard, so
        // they are posted in one call: those of several dates may be sent as one message.
        for (var (from, to) = (0, Keys.Shards); due.Count > 0 && from < Keys.Shards; (from, to) = (to, Keys.Shards))
        {
            var found = new List<LedgerRow>();
            foreach (var lines in due)
            {
                await foreach (var row in OpenRowsAsync(lines.Key, from, to, cancel))
                {
                    var isLate = row.NextAt <= now - Minute;
                    if (row.IsWaiting && !isLate)
                    {
                        continue;
                    }

                    open.Add(lines.Key);
                    // When the previous sweep was, or earlier, since the index has a resolution of a minute.
                    var before = lines.Min(line => line.At) - 2 * Minute;
                    if (ShardOf(row) < to
                        && (!isLate || Doublings(now - row.NextAt!.Value) > Doublings(before - row.NextAt!.Value)))
                    {
                        found.Add(row);
                    }

                    while (found.Count > maxRows && to - from > 1)
                    {
                        to = from + (to - from) / 2;
                        found.RemoveAll(one => ShardOf(one) >= to);
                    }
                }
            }

            await ConcludeAsync(found, now, cancel);
        }

        foreach (var lines in due)
        {
            if (open.Contains(lines.Key))
            {
                await sweepIndex.SweepAgainAsync(lines.Key, now + Minute, cancel);
            }

            foreach (var line in lines)
            {
                await sweepIndex.DoneAsync(line, cancel);
            }
        }
    }

    /// <summary>
    /// Takes back and posts what was found. Rows that are claimed in part are left to the row with which their claim
    /// began.
    /// </summary>
    private async Task ConcludeAsync(List<LedgerRow> found, Instant now, CancellationToken cancel)
    {
        await rows.ChangeAllAsync(
            [.. found.Where(row => !row.IsWaiting)
                .Select(row => new RowChange(row, one => one.TryBreakOff(real.GetUtcNow(), now, order)))],
            cancel);
        var begun = found.SelectMany(row => row.DigestKeys).ToHashSet();
        await rows.PostAsync([.. found.Where(row => row.IsWaiting && !row.IsOneOf(begun))], cancel);
    }

    /// <summary>The rows of some shards of a date that wait or are being sent.</summary>
    private IAsyncEnumerable<LedgerRow> OpenRowsAsync(string group, int from, int to, CancellationToken cancel) =>
        tables.Ledger.QueryAsync<TableEntity>(
            $"({LedgerRow.IsOpen}) and PartitionKey ge '{group}|{Keys.Shard(from)}' "
                + $"and PartitionKey lt '{group}|{End(to)}'",
            cancellationToken: cancel).Select(entity => new LedgerRow(entity));

    private static string End(int shard) => shard < Keys.Shards ? Keys.Shard(shard) : "~";

    private static int ShardOf(LedgerRow row) => Keys.ShardOf(row.SubscriptionId);

    /// <summary>
    /// How many of the steps 2, 4, 8, … minutes have passed. A row is posted again at each step: what a queue has set
    /// aside or lost comes again soon, and what only waits behind many others is not repeated often.
    /// </summary>
    private static int Doublings(Duration late) => late < 2 * Minute ? 0 : (int)Math.Log2(late.TotalMinutes);
}
