using Alerts.App;
using Alerts.Core;
using Azure.Data.Tables;
using NodaTime;

namespace Alerts.Stores.TableStorage;

/// <summary>Finds, some minutes after their instant, the rows that nobody works on: takes back what was claimed and not settled, and posts once more what a queue may have lost.</summary>
/// <param name="real">Real time: leases are.</param>
internal sealed class TableSweep(Tables tables, SweepIndex agenda, LedgerWriter rows, ServiceClock clock, RecordingOrder order, TimeProvider real)
{
    private static readonly Duration Minute = Duration.FromMinutes(1);

    public async Task RunAsync(CancellationToken cancel)
    {
        var now = clock.Now;
        foreach (var due in (await agenda.SweepsAsync(now, cancel)).GroupBy(line => line.Group))
        {
            if (await RunAsync(due.Key, due.Min(line => line.At) - 2 * Minute, now, cancel))
            {
                await agenda.SweepAgainAsync(due.Key, now + Minute, cancel);
            }

            foreach (var line in due)
            {
                await agenda.DoneAsync(line, cancel);
            }
        }
    }

    /// <param name="before">When the sweep before this one was, or earlier: its agenda is by the minute.</param>
    /// <returns>Whether something is still open that was due.</returns>
    private async Task<bool> RunAsync(string group, Instant before, Instant now, CancellationToken cancel)
    {
        var isOpen = false;
        var open = FormattableString.Invariant($"(State le 2) and PartitionKey ge '{group}|' and PartitionKey lt '{group}|~'");
        await foreach (var page in tables.Ledger.QueryAsync<TableEntity>(open, TableOperations.PageSize, cancellationToken: cancel).AsPages())
        {
            var found = page.Values.Select(entity => new LedgerRow(entity)).ToList();
            var sending = found.Where(row => !row.IsWaiting).ToList();
            var late = found.Where(row => row.NextAt <= now - Minute).ToList();
            isOpen |= sending.Count > 0 || late.Count > 0;
            await rows.ChangeAllAsync([.. sending.Select(row => new RowChange(row, one => one.TryBreakOff(real.GetUtcNow(), now, order)))], cancel);
            await rows.PostAsync([.. late.Where(row => Doublings(now - row.NextAt!.Value) > Doublings(before - row.NextAt!.Value))], cancel); // filtered above
        }

        return isOpen;
    }

    /// <summary>
    /// A row is posted again 2, 4, 8, … minutes after its instant: what a queue has put aside or lost comes again soon, and what only
    /// waits behind many others is not repeated for long.
    /// </summary>
    private static int Doublings(Duration late) => late < 2 * Minute ? 0 : (int)Math.Log2(late.TotalMinutes);
}
