using System.Collections.Concurrent;
using Alerts.Ledger;
using Alerts.Queue;

namespace Alerts.Stores.TableStorage;

/// <summary>
/// One round of claims: reads rows, decides on each, and writes the decisions unless another process has changed the
/// row meanwhile. Of a digest one row is written first; the process that succeeds with it has claimed the whole digest.
/// </summary>
/// <param name="real">Real time, by which leases are measured.</param>
internal sealed class ClaimRound(
    Tables tables, LedgerWriter rows, RowChecks checks, RecordingOrder order, TimeProvider real,
    CancellationToken cancel)
{
    /// <summary>How long a claim lasts if it is not settled (product contract, section 11).</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Processes the requests that have no result yet. Those that must be tried in another round stay without one.
    /// </summary>
    /// <param name="isFirst">
    /// Whether rows may be assumed to be as their messages say, without reading them. If one has changed,
    /// its write fails.
    /// </param>
    public async Task RunAsync(IReadOnlyList<ClaimRequest> requests, ClaimResult?[] results, bool isFirst)
    {
        // A row that is named twice is looked at again in the next round, after the first claim.
        var open = Enumerable.Range(0, requests.Count).Where(index => results[index] is null)
            .DistinctBy(index => requests[index].Alert).ToList();
        await Parallel.ForEachAsync(open, TableOperations.AtOnce, async (index, _) =>
        {
            try
            {
                results[index] = await checks.LookAsync(index, requests[index], isFirst);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                results[index] = new ClaimResult(null, e);
            }
        });
        var messages = await new MessagesToSend(checks, rows, cancel).OfAsync(requests, results, open);
        await WriteAsync(messages, results);
        await ChangeAsync(results);
    }

    private async Task WriteAsync(IReadOnlyList<MessageToSend> messages, ClaimResult?[] results)
    {
        foreach (var message in messages)
        {
            if (message.DigestId is not null && message.First.DigestId is null)
            {
                message.First.DigestKeys = [.. message.Parts.Select(part => part.Message.Id)];
            }

            foreach (var part in message.Parts)
            {
                Begin(part.Row, message.DigestId);
            }
        }

        var first = await ReplaceAsync(
            checks.Ends.Select(end => end.Row).Concat(messages.Select(message => message.First)));
        foreach (var (index, row) in checks.Ends)
        {
            if (first[row].IsWritten)
            {
                AlertMetrics.EndedUnsent(row.Channel, row.State);
            }

            if (index is { } place)
            {
                results[place] = first[row] switch
                {
                    { Failure: { } failure } => new ClaimResult(null, failure),
                    { IsWritten: true } => ClaimResult.Nothing,
                    _ => null, // the row has changed meanwhile
                };
            }
        }

        var ours = messages.Where(message => first[message.First].IsWritten).ToList();
        var rest = await ReplaceAsync(ours.SelectMany(message => message.Rest));
        foreach (var message in messages)
        {
            Conclude(await WithAwaitingAsync(message, rest), first[message.First], rest, results);
        }
    }

    /// <summary>
    /// A message with those of its rows that wait as before, or that another round has meanwhile let wait for the
    /// attempt begun here (see <see cref="MessagesToSend"/>): under the same id, they cannot come later.
    /// </summary>
    /// <param name="rest">What became of writing its rows; takes in those that are written again.</param>
    private async Task<MessageToSend> WithAwaitingAsync(
        MessageToSend message, ConcurrentDictionary<LedgerRow, Replaced> rest)
    {
        var parts = new List<RowToSend>();
        foreach (var part in message.Parts)
        {
            var last = part.Row;
            try
            {
                while (rest.GetValueOrDefault(last) is { IsWritten: false, Failure: null }
                    && await rows.FindAsync(last.Name, cancel) is { IsWaiting: true } row
                    && (row.DigestId == message.DigestId || row.IsFresh)
                    && row.DueAt == last.DueAt && row.Expires == last.Expires)
                {
                    Begin(row, message.DigestId);
                    rest[row] = (await ReplaceAsync([row]))[row];
                    last = row;
                }
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                rest[last] = new Replaced(false, e);
            }

            parts.Add(part with { Row = last });
        }

        return message with { Parts = parts };
    }

    private void Begin(LedgerRow row, string? digestId) =>
        (row.State, row.AttemptAt, row.NextAt, row.LeasedUntil, row.Begun, row.DigestId) = (
            DeliveryState.Sending, checks.Now, null, real.GetUtcNow() + Lease, order.Next(), digestId);

    private static void Conclude(
        MessageToSend message, Replaced first, IReadOnlyDictionary<LedgerRow, Replaced> rest, ClaimResult?[] results)
    {
        if ((first.Failure ?? message.Rest.Select(row => rest.GetValueOrDefault(row)?.Failure)
            .FirstOrDefault(failure => failure is not null)) is { } failure)
        {
            // Nothing of it is sent. Rows already claimed are taken back when their lease expires.
            RowToSend.Fail(message.Parts, failure, results);
            return;
        }

        if (!first.IsWritten)
        {
            return;
        }

        // Requests of several queue messages may be claimed in one round, and each queue message is sent by itself. One
        // of them gets the whole message, or each would send its own rows under the same id.
        var claimed = message.Parts.Where(part => part.Row == message.First || rest[part.Row].IsWritten).ToList();
        Claim[] claims = [.. claimed.Select(part => (Claim)part.ToClaim(message.DigestId))];
        var sender = claimed.Find(part => part.Index is not null);
        foreach (var part in claimed.Where(part => part.Index is not null))
        {
            results[part.Index!.Value] = part == sender // just filtered
                ? new ClaimResult(claims[0], null) { Others = claims[1..] } : ClaimResult.Nothing;
        }
    }

    /// <summary>
    /// Writes the rows that wait longer or whose attempt was broken off, all in one call, so that alerts of one
    /// digest are posted together.
    /// </summary>
    private async Task ChangeAsync(ClaimResult?[] results)
    {
        ClaimResult result;
        try
        {
            await rows.ChangeAllAsync([.. checks.Changes.Select(one => one.Change)], cancel);
            result = ClaimResult.Nothing;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            result = new ClaimResult(null, e);
        }

        foreach (var index in checks.Changes.Select(one => one.Index).OfType<int>())
        {
            results[index] = result;
        }
    }

    private async Task<ConcurrentDictionary<LedgerRow, Replaced>> ReplaceAsync(IEnumerable<LedgerRow> written)
    {
        var byEntity = written.ToDictionary(row => row.Entity);
        var replaced = new ConcurrentDictionary<LedgerRow, Replaced>();
        await TableOperations.ForEachBatchAsync(byEntity.Keys, async batch =>
        {
            try
            {
                foreach (var (entity, isWritten) in batch.Zip(await tables.Ledger.TryReplaceAllAsync(batch, cancel)))
                {
                    replaced[byEntity[entity]] = new Replaced(isWritten, null);
                }
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                foreach (var entity in batch)
                {
                    replaced[byEntity[entity]] = new Replaced(false, e);
                }
            }
        });
        return replaced;
    }

    /// <summary>The result of writing a row.</summary>
    /// <param name="IsWritten">False if the row has changed since it was read.</param>
    private sealed record Replaced(bool IsWritten, Exception? Failure);
}
