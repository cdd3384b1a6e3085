using Alerts.App;
using Azure.Data.Tables;
using NodaTime;

namespace Alerts.Stores.TableStorage;

/// <summary>Finds, some minutes after their instant, the rows that nobody works on: takes back what was claimed and not settled, and posts once more what a queue may have lost.</summary>
/// <param name="real">Real time: leases are.</param>
internal sealed class TableSweep(Tables tables, Agenda agenda, TableRows rows, ServiceClock clock, TimeProvider real)
{
    public async Task RunAsync(CancellationToken cancel)
    {
        var now = clock.Now;
        foreach (var due in (await agenda.SweepsAsync(now, cancel)).GroupBy(line => line.Group))
        {
            if (await RunAsync(due.Key, now, cancel))
            {
                await agenda.SweepAgainAsync(due.Key, now + Duration.FromMinutes(1), cancel);
            }

            foreach (var line in due)
            {
                await agenda.DoneAsync(line, cancel);
            }
        }
    }

    /// <returns>Whether something is still open that was due.</returns>
    private async Task<bool> RunAsync(string group, Instant now, CancellationToken cancel)
    {
        var isOpen = false;
        var open = FormattableString.Invariant($"(State le 2) and PartitionKey ge '{group}|' and PartitionKey lt '{group}|~'");
        await foreach (var page in tables.Ledger.QueryAsync<TableEntity>(open, TableOperations.PageSize, cancellationToken: cancel).AsPages())
        {
            var found = page.Values.Select(entity => new LedgerRow(entity)).ToList();
            var sending = found.Where(row => !row.IsWaiting).ToList();
            var lost = found.Where(row => row.NextAt <= now - Duration.FromMinutes(1)).ToList();
            isOpen |= sending.Count > 0 || lost.Count > 0;
            await rows.ChangeAllAsync([.. sending.Select(row => new RowChange(row, one => one.TryBreakOff(real.GetUtcNow(), now)))], cancel);
            await rows.PostAsync(lost, cancel);
        }

        return isOpen;
    }
}
